import { expect, it, describe } from 'vitest'
import { describeFrames, inMemoryWorld, panicOf } from '../../../test/support/memoryWorld.ts'
import { msgbufText, task_create } from '../../mach/index.ts'
import { present } from '../../sim/index.ts'
import {
  IOBufferMemoryDescriptor, IODeviceMemory, IOGeneralMemoryDescriptor, IOMemoryDescriptor,
  IOMultiMemoryDescriptor, IOSubMemoryDescriptor, kIODirectionIn, kIODirectionOut, kIOMapAnywhere,
  kIOMapReference, kIOMapUnique, kIOMemoryHostOnly, kIOMemoryPageable, kIOMemoryPurgeableEmpty,
  kIOMemoryPurgeableKeepCurrent, kIOMemoryPurgeableNonVolatile, kIOMemoryPurgeableVolatile, kIOMemoryRemote,
  type PhysicalSegment,
} from './index.ts'

const hex = ({ address, length }: PhysicalSegment): string => `${address.toString(16)}+${length.toString(16)}`

/** Goal: the worked example of a virtual descriptor answers, call by call, as the kernel's does. */
describe('a virtual descriptor, one range of three frames, 0x600 into the first', () => {
  const U = { skip: 0x600, length: 0x2500 }

  it('has segments only while it is prepared', () => {
    inMemoryWorld((world) => {
      const memory = describeFrames(world, [0x12345, 0x12346, 0x777], U)
      expect(panicOf(() => memory.getPhysicalSegment(0))).toBe('IOGMD: not wired for the IODMACommand')
      expect(memory.prepare()).toBe(0)
      const offsets = [0, 0xa00, 0x1a00, 0x2500]
      expect(offsets.map((offset) => hex(memory.getPhysicalSegment(offset)))).toEqual([
        '12345600+1a00', '12346000+1000', '777000+b00', '0+0',
      ])
      expect(memory.getDMAMapLength()).toEqual({ length: 0x3000, offset: 0x600 })
    })
  })

  it('prepared to be read only, it refuses to be prepared for writing', () => {
    inMemoryWorld((world) => {
      const memory = describeFrames(world, [0x12345, 0x12346, 0x777], U)
      expect([memory.complete(), memory.prepare(kIODirectionOut), memory.prepare(kIODirectionIn)])
        .toEqual([0, 0, 0xe00002cf])
      expect(memory.writeBytes(0, Uint8Array.of(1))).toBe(0)
      expect(msgbufText()).toMatch(/IOMemoryDescriptor 0x[0-9a-f]+ prepared read only/u)
      memory.complete()
      expect(memory.getPreparationID()).toBe(0)
    })
  })

  it('copies what lies inside and nothing else', () => {
    inMemoryWorld((world) => {
      const memory = describeFrames(world, [0x12345, 0x12346, 0x777], U)
      memory.prepare()
      expect(memory.readBytes(0x24ff, new Uint8Array(2))).toBe(0)
      expect(memory.writeBytes(0x19ff, Uint8Array.of(7, 8))).toBe(2)
      expect([world.bus.read8(0x12346fff), world.bus.read8(0x777000)]).toEqual([7, 8])
      expect(memory.writeBytes(0x19ff, null, 2)).toBe(2)
      expect([world.bus.read8(0x12346fff), world.bus.read8(0x777000)]).toEqual([0, 0])
    })
  })

  it('is mapped once, unless it is to be unique', () => {
    inMemoryWorld((world) => {
      const other = task_create({ pid: 2, name: 'other' })
      const memory = describeFrames(world, [0x12345, 0x12346, 0x777], U)
      expect(memory.createMappingInTask(other, { options: kIOMapAnywhere, offset: 0x1000 })).toBeNull()
      expect(memory.createMappingInTask(other, { options: kIOMapAnywhere | kIOMapReference })).toBeNull()
      const first = present(memory.map(), 'a map')
      expect(memory.map()).toBe(first)
      const part = present(memory.createMappingInTask(first.getAddressTask(), {
        options: kIOMapAnywhere, offset: 0x1000, length: 0x1000,
      }), 'a part')
      expect(part.getVirtualAddress() - first.getVirtualAddress()).toBe(0x1000)
      expect(memory.map(kIOMapUnique)).not.toBe(first)
      first.write32(0x1a00, 0x11223344)
      expect(part.read32(0xa00)).toBe(0x11223344)
      expect(world.bus.read32(0x777000)).toBe(0x11223344)
    })
  })

  it('in its own task is where it is already', () => {
    inMemoryWorld((world) => {
      const memory = describeFrames(world, [0x12345, 0x12346, 0x777], U)
      const map = present(memory.createMappingInTask(world.task), 'a map')
      expect(map.getVirtualAddress() % 0x1000).toBe(0x600)
      expect(world.task.map.list()).toHaveLength(1)
      map.release()
      expect(world.task.map.list()).toHaveLength(1)
    })
  })

  it('gets another preparation number after each cycle', () => {
    inMemoryWorld((world) => {
      const memory = describeFrames(world, [0x12345, 0x12346, 0x777], U)
      const part = present(IOSubMemoryDescriptor.withSubRange(memory, 0, 16, 3), 'a part')
      const multi = present(IOMultiMemoryDescriptor.withDescriptors([memory, part], 3), 'both')
      expect([memory, part, multi].map((one) => one.getPreparationID())).toEqual([0, 0, 0])
      memory.prepare()
      const once = memory.getPreparationID()
      const numbers = [memory, part, multi].map((one) => one.getPreparationID())
      expect([once, ...numbers]).toEqual([0, 0, 1, 2].map((step) => 0x1_0000_0000 + step))
      memory.complete()
      memory.prepare()
      expect(memory.getPreparationID()).not.toBe(once)
      expect(part.getPreparationID()).not.toBe(numbers[1])
    })
  })

  it('keeps its pages while it is prepared, whatever the task does', () => {
    inMemoryWorld((world) => {
      const { address } = world.task.map.allocate(0x2000)
      world.task.map.write(address, Uint8Array.of(1, 2, 3))
      const memory = present(IOMemoryDescriptor.withAddressRange(address, 0x2000, 3, world.task), 'memory')
      memory.prepare()
      world.task.map.deallocate(address, 0x2000)
      const back = new Uint8Array(3)
      expect([memory.readBytes(0, back), ...back]).toEqual([3, 1, 2, 3])
      memory.complete()
      expect(memory.prepare()).toBe(1)
    })
  })
})

