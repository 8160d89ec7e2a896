// Addresses of crashes and panics get names from files whose UUID is right, with the slide that was used.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildMachO, type MachOPlan } from '../../../test/support/buildMachO.ts'
import { readCrash, readPanic } from '../../importers/index.ts'
import { readSymbolFile, symbolicateCrash, symbolicatePanic, type SymbolFile } from '../index.ts'

const samples = join(import.meta.dirname, '../../../test/samples/crashes')
const crash = readCrash(readFileSync(join(samples, 'null-dereference.crash')))

const tideTable: MachOPlan = {
  uuid: 'A1A2A3A4-0000-3000-8000-0000000000A1',
  segments: [{ name: '__TEXT', address: 0x100000000n, size: 0x10000n }],
  symbols: [
    { name: '_main', address: 0x100001f00n }, { name: '_moonPhase', address: 0x100003fa0n },
    { name: '__ZN4Tide4highEv', address: 0x100004400n },
  ],
}
const file = (path: string, plan: MachOPlan): SymbolFile => readSymbolFile(path, buildMachO(plan))

describe('a crash', () => {
  it('gets names from the file with the same UUID; return addresses belong to the call before them', () => {
    const { threads, symbolication } = symbolicateCrash(crash, [file('Tide Table', tideTable)], false)
    expect(threads[1]!.frames.map(({ symbol, symbolOffset }) => [symbol, symbolOffset])).toEqual([
      ['Tide::high', 0x28], ['moonPhase', 0x70], ['_dispatch_call_block_and_release', 32],
    ])
    expect(symbolication.files).toMatchObject([{
      status: 'used', image: 'Tide Table', slide: '0xa0000', named: 3, uuid: tideTable.uuid, wantedUuid: tideTable.uuid,
    }])
  })

  it('refuses another build and says both UUIDs, unless it is forced', () => {
    const other = { ...tideTable, uuid: 'FFA2A3A4-0000-3000-8000-0000000000FF' }
    const refused = symbolicateCrash(crash, [file('Tide Table', other)], false)
    expect(refused.symbolication.files).toMatchObject([{ status: 'refused', uuid: other.uuid, wantedUuid: tideTable.uuid, named: 0 }])
    expect(refused.threads).toEqual(crash.threads)
    const forced = symbolicateCrash(crash, [file('Tide Table', other)], true)
    expect(forced.symbolication.files).toMatchObject([{ status: 'forced', named: 3 }])
  })

  it('takes the output of nm, which has no UUID, and says so', () => {
    const list = '0000000100000000 T __mh_execute_header\n0000000100004400 T _high\n'
    const named = symbolicateCrash(crash, [readSymbolFile('Tide Table.nm', new TextEncoder().encode(list))], false)
    expect(named.threads[1]!.frames[0]).toMatchObject({ symbol: 'high', symbolOffset: 0x28 })
    expect(named.symbolication.files).toMatchObject([{ status: 'unchecked' }])
  })

  it('tells of files that nothing of the report wants, and of those that are none', () => {
    const none = readSymbolFile('notes.txt', new TextEncoder().encode('shopping list'))
    const strange = file('Other', { ...tideTable, uuid: '00A2A3A4-0000-3000-8000-000000000000' })
    expect(symbolicateCrash(crash, [none, strange], false).symbolication.files.map(({ status, note }) => [status, note])).toEqual([
      ['unused', 'This is neither a Mach-O file nor the output of nm.'],
      ['unused', 'No image of the report has this UUID or this name.'],
    ])
  })
})

const panic = (text: string): ReturnType<typeof readPanic>['facts'] => readPanic(new TextEncoder().encode(text)).facts

