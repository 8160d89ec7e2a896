import { describe, expect, it } from 'vitest'
import {
  describeFrames, inMemoryWorld, panicOf, type MemoryWorld,
} from '../../../test/support/memoryWorld.ts'
import { physicalPages } from '../../mach/index.ts'
import { present } from '../../sim/index.ts'
import {
  IOMemoryDescriptor, kIODirectionIn, kIODirectionOut, kIOMemoryRemote, type IODirection,
} from '../memory/index.ts'
import {
  IODMACommand, kBypassed, kForceDoubleBuffer, kIterateOnly, kMapped, kUnmapped, OutputBig32, OutputBig64,
  OutputHost32, OutputHost64, OutputLittle32, OutputLittle64, segmentOptions, type Segment64,
  type SegmentOptions, type SegmentPosition,
} from './index.ts'

const U = [0x12345, 0x12346, 0x777]
const U_HIGH = [0x12345, 0x12346, 0x100005]
/** One low page, then room for a copy buffer. */
const FREE = [{ address: 0x42000, sizeBytes: 0x1000 }, { address: 0x500000, sizeBytes: 0x100000 }]

function inDmaWorld(story: (world: MemoryWorld) => void): void {
  inMemoryWorld(story, { free: FREE })
}

function prepared(
  world: MemoryWorld, frames: readonly number[],
  place: { skip?: number; length?: number; direction?: IODirection } = {},
): IOMemoryDescriptor {
  const memory = describeFrames(world, frames, { skip: 0x600, length: 0x2500, ...place })
  memory.prepare()
  return memory
}

function command(options: SegmentOptions, mapping = kMapped): IODMACommand {
  return present(IODMACommand.withSpecification(OutputHost64, options, mapping), 'a command')
}

/** Every segment, asked for `count` at a time: `address+length`, and the last answer when it is an error. */
function segments(dma: IODMACommand, count = 16, from = 0): string[] {
  const list: Segment64[] = Array.from({ length: count }, () => ({ fIOVMAddr: 0, fLength: 0 }))
  const told: string[] = []
  for (let offset = from; ;) {
    const position: SegmentPosition = { offset, count }
    const result = dma.genIOVMSegments(position, list)
    if (result !== 0) {
      if (result !== 0xe00002e8) told.push(result.toString(16))
      return told
    }
    for (const { fIOVMAddr, fLength } of list.slice(0, position.count)) {
      told.push(`${fIOVMAddr.toString(16)}+${fLength.toString(16)}`)
    }
    offset = position.offset
  }
}

