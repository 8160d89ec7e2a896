import { describe, expect, it } from 'vitest'
import { inMemoryWorld, panicOf, type MemoryWorld } from '../../../test/support/memoryWorld.ts'
import { OSString } from '../../libkern/index.ts'
import {
  kernel_task, physicalPages, VM_INHERIT_NONE, VM_PROT_NONE, type Task,
} from '../../mach/index.ts'
import { present } from '../../sim/index.ts'
import { IODMACommand, kForceDoubleBuffer, OutputHost64, segmentOptions } from '../dma/index.ts'
import {
  IOBufferMemoryDescriptor, IODeviceMemory, IOFreePageable, IOGuardPageMemoryDescriptor, IOMallocPageable,
  IOMemoryDescriptor, IOMultiMemoryDescriptor, IOSubMemoryDescriptor, kIODirectionCompleteWithDataValid,
  kIODirectionIn, kIODirectionInOut, kIODirectionNone, kIODirectionOut, kIODirectionPrepareNoZeroFill,
  kIOMapAnywhere, kIOMapGuardedSmall, kIOMapPrefault, kIOMapReadOnly, kIOMapUnique, kIOMemoryKernelUserShared,
  kIOMemoryMapCopyOnWrite, kIOMemoryPageable, kIOMemoryRemote, type IOAddressRange, type IODirection,
} from './index.ts'

const PAGE = 4096
const ptoa = (pages: number): number => pages * PAGE

/** Memory of the kernel, filled by page: what the test's IOMallocAligned and its loop make. */
function kernelBytes(sizeBytes: number, byteAt: (offset: number) => number): number {
  const { address } = kernel_task().map.allocate(sizeBytes)
  kernel_task().map.write(address, Uint8Array.from({ length: sizeBytes }, (_, offset) => byteAt(offset)))
  return address
}

function words(task: Task, address: number, offsets: readonly number[]): number[] {
  return offsets.map((offset) => {
    const bytes = new Uint8Array(4)
    expect(task.map.read(address + offset, bytes)).toBe(true)
    return new DataView(bytes.buffer).getUint32(0, true)
  })
}

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value, true)
  return bytes
}