describe('a panic', () => {
  const intel = panic(`panic(cpu 0 caller 0xffffff8002c1d0aa): Kernel trap at 0xffffff7f83a01234, type 14=page fault
Backtrace (CPU 0), Frame : Return Address
0xffffff9125a3b000 : 0xffffff8002b1d0aa 
0xffffff9125a3b050 : 0xffffff7f83a01234 
      Kernel Extensions in backtrace:
         org.example.driver.Buoy(1.0)[E1E1E1E1-0000-3000-8000-0000000000E1]@0xffffff7f83a00000->0xffffff7f83a08fff

Mac OS version:
19H2

Kernel version:
Darwin Kernel Version 19.6.0: Thu Oct 29 22:56:45 PDT 2020; root:xnu-6153.141.2.2~1/RELEASE_X86_64
Kernel UUID: D1D1D1D1-0000-3000-8000-0000000000D1
Kernel slide:     0x0000000002800000
Kernel text base: 0xffffff8002a00000
`)
  const kernel: MachOPlan = {
    cpuType: 0x01000007, cpuSubtype: 3, uuid: 'D1D1D1D1-0000-3000-8000-0000000000D1',
    segments: [{ name: '__TEXT', address: 0xffffff8000200000n, size: 0x1000000n }],
    symbols: [{ name: '_panic_trap', address: 0xffffff800031d000n }],
  }
  const buoy: MachOPlan = {
    cpuType: 0x01000007, cpuSubtype: 3, fileType: 11, uuid: 'E1E1E1E1-0000-3000-8000-0000000000E1',
    segments: [{ name: '__TEXT', address: 0n, size: 0x9000n }],
    symbols: [{ name: '__ZN4Buoy5startEP9IOService', address: 0x1200n }],
  }

  it('on Intel: the kernel by its slide, kexts by the range of the backtrace', () => {
    const named = symbolicatePanic(intel, [file('kernel', kernel), file('Buoy', buoy)], false)
    expect(named.backtrace.map(({ symbol, offset }) => [symbol, offset])).toEqual([['panic_trap', '0xaa'], ['Buoy::start', '0x34']])
    expect(named.symbolication.files.map(({ image, slide }) => [image, slide])).toEqual([
      ['kernel', '0x2800000'], ['org.example.driver.Buoy', '0xffffff7f83a00000'],
    ])
  })

  it('on Apple silicon: by the base of the executable part, or by the slide of the whole collection', () => {
    const arm = panic(`panic(cpu 1 caller 0xfffffe002de0a0b0): buoy lost @Buoy.cpp:7
Debugger message: panic
OS version: 24E248
Kernel version: Darwin Kernel Version 24.4.0: Wed Mar 19 21:16:34 PDT 2025; root:xnu-11417.101.15~1/RELEASE_ARM64_T6000
Fileset Kernelcache UUID: F1F1F1F100003000800000000000F1F1
Kernel UUID: D1D1D1D1-0000-3000-8000-0000000000D1
KernelCache slide: 0x0000000025644000
KernelCache base:  0xfffffe002c648000
Kernel slide:      0x000000002564c000
Kernel text base:  0xfffffe002c650000
Kernel text exec slide: 0x0000000026de4000
Kernel text exec base:  0xfffffe002dde8000
Panicked task 0xfffffe1b2c3d4000: 100 pages, 4 threads: pid 0: kernel_task
Panicked thread: 0xfffffe1b2c3d5000, backtrace: 0xfffffeb0a1b2c3d0, tid: 300
\t\t  lr: 0xfffffe002de0a0b0  fp: 0xfffffeb0a1b2c440
`)
    const kit: MachOPlan = {
      ...kernel, cpuType: 0x0100000c, cpuSubtype: 2,
      segments: [
        { name: '__TEXT', address: 0xfffffe0007004000n, size: 0x1000n },
        { name: '__TEXT_EXEC', address: 0xfffffe0007200000n, size: 0x1000000n },
      ],
      symbols: [{ name: '_panic_with_options', address: 0xfffffe0007222000n }],
    }
    expect(symbolicatePanic(arm, [file('kernel.release.t6000', kit)], false)).toMatchObject({
      backtrace: [{ symbol: 'panic_with_options', offset: '0xb0' }], symbolication: { files: [{ status: 'used', slide: '0x26be8000' }] },
    })
    const collection: MachOPlan = {
      ...kit, fileType: 12, uuid: 'F1F1F1F1-0000-3000-8000-00000000F1F1', symbols: [],
      members: [{ name: 'com.apple.kernel', plan: {
        ...kit, uuid: '99999999-0000-3000-8000-000000000099',
        segments: [{ name: '__TEXT_EXEC', address: 0xfffffe00087a4000n, size: 0x1000000n }],
        symbols: [{ name: '_panic_trap', address: 0xfffffe00087c6000n }],
      } }],
    }
    expect(symbolicatePanic(arm, [file('kernelcache', collection)], false)).toMatchObject({
      backtrace: [{ symbol: 'panic_trap', offset: '0xb0' }], symbolication: { files: [{ image: 'com.apple.kernel', slide: '0x25644000' }] },
    })
  })
})
