import { describe, expect, it } from 'vitest'
import { DiskImage, PartitionType, writeGpt } from '../../../hardware/index.ts'
import { combineAccess } from './access.ts'
import { isProtectiveMap, parseGuidEntries, parseGuidHeader } from './guidPartitionMap.ts'

const [NONE, READER, WRITER, SHARED, EXCLUSIVE, INVALID] = [0, 1, 3, 4, 8, 13]

describe('levels of access', () => {
  it.each([
    [NONE, READER, READER], [READER, READER, READER], [READER, WRITER, WRITER], [WRITER, READER, WRITER],
    [WRITER, WRITER, INVALID], [
      WRITER | SHARED, WRITER | SHARED, WRITER | SHARED,
    ], [WRITER, WRITER | SHARED, INVALID],
    [READER | SHARED, WRITER, WRITER], [
      READER, WRITER | SHARED, WRITER | SHARED,
    ], [READER | SHARED, READER, READER | SHARED],
    [
      NONE, READER | EXCLUSIVE, READER | EXCLUSIVE,
    ], [READER, READER | EXCLUSIVE, INVALID], [WRITER | EXCLUSIVE, READER, INVALID],
    [INVALID, READER, INVALID],
  ] as const)('%d joined by %d gives %d', (first, second, wanted) => {
    expect(combineAccess(first, second)).toBe(wanted)
  })
})

describe('GUID partition map', () => {
  const image = new DiskImage({ sizeBytes: 16 * 2 ** 20, blockBytes: 4096 })
  writeGpt(image, {
    diskId: '31260675-E599-4BA5-BF81-5685B5E033BE',
    partitions: [
      {
        type: PartitionType.appleApfsIsc, uniqueId: '9A29F9C6-E07F-4D2B-ABB9-A5529C8634AF',
        name: 'Größe ✓', sizeBytes: 2 ** 20, attributes: 1n,
      },
      { type: PartitionType.appleApfs, uniqueId: 'FDBCA385-050C-43A0-8804-18C137A633E1', name: '' },
    ],
  })
  const block = (index: number, count = 1): Uint8Array => {
    const bytes = new Uint8Array(4096 * count)
    image.read(index * 4096, bytes)
    return bytes
  }

  it('reads what was written, names and all', () => {
    expect(isProtectiveMap(block(0))).toBe(true)
    const header = parseGuidHeader(block(1))!
    expect(header).toMatchObject(
      { diskId: '31260675-E599-4BA5-BF81-5685B5E033BE', entriesBlock: 2, entryCount: 128, entryBytes: 128 },
    )
    expect(parseGuidEntries(header, block(2, 4))).toEqual([
      {
        id: 1, type: PartitionType.appleApfsIsc, uniqueId: '9A29F9C6-E07F-4D2B-ABB9-A5529C8634AF',
        firstBlock: 6, lastBlock: 261, attributes: 1n, name: 'Größe ✓',
      },
      {
        id: 2, type: PartitionType.appleApfs, uniqueId: 'FDBCA385-050C-43A0-8804-18C137A633E1',
        firstBlock: 262, lastBlock: 4090, attributes: 0n, name: '',
      },
    ])
  })

  it('refuses a header or a table with one flipped bit, and a map without its mark', () => {
    const header = block(1)
    header[60]! ^= 1
    expect(parseGuidHeader(header)).toBeNull()
    const table = block(2, 4)
    table[200]! ^= 1
    expect(parseGuidEntries(parseGuidHeader(block(1))!, table)).toBeNull()
    const map = block(0)
    map[450] = 0x83
    expect(isProtectiveMap(map)).toBe(false)
  })
})