/** Goal: the worked examples of segment generation, number by number. */
describe('segments of prepared memory', () => {
  it('1, 2: cut at the largest size, one call or one segment at a time', () => {
    inDmaWorld((world) => {
      const dma = command(segmentOptions(32, 4096))
      expect(dma.setMemoryDescriptor(prepared(world, U))).toBe(0)
      const expected = ['12345600+1000', '12346600+a00', '777000+b00']
      expect([segments(dma), segments(dma, 1)]).toEqual([expected, expected])
      const offsets: number[] = []
      const one = [{ fIOVMAddr: 0, fLength: 0 }]
      const position = { offset: 0, count: 1 }
      while (dma.genIOVMSegments(position, one) === 0) {
        offsets.push(position.offset)
        position.count = 1
      }
      expect(offsets).toEqual([0x1000, 0x1a00, 0x2500])
    })
  })

  it('3: joined where the pages touch', () => {
    inDmaWorld((world) => {
      const dma = command(segmentOptions(32))
      dma.setMemoryDescriptor(prepared(world, U))
      expect(segments(dma)).toEqual(['12345600+1a00', '777000+b00'])
    })
  })

  it('4: a page out of reach is copied through a low one', () => {
    inDmaWorld((world) => {
      const dma = command(segmentOptions(32, 4096))
      world.bus.write32(0x100005000, 0x11)
      expect(dma.setMemoryDescriptor(prepared(world, U_HIGH))).toBe(0)
      expect(segments(dma)).toEqual(['12345600+1000', '12346600+a00', '42000+b00'])
      expect(world.bus.read32(0x42000)).toBe(0x11)
      world.bus.write32(0x42000, 0x22)
      world.bus.write32(0x42afc, 0x33)
      expect([dma.complete(), world.bus.read32(0x100005000), world.bus.read32(0x100005afc)])
        .toEqual([0, 0x22, 0x33])
    })
  })

  it('5: with direction Out nothing comes back', () => {
    inDmaWorld((world) => {
      const dma = command(segmentOptions(32, 4096))
      dma.setMemoryDescriptor(prepared(world, U_HIGH, { direction: kIODirectionOut }))
      world.bus.write32(0x42000, 0x22)
      expect([dma.complete(), world.bus.read32(0x100005000)]).toEqual([0, 0])
    })
  })

  it('6, 7: enough address bits need no copy; a cursor stops at the limit', () => {
    inDmaWorld((world) => {
      const wide = command(segmentOptions(64, 4096))
      wide.setMemoryDescriptor(prepared(world, U_HIGH))
      expect(segments(wide)).toEqual(['12345600+1000', '12346600+a00', '100005000+b00'])
      const cursor = command(segmentOptions(32, 4096), kIterateOnly)
      cursor.setMemoryDescriptor(prepared(world, U_HIGH))
      expect([segments(cursor), segments(cursor, 2)])
        .toEqual([['e00002e1'], ['12345600+1000', '12346600+a00', 'e00002e1']])
    })
  })

  it('8: a run is cut at 4 GiB, and for direction In only comes back', () => {
    inMemoryWorld((world) => {
      world.bus.addRam(0xf0000000, 0x10000000)
      world.bus.write32(0x100000000, 5)
      const place = { skip: 0, length: 0x3000, direction: kIODirectionIn } as const
      const dma = command(segmentOptions(32))
      dma.setMemoryDescriptor(prepared(world, [0xffffe, 0xfffff, 0x100000], place))
      expect(segments(dma)).toEqual(['ffffe000+2000', '42000+1000'])
      expect(world.bus.read32(0x42000)).toBe(0)
      world.bus.write32(0x42ffc, 6)
      dma.complete()
      expect([world.bus.read32(0x100000000), world.bus.read32(0x100000ffc)]).toEqual([0, 6])
    }, { free: FREE })
  })

  it('9, 10: misaligned memory goes through a copy as a whole; aligned memory does not', () => {
    inDmaWorld((world) => {
      const dma = command(segmentOptions(64, 4096, 0, 4))
      const odd = prepared(world, U, { skip: 0x603, length: 0x2500 })
      odd.writeBytes(0, Uint8Array.of(1, 2, 3))
      dma.setMemoryDescriptor(odd)
      expect(segments(dma)).toEqual(['500000+1000', '501000+1000', '502000+500'])
      expect([world.bus.read8(0x500000), world.bus.read8(0x500002)]).toEqual([1, 3])
      world.bus.write8(0x5024ff, 9)
      dma.clearMemoryDescriptor()
      const back = new Uint8Array(1)
      expect([odd.readBytes(0x24ff, back), back[0]]).toEqual([1, 9])
      const even = command(segmentOptions(64, 4096, 0, 4))
      even.setMemoryDescriptor(prepared(world, U, { skip: 0x604, length: 0x2500 }))
      expect(segments(even)).toEqual(['12345604+1000', '12346604+9fc', '777000+b04'])
    })
  })

  it('11: a second range out of line makes a copy of both', () => {
    inDmaWorld((world) => {
      const a = describeFrames(world, [0x12345], { skip: 0x600, length: 0xa00 })
      const b = describeFrames(world, [0x777], { skip: 0x402, length: 0x100 })
      const ranges = [a, b].map((one) => one.getSourceSegment(0))
      const both = present(IOMemoryDescriptor.withAddressRanges(ranges, 3, world.task), 'both')
      both.prepare()
      physicalPages().allocate(0x1000)
      const dma = command(segmentOptions(64, 0, 0, 4))
      dma.setMemoryDescriptor(both)
      expect(segments(dma)).toEqual(['500000+b00'])
    })
  })

  it('12, 13: inner starts and lengths keep their alignments', () => {
    inDmaWorld((world) => {
      const two = { skip: 0, length: 0x2000 }
      const base = { fNumAddressBits: 64, fMaxSegmentSize: 3000, fMaxTransferSize: 0, fAlignment: 1 }
      const inner = command({ ...base, fAlignmentLength: 1, fAlignmentInternalSegments: 512 })
      inner.setMemoryDescriptor(prepared(world, [0x10, 0x11], two))
      expect(segments(inner)).toEqual(['10000+a00', '10a00+a00', '11400+a00', '11e00+200'])
      const lengths = command({ ...base, fAlignmentLength: 1024, fAlignmentInternalSegments: 1 })
      lengths.setMemoryDescriptor(prepared(world, [0x10, 0x11], two))
      expect(segments(lengths)).toEqual(['10000+800', '10800+800', '11000+800', '11800+800'])
    })
  })

  it('14, 15: a refused prepare counts when its length is misaligned, not when it is too long', () => {
    inDmaWorld((world) => {
      const options = { ...segmentOptions(64), fAlignmentLength: 512 }
      const odd = command(options)
      odd.setMemoryDescriptor(prepared(world, U, { skip: 0, length: 0x2001 }), false)
      expect([odd.prepare(), odd.complete(), odd.complete()]).toEqual([0xe00002d0, 0, 0xe00002d8])
      const long = command(segmentOptions(64, 0, 0x1000))
      long.setMemoryDescriptor(prepared(world, U, { skip: 0, length: 0x2000 }), false)
      expect([long.prepare(), long.complete()]).toEqual([0xe00002db, 0xe00002d8])
    })
  })

  it('16, 17: a part of the memory; two ranges that touch', () => {
    inDmaWorld((world) => {
      const dma = command(segmentOptions(64))
      dma.setMemoryDescriptor(prepared(world, U), false)
      expect(dma.prepare({ offset: 0x200, length: 0x1000 })).toBe(0)
      expect(segments(dma)).toEqual(['12345800+1000'])
      expect(dma.getPreparedOffsetAndLength()).toEqual({ result: 0, offset: 0x200, length: 0x1000 })
      expect(dma.prepare()).toBe(0xe00002d8)
      const pages = [0x20, 0x21].map((frame) => describeFrames(world, [frame], { skip: 0, length: 0x1000 }))
      const ranges = pages.map((one) => one.getSourceSegment(0))
      const both = present(IOMemoryDescriptor.withAddressRanges(ranges, 3, world.task), 'both')
      both.prepare()
      const joined = command(segmentOptions(64))
      joined.setMemoryDescriptor(both)
      expect(segments(joined)).toEqual(['20000+2000'])
    })
  })

  it('18: a specification that makes no sense is refused', () => {
    inDmaWorld(() => {
      const dma = IODMACommand.withRefCon('mine')
      expect([
        dma.setSpecification(OutputHost32, segmentOptions(40)),
        dma.setSpecification(OutputHost64, segmentOptions(11)),
        dma.setSpecification(OutputHost64, segmentOptions(64), 4),
        dma.setSpecification(null, segmentOptions(64)),
        dma.setSpecification(OutputHost64, segmentOptions(64), kBypassed), dma.prepare(),
      ]).toEqual([0xe00002c2, 0xe00002c2, 0xe00002c2, 0xe00002c2, 0, 0])
      expect([dma.refCon, IODMACommand.withRefCon(null).prepare()]).toEqual(['mine', 0xe00002d8])
    })
  })

  it('19: past the end of the memory the generation does not come back', () => {
    inDmaWorld((world) => {
      const dma = command(segmentOptions(64))
      dma.setMemoryDescriptor(prepared(world, [0x30], { skip: 0, length: 0x1000 }), false)
      expect(dma.prepare({ offset: 0x800, length: 0x1000 })).toBe(0)
      expect(panicOf(() => segments(dma))).toMatch(/^IODMACommand::genIOVMSegments does not return/u)
    })
  })
})

