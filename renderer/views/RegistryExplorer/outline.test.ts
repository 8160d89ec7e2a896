import { describe, expect, it } from 'vitest'
import { snapshotOf } from '../../testSupport/snapshots.ts'
import { compareSnapshots } from './changes.ts'
import { ALL_COLLAPSED, ALL_EXPANDED, ancestry, filterRows, rowKey, searchTexts, visibleRows, withExpanded } from './outline.ts'

const snapshot = snapshotOf(`
Root:IORegistryEntry
  iMac:IOPlatformExpertDevice
    PCI0:IOPCIBridge
      NVMe:IONVMeController
    RTC:AppleRTC
  IOResources:IOResources`)

const names = (rows: Iterable<number>): string[] => [...rows].map((row) => snapshot.names[row] ?? '')

describe('visibleRows', () => {
  it('shows everything when all is expanded', () => {
    expect(names(visibleRows(snapshot, ALL_EXPANDED))).toEqual(['Root', 'iMac', 'PCI0', 'NVMe', 'RTC', 'IOResources'])
  })

  it('hides what lies below a closed row and nothing else', () => {
    expect(names(visibleRows(snapshot, withExpanded(ALL_EXPANDED, [rowKey(snapshot, 2)], false)))).toEqual(['Root', 'iMac', 'PCI0', 'RTC', 'IOResources'])
  })

  it('opens single rows of a closed outline', () => {
    expect(names(visibleRows(snapshot, ALL_COLLAPSED))).toEqual(['Root'])
    expect(names(visibleRows(snapshot, withExpanded(ALL_COLLAPSED, [rowKey(snapshot, 0)], true)))).toEqual(['Root', 'iMac', 'IOResources'])
  })
})

describe('filterRows', () => {
  const find = (text: string) => filterRows(snapshot, searchTexts(snapshot), text)

  it('keeps the ancestors of every hit', () => {
    const result = find('rtc')
    expect([names(result.rows), result.hits]).toEqual([['Root', 'iMac', 'RTC'], 1])
  })

  it('looks into class names, whatever their case', () => {
    expect(names(find('IONVME').rows)).toEqual(['Root', 'iMac', 'PCI0', 'NVMe'])
  })

  it('finds an entry by its id', () => {
    expect(find('0x100000105').hits).toBe(1)
  })
})

it('keys rows of a dump without ids by their place', () => {
  const bare = snapshotOf('a\n  b', { ids: new Float64Array(2) })
  expect([rowKey(bare, 0), rowKey(bare, 1)]).toEqual([-1, -2])
})

it('walks from the root to a row', () => {
  expect(names(ancestry(snapshot, 3))).toEqual(['Root', 'iMac', 'PCI0', 'NVMe'])
})

it('tells added and changed entries apart', () => {
  const before = snapshotOf('a\n  b\n  c', { ids: new Float64Array([1, 2, 3]) })
  const now = snapshotOf('a\n  b\n  d', { ids: new Float64Array([1, 2, 4]), busy: new Uint16Array([0, 1, 0]) })
  const kinds = compareSnapshots(before, now)
  expect([...kinds]).toEqual([[2, 'changed'], [4, 'added']])
})
