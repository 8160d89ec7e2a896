// Portions of several descriptors as one transfer: pages of two files on their way to a disk.
import { describe, expect, it } from 'vitest'
import { describeFrames, inMemoryWorld } from '../../../test/support/memoryWorld.ts'
import { present, Random } from '../../sim/index.ts'
import { IODMACommand, OutputHost64, segmentOptions } from '../dma/index.ts'
import {
  IOInterleavedMemoryDescriptor, IOMemoryDescriptor, kIODirectionIn, kIODirectionInOut, kIODirectionOut,
  type PhysicalSegment,
} from './index.ts'

const hex = ({ address, length }: PhysicalSegment): string => `${address.toString(16)}+${length.toString(16)}`
const room = (capacity: number, direction: 1 | 2 | 3 = kIODirectionInOut): IOInterleavedMemoryDescriptor =>
  present(IOInterleavedMemoryDescriptor.withCapacity(capacity, direction), 'room')

describe('IOInterleavedMemoryDescriptor', () => {
  it('strings portions together in the order they were added, and ends runs with them', () => {
    inMemoryWorld((world) => {
      const first = describeFrames(world, [0x100, 0x101, 0x102], { skip: 0, length: 0x3000 })
      const second = describeFrames(world, [0x200], { skip: 0, length: 0x1000 })
      const memory = room(3)
      expect([
        memory.setMemoryDescriptor(first, 0x1000, 0x800), memory.setMemoryDescriptor(second, 0, 0x1000),
        memory.setMemoryDescriptor(first, 0x1800, 0x1000), memory.setMemoryDescriptor(second, 0, 1),
      ]).toEqual([true, true, true, false])
      expect([memory.getLength(), memory.prepare()]).toEqual([0x2800, 0])
      expect([0, 0x7ff, 0x800, 0x1800, 0x27ff, 0x2800, 0x9000].map((at) => hex(memory.getPhysicalSegment(at))))
        .toEqual(['101000+800', '1017ff+1', '200000+1000', '101800+1000', '1027ff+1', '0+0', '0+0'])
      expect(memory.writeBytes(0x7ff, Uint8Array.of(1, 2))).toBe(2)
      expect([world.bus.read8(0x1017ff), world.bus.read8(0x200000)]).toEqual([1, 2])
      expect([memory.complete(), first.getPreparationID(), second.getPreparationID()]).toEqual([0, 0, 0])
    })
  })

  it('refuses what does not lie in a descriptor, what there is no room for, and no room at all', () => {
    inMemoryWorld((world) => {
      const part = describeFrames(world, [0x100], { skip: 0, length: 0x1000 })
      const memory = room(1)
      expect(IOInterleavedMemoryDescriptor.withCapacity(0, kIODirectionIn)).toBeNull()
      expect([memory.setMemoryDescriptor(part, 0xfff, 2), memory.setMemoryDescriptor(part, 0xfff, 1)])
        .toEqual([false, true])
      const before = part.getRetainCount()
      expect([memory.setMemoryDescriptor(part, 0, 1), part.getRetainCount()]).toEqual([false, before])
      memory.release()
      expect(part.getRetainCount()).toBe(before - 1)
    })
  })

  it('takes nothing while it is prepared, also when it was cleared meanwhile', () => {
    inMemoryWorld((world) => {
      const part = describeFrames(world, [0x100], { skip: 0, length: 0x1000 })
      const memory = room(4, kIODirectionOut)
      memory.setMemoryDescriptor(part, 0, 16)
      expect([memory.prepare(), memory.setMemoryDescriptor(part, 0, 16)]).toEqual([0, false])
      memory.clearMemoryDescriptors(kIODirectionIn)
      expect([part.getPreparationID(), memory.getLength(), memory.getDirection()]).toEqual([0, 0, kIODirectionIn])
      expect(memory.setMemoryDescriptor(part, 0, 16)).toBe(false)
      expect([memory.complete(), memory.setMemoryDescriptor(part, 0, 16), memory.prepare()]).toEqual([0, true, 0])
    })
  })

  it('undoes a failed prepare at the wrong descriptor, as the original does', () => {
    inMemoryWorld((world) => {
      const good = describeFrames(world, [0x100], { skip: 0, length: 0x1000 })
      const bad = present(IOMemoryDescriptor.withAddressRange(0x2_0000_0000, 16, 3, world.task), 'not there')
      const memory = room(2)
      memory.setMemoryDescriptor(good, 0, 16)
      memory.setMemoryDescriptor(bad, 0, 16)
      expect(memory.prepare()).toBe(1)
      expect([good.getPreparationID() === 0, memory.setMemoryDescriptor(good, 0, 1)]).toEqual([false, false])
      good.complete()
      expect(good.getPreparationID()).toBe(0)
    })
  })

  it('goes through a DMA command like the bytes it is made of, however it is cut (property)', () => {
    const random = new Random(20)
    for (let round = 0; round < 60; round++) {
      inMemoryWorld((world) => {
        const parts = [[0x100, 0x101], [0x300, 0x205, 0x206]].map((frames) =>
          describeFrames(world, frames, { skip: 0, length: frames.length * 0x1000 }))
        const memory = room(8)
        const wanted: number[] = []
        for (let index = 0; index < 1 + random.below(8); index++) {
          const part = parts[random.below(2)]!
          const offset = random.below(part.getLength())
          const length = 1 + random.below(part.getLength() - offset)
          expect(memory.setMemoryDescriptor(part, offset, length)).toBe(true)
          part.prepare()
          for (let at = 0; at < length; at++) wanted.push(part.getPhysicalSegment(offset + at).address)
          part.complete()
        }
        const dma = present(IODMACommand.withSpecification(OutputHost64, segmentOptions(64, 1 + random.below(5000))), 'dma')
        memory.prepare()
        expect(dma.setMemoryDescriptor(memory)).toBe(0)
        const got: number[] = []
        const position = { offset: 0, count: 4 }
        while (position.offset < memory.getLength()) {
          const list = Array.from({ length: 4 }, () => ({ fIOVMAddr: 0, fLength: 0 }))
          position.count = 4
          expect(dma.genIOVMSegments(position, list)).toBe(0)
          for (const { fIOVMAddr, fLength } of list.slice(0, position.count)) {
            for (let at = 0; at < fLength; at++) got.push(fIOVMAddr + at)
          }
        }
        expect(got).toEqual(wanted)
      })
    }
  })
})
