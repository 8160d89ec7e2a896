import { describe, expect, it } from 'vitest'
import { snapshotOf } from '../../testSupport/snapshots.ts'
import { compareSnapshots } from './changes.ts'
import { ALL_COLLAPSED, ALL_EXPANDED, ancestry, rowKey, visibleRows, withExpanded } from './outline.ts'

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
    expect(names(visibleRows(snapshot, ALL_EXPANDED))).toEqual([
      'Root',
      'iMac',
      'PCI0',
      'NVMe',
      'RTC',
      'IOResources',
    ])
  })

  it('hides what lies below a closed row and nothing else', () => {
    expect(names(visibleRows(snapshot, withExpanded(ALL_EXPANDED, [rowKey(snapshot, 2)], false)))).toEqual([
      'Root',
      'iMac',
      'PCI0',
      'RTC',
      'IOResources',
    ])
  })

  it('opens single rows of a closed outline', () => {
    expect(names(visibleRows(snapshot, ALL_COLLAPSED))).toEqual(['Root'])
    expect(names(visibleRows(snapshot, withExpanded(ALL_COLLAPSED, [rowKey(snapshot, 0)], true)))).toEqual([
      'Root',
      'iMac',
      'IOResources',
    ])
  })
})

it('walks from the root to a row', () => {
  expect(names(ancestry(snapshot, 3))).toEqual(['Root', 'iMac', 'PCI0', 'NVMe'])
})

it('tells added and changed entries apart', () => {
  const before = snapshotOf('a\n  b\n  c', { ids: new Float64Array([1, 2, 3]) })
  const now = snapshotOf('a\n  b\n  d', {
    ids: new Float64Array([1, 2, 4]),
    busy: new Uint16Array([0, 1, 0]),
  })
  const kinds = compareSnapshots(before, now)
  expect([...kinds]).toEqual([
    [2, 'changed'],
    [4, 'added'],
  ])
})