/** Goal: the sub-tests of xnu's own IOMemoryDescriptorTest, in its order. */
describe('xnu IOMemoryDescriptorTest', () => {
  it.each([kIODirectionIn, kIODirectionOut, kIODirectionInOut] as const)(
    'IODMACommandForceDoubleBufferTest, direction %i', (direction) => {
      inMemoryWorld((world) => doubleBuffer(world, direction))
    },
  )

  it('AllocationNameTest', () => {
    inMemoryWorld(() => {
      const options = kIODirectionInOut | kIOMemoryPageable | kIOMemoryKernelUserShared
      const buffer = present(IOBufferMemoryDescriptor.inTaskWithOptions(null, options, ptoa(13)), 'a buffer')
      const free = physicalPages().freeBytes
      expect([buffer.prepare(), free - physicalPages().freeBytes]).toEqual([0, ptoa(13)])
      buffer.release()
      expect(physicalPages().freeBytes).toBe(free)
    })
  })

  it.each([[0, 0x99999999], [kIOMemoryMapCopyOnWrite, 0x33333333]])(
    'IOMemoryMapCopyOnWriteTest, options 0x%x', (options, expected) => {
      inMemoryWorld(({ task }) => {
        const size = 0x4018 + 0x800
        const made = IOBufferMemoryDescriptor.inTaskWithOptions(task, 3 | kIOMemoryPageable, size)
        const p = present(made, 'a buffer').getBytesNoCopy() + 0x800
        const values = [0x11111111, 0x22222222, 0x33333333, 0x44444444]
        for (const [page, value] of values.entries()) task.map.write(p + ptoa(page), word(value))
        const memory = IOMemoryDescriptor.withAddressRange(p, 0x4018, kIODirectionOut | options, task)
        const map = present(memory?.map(kIOMapReadOnly), 'a map')
        const seen = (): number[] => [0, 1, 2, 3].map((page) => map.read32(ptoa(page)))
        expect([map.getVirtualAddress() % PAGE, seen()]).toEqual([0x800, values])
        task.map.write(p + 0x2000, word(0x99999999))
        expect(seen()).toEqual([values[0], values[1], expected, values[3]])
      })
    },
  )

  it('IOMultMemoryDescriptorTest', () => {
    inMemoryWorld(() => {
      const data = kernelBytes(ptoa(8), (offset) => Math.floor(offset / PAGE) | 0xd0)
      const described = (...ranges: IOAddressRange[]): IOMemoryDescriptor =>
        present(IOMemoryDescriptor.withAddressRanges(ranges, 3, kernel_task()), 'memory')
      expect(described({ address: data, length: 2 }).getDMAMapLength())
        .toEqual({ length: ptoa(1), offset: 0 })
      expect(described({ address: data + PAGE - 2, length: 4 }).getDMAMapLength())
        .toEqual({ length: ptoa(2), offset: PAGE - 2 })
      const halves = described(
        { address: data + ptoa(4), length: ptoa(4) }, { address: data, length: ptoa(4) },
      )
      const part = (page: number, count: number): IOMemoryDescriptor =>
        present(IOSubMemoryDescriptor.withSubRange(halves, ptoa(page), ptoa(count), 3), 'a part')
      const parts = [halves, part(3, 2), part(7, 1)]
      const multi = present(IOMultiMemoryDescriptor.withDescriptors(parts, 3), 'multi')
      expect([halves, parts[1]!, multi].map((memory) => memory.getDMAMapLength()))
        .toEqual([8, 2, 11].map((pages) => ({ length: ptoa(pages), offset: 0 })))
      const map = present(multi.createMappingInTask(kernel_task(), {
        options: kIOMapAnywhere | kIOMapGuardedSmall, offset: ptoa(7), length: multi.getLength() - ptoa(7),
      }), 'a map')
      expect(map.getLength()).toBe(ptoa(4))
      expect([0, 1, 2, 3].map((page) => map.read32(ptoa(page)).toString(16)))
        .toEqual(['d3d3d3d3', 'd7d7d7d7', 'd0d0d0d0', 'd3d3d3d3'])
      expect(panicOf(() => map.read8(ptoa(4)))).toMatch(/page-fault/u)
    })
  })

  it('IOBMDOverflowTest', () => {
    inMemoryWorld(() => {
      const options = kIOMemoryPageable | kIODirectionOut
      const size = 2 ** 64
      expect(IOBufferMemoryDescriptor.inTaskWithPhysicalMask(kernel_task(), options, size, 0n)).toBeNull()
    })
  })

  it('IOBMDSetLengthMapTest', () => {
    inMemoryWorld(({ task }) => {
      const options = kIODirectionInOut | kIOMemoryKernelUserShared
      const made = IOBufferMemoryDescriptor.inTaskWithOptions(kernel_task(), options, 0x4000, 0x4000)
      const buffer = present(made, 'a buffer')
      for (const length of [0x100, 0x200]) {
        buffer.setLength(length)
        const map = present(buffer.createMappingInTask(task), 'a map')
        expect(map.getLength()).toBe(length)
        map.release()
      }
    })
  })

  it('ZeroLengthTest', () => {
    inMemoryWorld(({ task }) => {
      const memory = present(IOMemoryDescriptor.withAddressRange(0, 0, kIODirectionNone, task), 'memory')
      expect([memory.prepare(), memory.complete(), memory.map()]).toEqual([0, 0, null])
    })
  })

  it('IODirectionPrepareNoZeroFillTest', () => {
    inMemoryWorld(() => {
      const options = kIODirectionIn | kIOMemoryPageable
      const buffer = present(IOBufferMemoryDescriptor.inTaskWithOptions(null, options, ptoa(24)), 'a buffer')
      expect([
        buffer.prepare(kIODirectionIn | kIODirectionPrepareNoZeroFill), buffer.prepare(kIODirectionIn),
        buffer.complete(kIODirectionIn | kIODirectionCompleteWithDataValid), buffer.complete(kIODirectionIn),
        buffer.getPreparationID(),
      ]).toEqual([0, 0, 0, 0, 0])
    })
  })

  it('BadFixedAllocTest', () => {
    inMemoryWorld(() => {
      const options = kIODirectionIn | kIOMemoryPageable
      const buffer = present(IOBufferMemoryDescriptor.inTaskWithOptions(null, options, PAGE), 'a buffer')
      expect(buffer.createMappingInTask(kernel_task(), { address: 0x2000, options: 0 })).toBeNull()
    })
  })

  it('IOMemoryRemoteTest', () => {
    inMemoryWorld(() => {
      const ranges = [
        { address: 0x4567890123456, length: 0x1000 }, { address: 0x2109876543210, length: 0x2000 },
      ]
      const options = kIODirectionInOut | kIOMemoryRemote
      const memory = present(IOMemoryDescriptor.withAddressRanges(ranges, options, null), 'memory')
      expect(memory.prepare(kIODirectionInOut)).toBe(0)
      const seen = [0, 0x1000, 0x3000].map((offset) => memory.getPhysicalSegment(offset))
      expect(seen).toEqual([...ranges, { address: 0, length: 0 }])
    })
  })

  it('IOMemoryPrefaultTest', () => {
    inMemoryWorld(({ task }) => {
      const options = kIODirectionInOut | kIOMemoryPageable
      const buffer = present(IOBufferMemoryDescriptor.inTaskWithOptions(task, options, ptoa(8)), 'a buffer')
      expect(buffer.map(kIOMapPrefault)).toBeNull()
      expect(buffer.prepare()).toBe(0)
      const map = present(buffer.map(kIOMapPrefault), 'a map')
      const free = physicalPages().freeBytes
      expect([map.read32(0), map.read32(ptoa(7)), physicalPages().freeBytes]).toEqual([0, 0, free])
    })
  })

  it('IOGuardPageMDTest', () => {
    inMemoryWorld(() => {
      const data = kernelBytes(PAGE, (offset) => offset & 0xff)
      const dataMD = present(IOMemoryDescriptor.withAddressRange(data, PAGE, 3, kernel_task()), 'data')
      for (let left = 1; left < 5; left++) {
        for (let right = 1; right < 5; right++) guardedPage(dataMD, left, right)
      }
      for (let capacity = PAGE / 8; capacity < ptoa(10); capacity += PAGE / 8) guardedBuffer(capacity)
    })
  })

  it('IOMDContextTest', () => {
    inMemoryWorld(() => {
      const options = kIODirectionInOut | kIOMemoryPageable | kIOMemoryKernelUserShared
      const buffer = present(IOBufferMemoryDescriptor.inTaskWithOptions(null, options, ptoa(13)), 'a buffer')
      const first = OSString.withCString('firstString')
      const second = OSString.withCString('secondString')
      const told: unknown[] = [buffer.copyContext()]
      for (const context of [null, first, null, second]) {
        buffer.setContext(context)
        const copy = buffer.copyContext()
        told.push(copy)
        copy?.release()
      }
      buffer.release()
      expect(told).toEqual([null, null, first, null, second])
      expect([first.getRetainCount(), second.getRetainCount()]).toEqual([1, 1])
    })
  })

  it('sweep over offsets and lengths of descriptors and maps', () => {
    inMemoryWorld(() => {
      const size = 256 * 1024
      const data = kernel_task().map.allocate(size).address
      kernel_task().map.inherit(data + ptoa(1), ptoa(1), VM_INHERIT_NONE)
      kernel_task().map.inherit(data + ptoa(16), ptoa(4), VM_INHERIT_NONE)
      const pattern = Uint32Array.from({ length: size / 4 }, (_, index) => index)
      kernel_task().map.write(data, new Uint8Array(pattern.buffer))
      let maps = 0
      for (let offset = 0; offset < size; offset = offset * 4 + 0x40c) {
        for (let length = 4; length < size - offset - 1; length = length * 4 + 0x3fc) {
          maps += sweep(data, offset, length)
        }
      }
      expect(maps).toBeGreaterThan(200)
    })
  })
})

