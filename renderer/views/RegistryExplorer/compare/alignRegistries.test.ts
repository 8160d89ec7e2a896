// Goal: two registries stand side by side as a reader would lay them, and every difference is named once.
import { describe, expect, it } from 'vitest'
import { propertiesDigest } from '../../../../kernel/api/index.ts'
import type { ComparableSnapshot, PropertyValue, RegistrySnapshot } from '../../../../kernel/api/index.ts'
import { snapshotOf } from '../../../testSupport/snapshots.ts'
import { alignRegistries } from './alignRegistries.ts'
import { compareProperties } from './compareProperties.ts'

const side = (outline: string, digests: number[] = [], more: Partial<RegistrySnapshot> = {}): ComparableSnapshot => {
  const snapshot = snapshotOf(outline, more)
  return { snapshot, digests: Uint32Array.from(snapshot.ids, (_id, row) => digests[row] ?? 0) }
}

/** The rows as text: sign, indentation, left name, right name. */
function shown(left: ComparableSnapshot, right: ComparableSnapshot): string[] {
  const signs = { same: ' ', changed: '△', driver: '⇄', added: '+', removed: '−' }
  return alignRegistries(left, right).rows.map((row) => {
    const [was, is] = [left.snapshot.names[row.left] ?? '', right.snapshot.names[row.right] ?? '']
    return `${signs[row.difference]}${'  '.repeat(row.depth)}${was === is ? was : `${was}|${is}`}${row.note === '' ? '' : ` ${row.note}`}`
  })
}

describe('two registries side by side', () => {
  it('that are the same differ nowhere', () => {
    const one = side('Root\n  iMac\n    PCI0\n      NVMe\n    RTC')
    expect(alignRegistries(one, one).counts).toEqual({ same: 5, changed: 0, driver: 0, added: 0, removed: 0 })
  })

  it('keep what left beside its old neighbour, and mark all below it', () => {
    const before = side('Root\n  iMac\n    A\n    Stick\n      Disk\n    B')
    const now = side('Root\n  iMac\n    A\n    B\n    Camera')
    expect(shown(before, now)).toEqual([
      ' Root', '   iMac', '     A', '−    Stick|', '−      Disk|', '     B', '+    |Camera',
    ])
  })

  it('pair machines by what they are, not by how they are called', () => {
    const one = side('Root\n  iMac19,1:IOPlatformExpertDevice\n    RTC')
    const other = side('Root\n  MacBookPro12,1:IOPlatformExpertDevice\n    RTC')
    expect(shown(one, other)).toEqual([' Root', '△  iMac19,1|MacBookPro12,1', '     RTC'])
  })

  it('pair entries of one name in their order, and a moved device with itself', () => {
    const one = side('Root\n  User\n  User\n  Card:IOPCIDevice', [], { locations: [null, null, null, '1'] })
    const other = side('Root\n  User\n  Card:IOPCIDevice', [], { locations: [null, null, '2'] })
    expect(shown(one, other)).toEqual([' Root', '   User', '−  User|', '△  Card'])
  })

  it('name the driver that a device had and has', () => {
    const one = side('Root\n  NIC:IOPCIDevice\n    Ours:AppleIGB', [], { drivers: new Uint8Array([0, 0, 1]) })
    const other = side('Root\n  NIC:IOPCIDevice\n    Theirs:IntelMausi', [], { drivers: new Uint8Array([0, 0, 1]) })
    const none = side('Root\n  NIC:IOPCIDevice')
    expect(shown(one, other)).toEqual([' Root', '⇄  NIC AppleIGB → IntelMausi', '−    Ours|', '+    |Theirs'])
    expect(shown(one, none)[1]).toBe('⇄  NIC AppleIGB → no driver')
    const both = side('Root\n  NIC:IOPCIDevice\n    Ours:AppleIGB\n    More:IOPCIPause', [], { drivers: new Uint8Array([0, 0, 1, 1]) })
    expect([shown(one, both)[1], shown(both, one)[1]]).toEqual(['⇄  NIC also IOPCIPause', '⇄  NIC without IOPCIPause'])
  })

  it('see properties that changed, but none that never stand still', () => {
    const value = (number: bigint): PropertyValue => ({ type: 'number', value: number, bits: 32 })
    const properties = [{ key: 'a', value: value(1n) }, { key: 'Statistics', value: value(7n) }]
    const turned = [{ key: 'Statistics', value: value(8n) }, { key: 'a', value: value(1n) }]
    expect(propertiesDigest(turned)).toBe(propertiesDigest(properties))
    expect(propertiesDigest([{ key: 'a', value: value(2n) }])).not.toBe(propertiesDigest(properties.slice(0, 1)))
    expect(shown(side('Root\n  A', [1, 2]), side('Root\n  A', [1, 3]))).toEqual([' Root', '△  A'])
  })

  it('are aligned at 20,000 entries, one of which has another name', () => {
    const outline = `Root\n${Array.from({ length: 20_000 }, (_, row) => `${'  '.repeat(1 + (row % 6))}N${row}`).join('\n')}`
    const [one, other] = [side(outline), side(outline.replace('N777\n', 'X777\n'))]
    expect(alignRegistries(one, other).counts.same).toBeGreaterThan(19_990)
  })
})

it('lists properties that differ first, restless ones behind them', () => {
  const text = (value: string): PropertyValue => ({ type: 'string', value })
  const pairs = compareProperties(
    [{ key: 'b', value: text('1') }, { key: 'HIDIdleTime', value: text('1') }, { key: 'z', value: text('1') }],
    [{ key: 'b', value: text('1') }, { key: 'HIDIdleTime', value: text('2') }, { key: 'y', value: text('1') }])
  expect(pairs.map(({ key, difference }) => [key, difference]))
    .toEqual([['y', 'added'], ['z', 'removed'], ['HIDIdleTime', 'restless'], ['b', 'same']])
})