describe('a command and its memory', () => {
  it('holds the memory until it is cleared', () => {
    inDmaWorld((world) => {
      const memory = prepared(world, U)
      const dma = command(segmentOptions(64))
      dma.setMemoryDescriptor(memory)
      expect([dma.setMemoryDescriptor(prepared(world, [0x40])), dma.clearMemoryDescriptor(false)])
        .toEqual([0xe00002d5, 0xe00002d8])
      expect(panicOf(() => memory.complete())).toBe('complete() while dma active')
      expect([dma.setMemoryDescriptor(memory, false), dma.complete(), dma.clearMemoryDescriptor()])
        .toEqual([0, 0xe00002d8, 0])
      expect(panicOf(() => memory.setDMAInactive())).toBe('_dmaReferences underflow')
    })
  })

  it('copies bytes as the device sees them', () => {
    inDmaWorld((world) => {
      const dma = command(segmentOptions(32))
      dma.setMemoryDescriptor(prepared(world, U_HIGH))
      expect(dma.writeBytes(0x19fe, Uint8Array.of(1, 2, 3, 4))).toBe(4)
      expect([world.bus.read16(0x12346ffe), world.bus.read16(0x42000)]).toEqual([0x0201, 0x0403])
      const back = new Uint8Array(4)
      expect([dma.readBytes(0x19fe, back), ...back]).toEqual([4, 1, 2, 3, 4])
      expect(dma.readBytes(0x2500, back)).toBe(0)
      dma.complete()
      expect([world.bus.read16(0x100005000), dma.readBytes(0, back)]).toEqual([0x0403, 0])
    })
  })

  it('synchronizes in one direction at a time', () => {
    inDmaWorld((world) => {
      const dma = command(segmentOptions(32))
      expect(dma.synchronize(kIODirectionIn)).toBe(0xe00002d8)
      dma.setMemoryDescriptor(prepared(world, U_HIGH))
      expect(dma.synchronize(3)).toBe(0xe00002c2)
      world.bus.write32(0x42000, 7)
      expect([dma.synchronize(kIODirectionIn), world.bus.read32(0x100005000)]).toEqual([0, 7])
      world.bus.write32(0x100005000, 8)
      expect([dma.synchronize(kIODirectionOut), world.bus.read32(0x42000)]).toEqual([0, 8])
      expect([dma.synchronize(kForceDoubleBuffer), dma.synchronize(kForceDoubleBuffer)]).toEqual([0, 0])
      expect(segments(dma)).toEqual(['500000+2500'])
    })
  })

  it('is cloned with its lengths and inner starts swapped, as in the kernel', () => {
    inDmaWorld(() => {
      const dma = command({
        fNumAddressBits: 40, fMaxSegmentSize: 4096, fMaxTransferSize: 65536, fAlignment: 4,
        fAlignmentLength: 8, fAlignmentInternalSegments: 16,
      })
      const clone = present(dma.cloneCommand('two'), 'a clone')
      expect([
        clone.getNumAddressBits(), clone.getAlignment(), clone.getAlignmentLength(),
        clone.getAlignmentInternalSegments(), clone.refCon,
      ]).toEqual([40, 4, 16, 8, 'two'])
    })
  })

  it('walks remote memory without touching it', () => {
    inDmaWorld(() => {
      const ranges = [
        { address: 0x4567890123456, length: 0x1000 }, { address: 0x2109876543210, length: 0x2000 },
      ]
      const made = IOMemoryDescriptor.withAddressRanges(ranges, 3 | kIOMemoryRemote, null)
      const remote = present(made, 'remote')
      const dma = command(segmentOptions(64, 0x2000), kUnmapped | kIterateOnly)
      expect(dma.setMemoryDescriptor(remote)).toBe(0)
      expect(segments(dma)).toEqual(['4567890123456+1000', '2109876543210+2000'])
    })
  })
})

it('writes segments in every format', () => {
  inDmaWorld((world) => {
    const memory = prepared(world, U)
    const written = [OutputBig32, OutputLittle32, OutputBig64, OutputLittle64].map((output) => {
      const dma = present(IODMACommand.withSpecification(output, segmentOptions(32)), 'a command')
      dma.setMemoryDescriptor(memory)
      const view = new DataView(new ArrayBuffer(16))
      const position = { offset: 0, count: 1 }
      expect(dma.genIOVMSegments(position, view)).toBe(0)
      expect(dma.genIOVMSegments({ offset: 0, count: 1 }, [{ fIOVMAddr: 0, fLength: 0 }])).toBe(0xe00002e1)
      dma.clearMemoryDescriptor()
      return [...new Uint8Array(view.buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    })
    expect(written).toEqual([
      '1234560000001a000000000000000000', '00563412001a00000000000000000000',
      '00000000123456000000000000001a00', '0056341200000000001a000000000000',
    ])
  })
})