describe('xnu kern.iokittest', () => {
  it('IOMallocPageableTests', () => {
    inMemoryWorld(() => {
      for (const alignment of [1, PAGE, ptoa(4), ptoa(16)]) {
        const address = IOMallocPageable(ptoa(3), alignment)
        expect([address % alignment, words(kernel_task(), address, [0, ptoa(3) - 4])]).toEqual([0, [0, 0]])
        IOFreePageable(address, ptoa(3))
      }
      expect(kernel_task().map.list()).toEqual([])
    })
  })
})

/** A device range that begins on a 4 KiB boundary inside a 16 KiB page is mapped at exactly that offset. */
it('xnu rosetta_map_mmio', () => {
  inMemoryWorld(({ bus, task }) => {
    for (let page = 0; page < 8; page++) bus.write32(0x4000_0000 + ptoa(page), 0xabcd0000 | page)
    const whole = IODeviceMemory.withRange(0x4000_0000, ptoa(8))
    for (let page = 0; page < 8; page++) {
      const part = present(IODeviceMemory.withSubRange(whole, ptoa(page), PAGE), 'a part')
      const map = present(part.createMappingInTask(task), 'a map')
      const address = map.getVirtualAddress()
      expect([address % 0x4000, map.getLength(), words(task, address, [0])])
        .toEqual([ptoa(page) % 0x4000, PAGE, [(0xabcd0000 | page) >>> 0]])
    }
  }, { pageSizeBytes: 16384 })
})