describe('a physical descriptor', () => {
  it('is always wired, and joins ranges that touch', () => {
    inMemoryWorld(() => {
      const ranges = [
        { address: 0x10000, length: 0x800 }, { address: 0x10800, length: 0x100 },
        { address: 0x20000, length: 8 },
      ]
      const memory = present(IOMemoryDescriptor.withAddressRanges(ranges, 3, null), 'memory')
      const answers = [0, 0x900, 0x908].map((offset) => hex(memory.getPhysicalSegment(offset)))
      expect(answers).toEqual(['10000+900', '20000+8', '0+0'])
      expect([memory.prepare(), memory.complete(), memory.complete()]).toEqual([0, 0, 0])
      const number = memory.getPreparationID()
      memory.complete()
      expect(memory.getPreparationID()).toBe(number)
    })
  })

  it('of a device is mapped with its place in the page, and alone only in one piece', () => {
    inMemoryWorld(({ bus }) => {
      const seen: number[] = []
      bus.map(0xf000_0000, 0x1000, {
        name: 'registers', read: (offset) => offset,
        write: (offset, _, value) => void seen.push(offset, value),
      })
      const memory = IODeviceMemory.withRange(0xf000_0010, 0x20)
      const map = present(memory.map(), 'registers')
      map.write32(4, 77)
      expect([map.getVirtualAddress() % 0x1000, map.read32(8), ...seen]).toEqual([0x10, 0x18, 0x14, 77])
      const two = [{ address: 0x1000, length: 0x1000 }, { address: 0x8000, length: 0x1000 }]
      const pieces = present(IOMemoryDescriptor.withAddressRanges(two, 3, null), 'pieces')
      expect(pieces.map(kIOMapUnique)).toBeNull()
      expect(pieces.map()).not.toBeNull()
    })
  })

  it('cannot lie behind the last page number, unless it is remote', () => {
    inMemoryWorld(() => {
      const range = { address: 2 ** 45, length: 0x1000 }
      expect(IOMemoryDescriptor.withAddressRanges([range], 3, null)).toBeNull()
      const made = IOMemoryDescriptor.withAddressRanges([range], 3 | kIOMemoryRemote, null)
      const remote = present(made, 'remote')
      expect([remote.prepare(), remote.complete()]).toEqual([0, 0])
      expect([remote.performOperation(1, 0, 1), remote.setPurgeable(1).result])
        .toEqual([0xe00002d9, 0xe00002d9])
      expect([remote.readBytes(0, new Uint8Array(4)), remote.map()?.getVirtualAddress()]).toEqual([0, 0])
    })
  })
})

