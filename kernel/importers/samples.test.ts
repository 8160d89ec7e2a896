import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  importedEntryDetails,
  importedPlanes,
  importedSnapshot,
  toPropertyValue,
} from './importedSnapshot.ts'
import { readIoregText } from './ioregText/readIoregText.ts'
import { registrySummary } from './registrySummary.ts'

function sample(name: string) {
  return readIoregText(
    readFileSync(join(import.meta.dirname, '../../test/samples/ioreg', `${name}.txt`)).toString('latin1'),
  )
}

test.each([
  [
    'tiger',
    {
      planes: ['IODeviceTree', 'IOService'],
      entries: 6,
      uniqueIds: null,
      maxDepth: 2,
      model: 'Orchard1,1',
      osBuild: null,
    },
  ],
  [
    'leopard',
    {
      planes: ['IOService'],
      entries: 4,
      uniqueIds: null,
      maxDepth: 2,
      model: 'Orchard2,1',
      osBuild: '9Z99',
    },
  ],
  [
    'modern',
    {
      planes: ['IODeviceTree', 'IOService', 'IOUSB'],
      entries: 9,
      uniqueIds: 6,
      maxDepth: 3,
      model: 'Orchard9,3',
      osBuild: '99Z42',
    },
  ],
  ['inheritance', { planes: ['IODeviceTree'], entries: 3, uniqueIds: 3, maxDepth: 2, model: 'Orchard8,1' }],
  [
    'fragment',
    {
      planes: ['IOService'],
      entries: 1,
      root: 'FruitBattery',
      rootClass: 'FruitBattery',
      maxDepth: 0,
      model: null,
    },
  ],
  [
    'tree-only',
    { planes: ['IOService'], entries: 5, uniqueIds: 5, maxDepth: 3, model: 'Orchard7,2', clipped: false },
  ],
  ['clipped', { entries: 2, clipped: true, rootClass: 'IORegistryEntry', osBuild: '99Z42' }],
])('the sample %s is summarised as it was made', (name, facts) => {
  const summary = registrySummary(sample(name))
  expect(summary).toMatchObject({ format: 'text', terminated: 0, problems: [], ...facts })
  expect(summary.linesUnderstood).toBe(summary.linesTotal)
})

test('a snapshot holds one plane in columns, rows counted from its own root', () => {
  const tiger = sample('tiger')
  expect(importedPlanes(tiger)).toEqual(['IOService', 'IODeviceTree'])
  const tree = importedSnapshot(tiger, 'IODeviceTree', 'import:7')
  expect(tree.names).toEqual(['Root', 'device-tree', 'chosen'])
  expect([...tree.parents]).toEqual([-1, 0, 1])
  expect(tree.locations).toEqual([null, null, '0'])
  expect([...tree.states]).toEqual([0xffffffff, 6, 0])
  expect([...importedSnapshot(tiger, 'IOService', 'import:7').drivers]).toEqual([0, 0, 0])
  expect(importedSnapshot(tiger, 'IOUSB', 'import:7').names).toEqual([])
})

test('drivers are told from nubs, and shared entries have a row below each parent', () => {
  const modern = importedSnapshot(sample('modern'), 'IOService', 'import:1')
  expect(modern.names.filter((_, row) => modern.drivers[row] === 1)).toEqual(['usb'])
  expect([...modern.ids].filter((id) => id === 0x100000220)).toHaveLength(3)
})

test('the details of an entry are typed, with its path as the kernel writes it', () => {
  const details = importedEntryDetails(sample('modern'), 'IOService', 0x100000210)
  expect(details).toMatchObject({
    name: 'usb',
    location: '14000000',
    className: 'FruitXHCI',
    id: 0x100000210,
    state: 6,
    retain: 20,
    inheritance: null,
    path: 'IOService:/usb@14000000',
    properties: [
      { key: 'IOClass', value: { type: 'string', value: 'FruitXHCI' } },
      { key: 'IOProviderClass' },
    ],
  })
  expect(importedEntryDetails(sample('modern'), 'IOService', 99)).toBeNull()
})

test('numbers cross with the width the kernel had', () => {
  expect(toPropertyValue(-1)).toEqual({ type: 'number', value: 0xffffffffn, bits: 32 })
  expect(toPropertyValue(0x80000000)).toEqual({ type: 'number', value: 0x80000000n, bits: 64 })
  expect(toPropertyValue(9223372036854775808n)).toEqual({
    type: 'number',
    value: 9223372036854775808n,
    bits: 64,
  })
})