/**
 * What the kernel's test asserts. Its command has no limits, so `prepare` makes it a cursor again and no copy
 * is made.
 */
function doubleBuffer({ bus }: MemoryWorld, direction: IODirection): void {
  const options = direction | kIOMemoryPageable
  const made = IOBufferMemoryDescriptor.inTaskWithOptions(kernel_task(), options, ptoa(8))
  const buffer = present(made, 'a buffer')
  const { map } = kernel_task()
  const at = buffer.getBytesNoCopy()
  expect(buffer.getDMAMapLength()).toEqual({ length: ptoa(8), offset: 0 })
  const before = (0x53535300 | direction) >>> 0
  const after = (0x11223300 | direction) >>> 0
  map.write(at, word(before))
  expect(buffer.prepare(direction)).toBe(0)
  const specification = segmentOptions(64, 0x2000, 128 * 1024, 1)
  const dma = present(IODMACommand.withSpecification(OutputHost64, specification), 'a command')
  expect([dma.setMemoryDescriptor(buffer), dma.synchronize(kForceDoubleBuffer | kIODirectionOut)])
    .toEqual([0, 0])
  const segment = { fIOVMAddr: 0, fLength: 0 }
  const position = { offset: 0, count: 1 }
  expect([dma.gen64IOVMSegments(position, [segment]), position.count]).toEqual([0, 1])
  if ((direction & kIODirectionOut) !== 0) expect(words(kernel_task(), at, [0])).toEqual([before])
  if ((direction & kIODirectionIn) !== 0) bus.write32(segment.fIOVMAddr, after)
  expect([dma.clearMemoryDescriptor(true), buffer.complete(direction)]).toEqual([0, 0])
  if ((direction & kIODirectionIn) !== 0) expect(words(kernel_task(), at, [0])).toEqual([after])
}