describe('mappings', () => {
  it('end with their last reference, and keep the memory until then', () => {
    inMemoryWorld(() => {
      const memory = IODeviceMemory.withRange(0x10000, 0x1000)
      const map = present(memory.map(), 'a map')
      expect([map.getRetainCount(), memory.getRetainCount()]).toEqual([2, 2])
      memory.release()
      expect(memory.isFreed()).toBe(false)
      map.release()
      expect([map.isFreed(), memory.isFreed()]).toEqual([true, true])
    })
  })

  it('fault outside, after unmap and for writes to what is read only', () => {
    inMemoryWorld(({ task }) => {
      const buffer = present(IOBufferMemoryDescriptor.withCapacity(0x1000), 'a buffer')
      const map = present(buffer.createMappingInTask(task, { options: kIOMapAnywhere | 0x1000 }), 'a map')
      const base = map.getVirtualAddress()
      expect(panicOf(() => map.write8(0, 1))).toBe(
        `Kernel trap: page-fault at 0x${base.toString(16).padStart(16, '0')}`,
      )
      expect(map.read8(0)).toBe(0)
      expect(panicOf(() => map.read8(0x1000))).toMatch(/page-fault/u)
      map.unmap()
      expect([map.getVirtualAddress(), panicOf(() => map.read32(0x10))]).toEqual([
        0, 'Kernel trap: page-fault at 0x0000000000000010',
      ])
    })
  })

  it('are redirected to other memory, or to nothing', () => {
    inMemoryWorld(({ bus, task }) => {
      bus.write32(0x20000, 2)
      const one = present(IOMemoryDescriptor.withPhysicalAddress(0x10000, 0x1000), 'one')
      const two = present(IOMemoryDescriptor.withPhysicalAddress(0x20000, 0x1000), 'two')
      const map = present(one.createMappingInTask(task), 'a map')
      const address = map.getVirtualAddress()
      expect([map.redirect(null), panicOf(() => map.read32(0)) === null]).toEqual([0, false])
      expect([map.redirect(two), map.read32(0), map.getVirtualAddress()]).toEqual([0, 2, address])
      expect(map.getMemoryDescriptor()).toBe(two)
    })
  })

  it('die with their task', () => {
    inMemoryWorld(({ task }) => {
      const map = present(IODeviceMemory.withRange(0x10000, 0x1000).createMappingInTask(task), 'a map')
      map.userClientUnmap()
      map.taskDied()
      expect([map.getVirtualAddress(), map.getAddressTask(), task.map.list()]).toEqual([0, null, []])
    })
  })
})

