import { describe, expect, it } from 'vitest'
import { crc32, DiskImage, PartitionType, writeGpt, type BlockBacking } from '../index.ts'

describe('DiskImage', () => {
  it('is sparse, reads zero where nothing was written, and gives memory back on discard', () => {
    const image = new DiskImage({ sizeBytes: 2 ** 40, blockBytes: 4096 })
    const bytes = Uint8Array.from({ length: 8192 }, (_, i) => i % 251)
    image.write(2 ** 39 - 4096, bytes)
    const back = new Uint8Array(8192)
    image.read(2 ** 39 - 4096, back)
    expect(back).toEqual(bytes)
    expect(image.residentBytes).toBe(2 * 2 ** 17)
    image.discard(2 ** 39, 2 ** 17)
    image.read(2 ** 39 - 4096, back)
    expect([back[4095], back[4096], image.residentBytes]).toEqual([4095 % 251, 0, 2 ** 17])
  })

  it('lays writes over a read-only host file without touching it', () => {
    const file = new Uint8Array(1 << 20).fill(7)
    const backing: BlockBacking = {
      name: 'disk.img', sizeBytes: file.length, writable: false, flush: () => true,
      read: (offset, target) => (target.set(file.subarray(offset, offset + target.length)), true),
      write: () => false,
    }
    const image = new DiskImage({ sizeBytes: 2 << 20, blockBytes: 512, backing })
    image.write(512, new Uint8Array(512).fill(9))
    const back = new Uint8Array(1536)
    image.read(0, back)
    expect([back[0], back[512], back[1024], file[512]]).toEqual([7, 9, 7, 7])
    image.read((1 << 20) - 512, back)
    expect([back[0], back[512]]).toEqual([7, 0])
  })
})

describe('writeGpt', () => {
  it('writes a table whose checksums and mirror hold, with partitions where it says', () => {
    expect(crc32(Uint8Array.from('123456789', (c) => c.charCodeAt(0)))).toBe(0xcbf43926)
    const image = new DiskImage({ sizeBytes: 64 * 2 ** 20, blockBytes: 512 })
    const placed = writeGpt(image, {
      diskId: '01234567-89AB-CDEF-0123-456789ABCDEF',
      partitions: [
        {
          type: PartitionType.efiSystem, uniqueId: '11111111-2222-3333-4444-555555555555',
          name: 'EFI System Partition', sizeBytes: 2 ** 20,
        },
        {
          type: PartitionType.appleApfs, uniqueId: '66666666-7777-8888-9999-AAAAAAAAAAAA', name: 'Container',
        },
      ],
    })
    expect(
      placed.map(({ firstBlock, lastBlock }) => [firstBlock, lastBlock]),
    ).toEqual([[34, 2081], [2082, 131038]])
    const header = new Uint8Array(512)
    for (const [block, other] of [[1, 131071], [131071, 1]] as const) {
      image.read(block * 512, header)
      const view = new DataView(header.buffer.slice(0))
      const stated = view.getUint32(16, true)
      view.setUint32(16, 0, true)
      expect(crc32(new Uint8Array(view.buffer, 0, 92))).toBe(stated)
      expect(Number(view.getBigUint64(32, true))).toBe(other)
      const entries = new Uint8Array(16384)
      image.read(Number(view.getBigUint64(72, true)) * 512, entries)
      expect(crc32(entries)).toBe(view.getUint32(88, true))
      expect(entries.subarray(0, 4)).toEqual(Uint8Array.of(0x28, 0x73, 0x2a, 0xc1))
    }
  })
})
