// Goal: the filter finds by name, class, id and property, keeps the way to each hit, and is instant on large dumps.
import { describe, expect, it } from 'vitest'
import { highlight } from '../../format/highlight.ts'
import { snapshotOf } from '../../testSupport/snapshots.ts'
import { filterRows, searchText } from './filter.ts'

const snapshot = snapshotOf(`
Root:IORegistryEntry
  iMac:IOPlatformExpertDevice
    PCI0:IOPCIBridge
      NVMe:IONVMeController
    RTC:AppleRTC
  IOResources:IOResources`)

const names = (rows: Iterable<number>): string[] => [...rows].map((row) => snapshot.names[row] ?? '')
const find = (text: string) => filterRows(snapshot, searchText(snapshot), text)

describe('the filter', () => {
  it('keeps the ancestors of every hit', () => {
    const result = find('rtc')
    expect([names(result.rows), result.hits]).toEqual([['Root', 'iMac', 'RTC'], 1])
  })

  it('looks into class names, whatever their case', () => {
    expect(names(find('IONVME').rows)).toEqual(['Root', 'iMac', 'PCI0', 'NVMe'])
  })

  it('never finds across two rows, and finds every row once', () => {
    expect(find('expertdevicepci0').hits).toBe(0)
    expect(find('i').hits).toBe(5)
    expect(find('').hits).toBe(6)
  })

  it('finds an entry by its id', () => {
    expect(find('0x100000105').hits).toBe(1)
  })

  it('adds entries that match by a property, and names the key unless name or class match too', () => {
    const ids = new Float64Array([snapshot.ids[4]!, snapshot.ids[3]!])
    const result = filterRows(snapshot, searchText(snapshot), 'nvme', {
      ids,
      keys: ['compatible', 'IOClass'],
    })
    expect(names(result.rows)).toEqual(['Root', 'iMac', 'PCI0', 'NVMe', 'RTC'])
    expect([result.hits, [...result.keys]]).toEqual([2, [[snapshot.ids[4], 'compatible']]])
  })

  it('agrees with a plain search of every row', () => {
    const wide = snapshotOf(
      `Root\n${Array.from({ length: 300 }, (_, row) => `  n${row % 37}:C${(row * 7) % 11}`).join('\n')}`,
    )
    const search = searchText(wide)
    for (const text of ['1', 'n3', 'c1', 'n36', 'zz', 'c10', 'o', '\n']) {
      const plain = wide.names.map((name, row) =>
        Number(`${name}\n${wide.classes[row]}`.toLowerCase().includes(text.trim())),
      )
      expect([...filterRows(wide, search, text).isHit], text).toEqual(plain)
    }
  })
})

describe('highlighting', () => {
  it('marks every occurrence and keeps the text', () => {
    expect(highlight('IONVMeNVMe', 'nvme')).toEqual([
      { text: 'IO', isMatch: false },
      { text: 'NVMe', isMatch: true },
      { text: 'NVMe', isMatch: true },
    ])
    expect(highlight('plain', 'x')).toEqual([{ text: 'plain', isMatch: false }])
  })
})