function guardedPage(data: IOMemoryDescriptor, left: number, right: number): void {
  const guard = (pages: number): IOMemoryDescriptor =>
    present(IOGuardPageMemoryDescriptor.withSize(ptoa(pages)), 'a guard')
  const parts = [guard(left), data, guard(right)]
  const multi = present(IOMultiMemoryDescriptor.withDescriptors(parts, 3), 'multi')
  parts[0]!.release()
  parts[2]!.release()
  const map = present(multi.createMappingInTask(kernel_task()), 'a map')
  multi.release()
  const address = map.getVirtualAddress()
  const seen = new Uint8Array(PAGE)
  kernel_task().map.read(address + ptoa(left), seen)
  expect([map.getLength(), seen.every((byte, offset) => byte === (offset & 0xff))])
    .toEqual([ptoa(left + 1 + right), true])
  const rights = Array.from({ length: left + 1 + right },
    (_, page) => kernel_task().map.regionAt(address + ptoa(page))?.protection === VM_PROT_NONE)
  expect(rights).toEqual(rights.map((_, page) => page !== left))
  map.release()
}

function guardedBuffer(capacity: number): void {
  const made = IOBufferMemoryDescriptor.inTaskWithGuardPages(kernel_task(), kIODirectionInOut, capacity)
  const buffer = present(made, 'a buffer')
  const at = buffer.getBytesNoCopy()
  expect([buffer.getLength(), at % PAGE]).toEqual([Math.ceil(capacity / PAGE) * PAGE, 0])
  const content = Uint8Array.from({ length: capacity }, (_, offset) => offset & 0xff)
  kernel_task().map.write(at, content)
  const options = { options: kIOMapAnywhere | kIOMapUnique, length: buffer.getLength() }
  const map = present(buffer.createMappingInTask(kernel_task(), options), 'a map')
  const seen = new Uint8Array(capacity)
  kernel_task().map.read(map.getVirtualAddress(), seen)
  expect([map.getLength(), map.getVirtualAddress() === at]).toEqual([buffer.getLength(), false])
  expect(seen).toEqual(content)
  for (const outside of [at - 1, at + buffer.getLength()]) {
    expect(kernel_task().map.read(outside, new Uint8Array(1))).toBe(false)
  }
  map.release()
  buffer.release()
}

/** Maps a descriptor at many places and compares every word; answers how many maps it made. */
function sweep(data: number, offset: number, length: number): number {
  const isSwapped = length <= ptoa(5) && length > ptoa(2) && offset % PAGE === 0
  const ranges = sweepRanges(data + offset, length, isSwapped)
  const memory = present(IOMemoryDescriptor.withAddressRanges(ranges, 3, kernel_task()), 'memory')
  const expected = Uint32Array.from({ length: Math.ceil(length / 4) }, (_, index) => {
    const at = index * 4 + offset
    return (isSwapped && at < ptoa(2) ? at ^ PAGE : at) >>> 2
  })
  let maps = 0
  for (let place = 0; place < length; place = place * 2 + 0xf00) {
    for (let size = 4; size < length - place - 1; size = size * 4 + 0x200) {
      const options = { options: kIOMapAnywhere | kIOMapGuardedSmall, offset: place, length: size }
      const map = present(memory.createMappingInTask(kernel_task(), options), 'a map')
      const wanted = new Uint8Array(expected.buffer, place, size)
      const seen = new Uint8Array(size)
      kernel_task().map.read(map.getVirtualAddress(), seen)
      expect(Buffer.compare(seen, wanted)).toBe(0)
      expect([memory.prepare(), memory.readBytes(place, seen.fill(0)), memory.complete()])
        .toEqual([0, size, 0])
      expect(Buffer.compare(seen, wanted)).toBe(0)
      map.release()
      maps++
    }
  }
  memory.release()
  return maps
}

function sweepRanges(start: number, length: number, isSwapped: boolean): IOAddressRange[] {
  if (length > ptoa(5)) {
    return [
      { address: start, length: 7634 }, { address: start + 7634, length: 9870 },
      { address: start + 7634 + 9870, length: length - 7634 - 9870 },
    ]
  }
  if (!isSwapped) return [{ address: start, length }]
  return [
    { address: start + PAGE, length: PAGE }, { address: start, length: PAGE },
    { address: start + ptoa(2), length: length - ptoa(2) },
  ]
}
