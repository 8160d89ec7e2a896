import { describe, expect, it } from 'vitest'
import { Simulation } from '../sim/index.ts'
import { AddressSpace, hardwareRecords, RegisterFile, type MmioDevice } from './index.ts'

function inWorld(body: () => void): void {
  new Simulation(1).enter(body)
}

/** A device that answers with its own number and the offset, and remembers writes. */
function probe(mark: number): MmioDevice & { writes: [number, number, number][] } {
  const writes: [number, number, number][] = []
  return {
    name: `probe ${mark}`, writes,
    read: (offset, width) => mark * 0x10000 + offset * 16 + width,
    write: (offset, width, value) => void writes.push([offset, width, value]),
  }
}

describe('AddressSpace', () => {
  it('keeps RAM little-endian, sparse and zero until written, across chunk borders', () => {
    inWorld(() => {
      const space = new AddressSpace('memory')
      const ram = space.addRam(0x8_0000_0000, 8 * 2 ** 30)
      expect(ram.residentBytes).toBe(0)
      expect(space.read64(0x8_4000_0000)).toBe(0n)
      space.write64(0x8_001f_fffc, 0x1122334455667788n)
      expect([space.read32(0x8_001f_fffc), space.read32(0x8_0020_0000)]).toEqual([0x55667788, 0x11223344])
      expect(space.read16(0x8_001f_ffff)).toBe(0x4455)
      const bytes = Uint8Array.from({ length: 5000 }, (_, i) => i & 0xff)
      space.copyIn(0x8_003f_f000, bytes)
      const back = new Uint8Array(5000)
      space.copyOut(0x8_003f_f000, back)
      expect(back).toEqual(bytes)
      expect(space.span(0x8_003f_f000, 8192)).toBeNull()
      expect(space.span(0x8_003f_f000, 4096)![1]).toBe(1)
    })
  })

  it('routes to device regions of any size and lets the newest win where they overlap', () => {
    inWorld(() => {
      const space = new AddressSpace('memory')
      const [small, large, upper] = [probe(1), probe(2), probe(3)]
      space.map(0xfed00000, 0x400, small)
      space.map(0xc0000000, 64 * 2 ** 20, large)
      expect(space.read32(0xfed00010)).toBe(0x10104)
      expect(space.read8(0xc3ffffff)).toBe(2 * 0x10000 + 0x3ffffff * 16 + 1)
      const region = space.map(0xc0200000, 0x1000, upper)
      expect(
        [space.read32(0xc0200000), space.read32(0xc0201000)],
      ).toEqual([0x30004, 0x20000 + 0x201000 * 16 + 4])
      space.unmap(region)
      expect(space.read32(0xc0200000)).toBe(0x20000 + 0x200000 * 16 + 4)
      space.write64(0xfed00020, 0xaaaabbbbccccddddn)
      expect(small.writes).toEqual([[0x20, 4, 0xccccdddd], [0x24, 4, 0xaaaabbbb]])
    })
  })

  it('answers an unmapped read with all ones, records it, and tells the platform', () => {
    inWorld(() => {
      const space = new AddressSpace('memory')
      const seen: unknown[] = []
      space.onUnmapped = (...args) => seen.push(args)
      expect([space.read8(16), space.read32(0xdead0000)]).toEqual([0xff, 0xffffffff])
      space.write32(0xdead0000, 1)
      expect(seen).toEqual([[16, 1, 'read'], [0xdead0000, 4, 'read'], [0xdead0000, 4, 'write']])
      expect(
        hardwareRecords().map((record) => record.message).at(-1)
      ).toBe('unmapped write of 4 at 0xdead0000')
    })
  })
})

describe('RegisterFile', () => {
  it('applies access modes, writable bits, widths and hooks, and records misuse', () => {
    inWorld(() => {
      const log: unknown[] = []
      const file = new RegisterFile('chip', 0x100, {
        ID: { offset: 0, access: 'ro', reset: 0x12345678 },
        CONTROL: { offset: 4, reset: 1, writable: 0xff, fields: {
          EN: { low: 0, width: 1 }, MODE: { low: 4, width: 3 },
        },
          write: (value, former) => log.push([value, former]) },
        STATUS: { offset: 8, access: 'w1c', reset: 0b1111 },
        ADDRESS: { offset: 16, width: 64, reset: 0x1_0000_0000n },
        BELL: { offset: 0x40, access: 'wo', count: 3, strideBytes: 8, write: (
          value, _former, index
        ) => log.push([index, value]) },
      })
      file.write(4, 4, 0xffff_ff31)
      file.write(8, 1, 0b0101)
      file.write(0x50, 4, 7)
      file.write(16, 4, 0x1000)
      file.write(0, 4, 9)
      file.write(0x80, 4, 9)
      expect(log).toEqual([[0x31, 1], [2, 7]])
      expect(
        [file.read(0, 4), file.read(2, 2), file.read(8, 4), file.read(0x50, 4)],
      ).toEqual([0x12345678, 0x1234, 0b1010, 0])
      expect([file.field('CONTROL', 'MODE'), file.getAddress('ADDRESS')]).toEqual([3, 0x1_0000_1000])
      expect(hardwareRecords().map((record) => record.message)).toEqual([
        'write of 0x9 to read-only ID', 'write of 0x9 to reserved offset 0x80',
      ])
      expect(file.snapshot()[1]).toEqual({
        name: 'CONTROL', offset: 4, widthBits: 32, value: 0x31n, fields: [
          { name: 'EN', value: 1n }, { name: 'MODE', value: 3n },
        ],
      })
    })
  })
})
