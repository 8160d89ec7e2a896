import { expect, it } from 'vitest'
import type { ProfileReport } from '../../../kernel/api/index.ts'
import { columnsOf, itemRows, reportText } from './itemRows.ts'

const report: ProfileReport = {
  dataType: 'SPPCIDataType', title: 'PCI', items: [
    { name: 'ethernet', facts: [{ label: 'Type', value: 'Ethernet' }, { label: 'Slot', value: '1' }], items: [{ name: 'port', facts: [{ label: 'Type', value: 'Port' }], items: [] }] },
    { name: 'nvme', facts: [{ label: 'Type', value: 'NVM' }], items: [] },
  ],
}

it('lists all levels and makes columns of the facts that most items have', () => {
  const rows = itemRows(report)
  expect(rows.map(({ path, depth }) => [path, depth])).toEqual([['/0', 0], ['/0/0', 1], ['/1', 0]])
  expect(columnsOf(rows)).toEqual(['Type'])
})

it('copies a page in the layout of system_profiler', () => {
  expect(reportText(report)).toBe(`PCI:

    ethernet:

      Type: Ethernet
      Slot: 1

      port:

        Type: Port

    nvme:

      Type: NVM
`)
})
