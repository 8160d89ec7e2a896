import { expect, it } from 'vitest'
import { describeFrames, inMemoryWorld } from '../../../test/support/memoryWorld.ts'
import { msgbufLines } from '../../mach/index.ts'
import { present } from '../../sim/index.ts'
import {
  IOBigMemoryCursor, IOLittleMemoryCursor, IOMemoryCursor, IONaturalMemoryCursor, setDBDMASegmentLimit,
  type CursorRequest,
} from './index.ts'

/** Goal: a cursor joins, cuts and stops as the kernel's does, and tells how far it came. */
it('segments are joined, cut at the largest size, and end with the transfer or the list', () => {
  inMemoryWorld((world) => {
    const memory = describeFrames(world, [0x12345, 0x12346, 0x777], { skip: 0x600, length: 0x2500 })
    memory.prepare()
    const cursor = present(IONaturalMemoryCursor.withSpecification(4096, 0), 'a cursor')
    const ask = (request: CursorRequest): string[] => {
      const list = Array.from({ length: 8 }, () => ({ fIOVMAddr: 0, fLength: 0 }))
      const { count, transferSize } = cursor.genPhysicalSegments(memory, list, request)
      const told = list.slice(0, count).map(({ fIOVMAddr, fLength }) =>
        `${fIOVMAddr.toString(16)}+${fLength.toString(16)}`)
      return [...told, transferSize.toString(16)]
    }
    expect([
      ask({ maxSegments: 8 }), ask({ maxSegments: 2 }), ask({ maxSegments: 8, maxTransferSize: 0x1800 }),
      ask({ maxSegments: 8, fromPosition: 0x1a10 }), ask({ maxSegments: 0 }),
      ask({ maxSegments: 8, fromPosition: 0x2500 }),
    ]).toEqual([
      ['12345600+1000', '12346600+a00', '777000+b00', '2500'], ['12345600+1000', '12346600+a00', '1a00'],
      ['12345600+1000', '12346600+800', '1800'], ['777010+af0', 'af0'], ['0'], ['0'],
    ])
    expect(IOMemoryCursor.withSegmentFunction(null, 4096, 0)).toBeNull()
  })
})

it('no segment is larger than the boot-arg mseg says, which the first cursor tells', () => {
  inMemoryWorld((world) => {
    setDBDMASegmentLimit(0x800)
    const memory = describeFrames(world, [0x12345], { skip: 0, length: 0x1000 })
    memory.prepare()
    const list = Array.from({ length: 4 }, () => ({ fIOVMAddr: 0, fLength: 0 }))
    const cursors = [4096, 0x400].map((size) =>
      present(IONaturalMemoryCursor.withSpecification(size, 0), 'a cursor'))
    expect(cursors.map((cursor) => cursor.genPhysicalSegments(memory, list, { maxSegments: 4 }).count))
      .toEqual([2, 4])
    expect(msgbufLines().lines.map(({ text }) => text)).toEqual(['Setting MaxDBDMASegment to 2048'])
  })
})

it('segments are written in both byte orders', () => {
  inMemoryWorld((world) => {
    const memory = describeFrames(world, [0x12345], { skip: 0x600, length: 0x100 })
    memory.prepare()
    const written = [IOBigMemoryCursor, IOLittleMemoryCursor].map((kind) => {
      const view = new DataView(new ArrayBuffer(16))
      kind.withSpecification(4096, 0)?.genPhysicalSegments(memory, view, { maxSegments: 1 })
      return [...new Uint8Array(view.buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    })
    expect(written).toEqual(['00000000123456000000000000000100', '00563412000000000001000000000000'])
  })
})
