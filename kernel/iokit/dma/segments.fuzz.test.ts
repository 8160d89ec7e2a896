import { expect, it } from 'vitest'
import { inMemoryWorld, showFrames, type MemoryWorld } from '../../../test/support/memoryWorld.ts'
import { present, Random } from '../../sim/index.ts'
import { IOMemoryDescriptor, kIODirectionInOut, type IOAddressRange } from '../memory/index.ts'
import { IODMACommand, OutputHost64, type Segment64, type SegmentOptions } from './index.ts'

const PAGE = 4096

/** Memory of a story: its ranges, and the physical address of every byte as a plain list. */
interface Plan {
  readonly ranges: readonly IOAddressRange[]
  readonly physical: readonly number[]
}

const below = (random: Random, limit: number): number => random.next32() % limit
const pick = <T>(random: Random, from: readonly T[]): T => from[below(random, from.length)]!

/** A few ranges over scattered, partly neighbouring frames, some above 4 GiB. */
function plan(world: MemoryWorld, random: Random): Plan {
  const ranges: IOAddressRange[] = []
  const physical: number[] = []
  let frame = 0x21000
  for (let count = 1 + below(random, 3); count > 0; count--) {
    const frames = Array.from({ length: 1 + below(random, 4) }, () => {
      frame += below(random, 3) === 0 ? 2 + below(random, 5) : 1
      return below(random, 4) === 0 ? 0x100000 + (frame % 0x3000) : frame
    })
    const skip = below(random, 2) === 0 ? 0 : 4 * below(random, PAGE / 4)
    const length = 1 + below(random, frames.length * PAGE - skip)
    ranges.push({ address: showFrames(world.task, PAGE, frames) + skip, length })
    for (let at = skip; at < skip + length; at++) {
      physical.push(frames[Math.floor(at / PAGE)]! * PAGE + (at % PAGE))
    }
  }
  return { ranges, physical }
}

/** Pages that bounce singly must not be cut further: see the kernel's mistake below. */
function specification(random: Random): SegmentOptions {
  const fAlignment = pick(random, [1, 1, 4, 64])
  const fNumAddressBits = pick(random, [0, 32, 32, 64])
  const isCut = fNumAddressBits !== 32
  return {
    fNumAddressBits, fMaxSegmentSize: isCut ? pick(random, [0, 4096, 512, 3072]) : 0,
    fMaxTransferSize: 0, fAlignment, fAlignmentLength: 1,
    fAlignmentInternalSegments: fAlignment,
  }
}

/** All segments, some at a time. */
function generate(dma: IODMACommand, random: Random, length: number): Segment64[] {
  const all: Segment64[] = []
  for (let offset = 0; offset < length;) {
    const list = Array.from({ length: 1 + below(random, 5) }, () => ({ fIOVMAddr: 0, fLength: 0 }))
    const position = { offset, count: list.length }
    expect(dma.genIOVMSegments(position, list)).toBe(0)
    const given = list.slice(0, position.count)
    expect(position.offset).toBe(given.reduce((sum, one) => sum + one.fLength, offset))
    all.push(...given)
    offset = position.offset
  }
  return all
}