describe('buffers', () => {
  it('know their limits', () => {
    inMemoryWorld((world) => {
      const buffer = present(IOBufferMemoryDescriptor.withOptions(3, 100), 'a buffer')
      buffer.setLength(101)
      buffer.setLength(90)
      expect(buffer.appendBytes(new Uint8Array(20).fill(5))).toBe(true)
      const address = buffer.getBytesNoCopy()
      expect([buffer.getLength(), buffer.getCapacity(), buffer.getBytesNoCopy(90, 10) - address])
        .toEqual([100, 100, 90])
      expect([buffer.getBytesNoCopy(100), buffer.getBytesNoCopy(90, 11), buffer.getBytes()?.[99]])
        .toEqual([0, 0, 5])
      expect(IOBufferMemoryDescriptor.inTaskWithOptions(world.task, 3, 100)).toBeNull()
      expect(IOBufferMemoryDescriptor.withOptions(3, 0)).toBeNull()
    })
  })

  it('below a mask lie below it, aligned to its lowest bit', () => {
    inMemoryWorld(() => {
      const low = IOBufferMemoryDescriptor.inTaskWithPhysicalMask(null, 0x23, 0x3000, 0xffffff000n)
      expect(low?.getBytesNoCopy()).toBe(0)
      const made = IOBufferMemoryDescriptor.withOptions(3, 0x9000, 0x10000)
      const run = present(made, 'aligned').getPhysicalSegment(0)
      expect([run.address % 0x10000, run.length]).toEqual([0, 0x9000])
    })
  })

  it('that are pageable have pages only when they are touched, and give them up when they may', () => {
    inMemoryWorld(({ task }) => {
      const options = 3 | kIOMemoryPageable
      const buffer = present(IOBufferMemoryDescriptor.inTaskWithOptions(task, options, 0x3000), 'a buffer')
      expect(buffer.getPageCounts()).toEqual({ result: 0, resident: 0, dirty: 0 })
      task.map.write(buffer.getBytesNoCopy() + 0x1000, Uint8Array.of(9))
      expect(buffer.getPageCounts().resident).toBe(1)
      const states = [kIOMemoryPurgeableVolatile, kIOMemoryPurgeableKeepCurrent, kIOMemoryPurgeableEmpty,
        kIOMemoryPurgeableNonVolatile, 9].map((state) => buffer.setPurgeable(state))
      expect(states.map(({ result, oldState }) => [result, oldState])).toEqual([
        [0, 2], [0, 3], [0, 3], [0, 4], [0xe00002c2, 0],
      ])
      expect(buffer.getPageCounts().resident).toBe(0)
      buffer.release()
      expect([buffer.isFreed(), task.map.list()]).toEqual([true, []])
    })
  })

  it('give everything back', () => {
    inMemoryWorld(({ task }) => {
      const made = [
        IOBufferMemoryDescriptor.withCapacity(0x5000), IOBufferMemoryDescriptor.withBytes(Uint8Array.of(1)),
        IOBufferMemoryDescriptor.inTaskWithGuardPages(task, 0x23, 0x1000),
        IOBufferMemoryDescriptor.inTaskWithOptions(task, 3 | kIOMemoryPageable, 0x2000),
      ]
      expect(made.map((buffer) => buffer === null)).toEqual([false, false, true, false])
      for (const buffer of made) buffer?.release()
      expect(task.map.list()).toEqual([])
    })
  })
})

it('a multi descriptor needs parts of one kind, and undoes what it prepared when a part fails', () => {
  inMemoryWorld((world) => {
    const wired = present(IOBufferMemoryDescriptor.withCapacity(0x1000), 'wired')
    const pageable = present(IOBufferMemoryDescriptor.withOptions(3 | kIOMemoryPageable, 0x1000), 'pageable')
    expect(IOMultiMemoryDescriptor.withDescriptors([wired, pageable], 3)).toBeNull()
    const nothing = present(IOMemoryDescriptor.withAddressRange(0x2_0000_0000, 16, 3, world.task), 'nothing')
    const good = describeFrames(world, [0x100], { skip: 0, length: 0x1000 })
    const multi = present(IOMultiMemoryDescriptor.withDescriptors([good, nothing], 3), 'multi')
    expect([multi.prepare(), good.getPreparationID()]).toEqual([1, 0])
    const empty = present(IOMultiMemoryDescriptor.withDescriptors([], 3), 'empty')
    expect([empty.prepare(), empty.complete()]).toEqual([0xe00002c9, 0])
  })
})

it('memory for the host only is never given device addresses', () => {
  inMemoryWorld((world) => {
    const address = world.task.map.allocate(0x1000).address
    const options = 3 | kIOMemoryHostOnly
    const memory = IOMemoryDescriptor.withAddressRange(address, 0x1000, options, world.task)
    expect(memory).toBeInstanceOf(IOGeneralMemoryDescriptor)
    memory?.prepare()
    expect(memory?.getPhysicalSegment(0).length).toBe(0x1000)
  })
})
