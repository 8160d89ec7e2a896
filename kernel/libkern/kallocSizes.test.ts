import { describe, expect, it } from 'vitest'
import { installPhysicalMemory, type PhysicalBus } from '../mach/index.ts'
import { Simulation } from '../sim/index.ts'
import { OSArray, OSData, OSDictionary, OSSerialize } from './index.ts'
import { kallocSize } from './kallocSizes.ts'

const BUS = { zero: () => undefined } as unknown as PhysicalBus

/** What a test finds in a world whose machine has such pages. */
function withPages<T>(pageSizeBytes: number, body: () => T): T {
  return new Simulation(1).enter(() => {
    installPhysicalMemory({ bus: BUS, free: [], endOfRam: 0, pageSizeBytes })
    return body()
  })
}

/** Goal: containers have the room that the kernel's allocator gives them, on each kind of Mac. */
describe('sizes of the allocator', () => {
  const zones = [16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192,
    12288, 16384]

  it('are two zones for each power of two: every request gets the smallest that holds it', () => {
    for (const pages of [4096, 16384]) {
      withPages(pages, () => {
        const wrong = Array.from({ length: 16385 }, (_, size) => size)
          .filter((size) => kallocSize(size) !== zones.find((zone) => zone >= size))
        expect(wrong).toEqual([])
      })
    }
  })

  it('are whole pages above the largest zone, which Apple silicon has later than Intel', () => {
    const sizes = [16385, 24577, 32769]
    expect(withPages(4096, () => sizes.map((size) => kallocSize(size)))).toEqual([20480, 28672, 36864])
    expect(withPages(16384, () => sizes.map((size) => kallocSize(size)))).toEqual([24576, 32768, 49152])
  })

  it('of data are pages from one page on, on Intel', () => {
    const room = (): number[] => [4095, 4097, 9000].map((size) => OSData.withCapacity(size).getCapacity())
    expect(withPages(4096, room)).toEqual([4096, 8192, 12288])
    expect(withPages(16384, room)).toEqual([4096, 6144, 12288])
  })

  it('are pages of the machine for a serialiser', () => {
    const room = (): number[] => [1, 5000, 20000].map((size) => OSSerialize.withCapacity(size).getCapacity())
    expect(withPages(4096, room)).toEqual([4096, 8192, 20480])
    expect(withPages(16384, room)).toEqual([16384, 16384, 32768])
  })

  it('lets data too large for a zone give back its spare pages for a copyout', () => {
    const clipped = (): number[] => [20000, 40000].flatMap((size) => {
      const data = OSData.withCapacity(100_000)
      data.appendBytes(null, size)
      return [data.clipForCopyout() ? data.getCapacity() : 0, data.getLength()]
    })
    expect(withPages(4096, clipped)).toEqual([20480, 20000, 40960, 40000])
    expect(withPages(16384, clipped)).toEqual([114688, 20000, 49152, 40000])
  })

  it('refuse more places than 32 bits of bytes', () => new Simulation(1).enter(() => {
    const array = new OSArray()
    const dictionary = new OSDictionary()
    expect([array.initWithCapacity(0x1fffffff), array.initWithCapacity(0x20000000),
      dictionary.initWithCapacity(0x0fffffff), dictionary.initWithCapacity(0x10000000)])
      .toEqual([true, false, true, false])
    expect(() => OSArray.withCapacity(0x20000000)).toThrow('more places than there may be')
  }))
})