/** Goal: whatever the memory and the device, the segments obey the device and reach every byte, in order. */
it('segments obey the specification and carry every byte, in both directions', () => {
  for (let seed = 1; seed <= 60; seed++) {
    inMemoryWorld((world) => {
      const random = new Random(seed)
      const { ranges, physical } = plan(world, random)
      const options = specification(random)
      const made = IOMemoryDescriptor.withAddressRanges(ranges, kIODirectionInOut, world.task)
      const memory = present(made, 'memory')
      const content = Uint8Array.from(physical, () => below(random, 256))
      expect([memory.prepare(), memory.writeBytes(0, content)]).toEqual([0, content.length])
      expect(physical.every((address, at) => world.bus.read8(address) === content[at])).toBe(true)

      const dma = present(IODMACommand.withSpecification(OutputHost64, options), 'a command')
      expect(dma.setMemoryDescriptor(memory)).toBe(0)
      const all = generate(dma, random, content.length)
      for (const { fIOVMAddr, fLength } of all) {
        expect(fLength).toBeGreaterThan(0)
        if (options.fMaxSegmentSize > 0) expect(fLength).toBeLessThanOrEqual(options.fMaxSegmentSize)
        if (options.fNumAddressBits === 32) expect(fIOVMAddr + fLength).toBeLessThanOrEqual(2 ** 32)
        expect(fIOVMAddr % options.fAlignment).toBe(0)
      }
      const device = new Uint8Array(content.length)
      let at = 0
      for (const { fIOVMAddr, fLength } of all) {
        world.bus.copyOut(fIOVMAddr, device.subarray(at, at + fLength))
        at += fLength
      }
      expect([at, Buffer.compare(device, content)]).toEqual([content.length, 0])

      const answer = content.map((byte) => byte ^ 0xff)
      at = 0
      for (const { fIOVMAddr, fLength } of all) {
        world.bus.copyIn(fIOVMAddr, answer.subarray(at, at + fLength))
        at += fLength
      }
      expect([dma.clearMemoryDescriptor(), memory.readBytes(0, device)]).toEqual([0, content.length])
      expect(Buffer.compare(device, answer)).toBe(0)
    })
  }
})

/** Goal: without limits the segments are exactly the runs of neighbouring bytes. */
it('segments without limits are the longest runs there are', () => {
  for (let seed = 100; seed <= 160; seed++) {
    inMemoryWorld((world) => {
      const random = new Random(seed)
      const { ranges, physical } = plan(world, random)
      const runs: Segment64[] = []
      for (const address of physical) {
        const last = runs.at(-1)
        if (last !== undefined && last.fIOVMAddr + last.fLength === address) last.fLength++
        else runs.push({ fIOVMAddr: address, fLength: 1 })
      }
      const memory = present(IOMemoryDescriptor.withAddressRanges(ranges, 3, world.task), 'memory')
      memory.prepare()
      const options: SegmentOptions = {
        fNumAddressBits: 0, fMaxSegmentSize: 0, fMaxTransferSize: 0, fAlignment: 1, fAlignmentLength: 1,
        fAlignmentInternalSegments: 1,
      }
      const dma = present(IODMACommand.withSpecification(OutputHost64, options), 'a command')
      dma.setMemoryDescriptor(memory)
      expect(generate(dma, random, physical.length)).toEqual(runs)
    })
  }
})

/**
 * The kernel's mistake: the walk that fills the copies cuts at the largest size and takes a page for each
 * piece; the
 * walk for the device finds only the first piece's page.
 */
it('a page that bounces in pieces loses all but its first piece', () => {
  inMemoryWorld((world) => {
    const address = showFrames(world.task, PAGE, [0x100005])
    const memory = present(IOMemoryDescriptor.withAddressRange(address, PAGE, 3, world.task), 'memory')
    memory.prepare()
    memory.writeBytes(0, new Uint8Array(PAGE).fill(7))
    const options: SegmentOptions = {
      fNumAddressBits: 32, fMaxSegmentSize: 2048, fMaxTransferSize: 0, fAlignment: 1, fAlignmentLength: 1,
      fAlignmentInternalSegments: 1,
    }
    const dma = present(IODMACommand.withSpecification(OutputHost64, options), 'a command')
    dma.setMemoryDescriptor(memory)
    const all = generate(dma, new Random(1), PAGE)
    const [first, second] = all
    expect([all.length, second!.fIOVMAddr - first!.fIOVMAddr]).toEqual([2, 2048])
    expect([world.bus.read8(first!.fIOVMAddr), world.bus.read8(second!.fIOVMAddr)]).toEqual([7, 0])
  })
})
