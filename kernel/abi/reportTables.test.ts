// The tables that panic and crash readers share say what the headers of the original say.
import { describe, expect, it } from 'vitest'
import { bugType, decodeEsr, decodePanicFlags, decodeSleepFailure, fourCCText, fourCCValue,
  panicFlags } from './index.ts'

describe('panic flags', () => {
  const names = (value: number, kind: 'intel' | 'embedded'): string[] => decodePanicFlags(value,
    kind).flags.map(({ name }) => name)

  it('read the same value differently on the two kinds of header', () => {
    expect(names(0x902, 'embedded')).toEqual([
      'STACKSHOT_SUCCEEDED', 'COMPANION_PROC_INITIATED_PANIC', 'STACKSHOT_DATA_COMPRESSED'])
    expect(names(0xc, 'intel')).toEqual(['STACKSHOT_SUCCEEDED', 'STACKSHOT_DATA_COMPRESSED'])
  })

  it('end at the bits of the original, and name bits beyond', () => {
    expect(panicFlags('intel').at(-1)).toMatchObject({ bit: 0x20000,
      name: 'INTEGRATED_COPROC_INITIATED_PANIC' })
    expect(panicFlags('embedded').at(-1)).toMatchObject({ bit: 0x40000,
      name: 'INTEGRATED_COPROC_INITIATED_PANIC' })
    expect(panicFlags('embedded').find(({ bit }) => bit === 0x8000)?.name).toBe('INCOHERENT_PANICLOG')
    expect(decodePanicFlags(0x80000002, 'embedded')).toMatchObject({ flags: [{ bit: 2 }],
      unknownBits: 0x80000000 })
  })
})

describe('sleep failures', () => {
  it('name the phase and the PCI devices that still change their state', () => {
    expect(decodeSleepFailure(0x108, 0x14)).toMatchObject({
      phase: { name: 'kIOPMTracePointSleepPowerPlaneDrivers', direction: 'sleep',
        description: 'calling power state change callbacks' },
      pendingPciDevices: [3, 8],
    })
    expect(decodeSleepFailure(0x108, 0x31)).toMatchObject({ phase: { direction: 'sleep' },
      pendingPciDevices: [] })
    expect(decodeSleepFailure(0, 0x27).phase?.direction).toBe('wake')
    expect(decodeSleepFailure(0, 0x44).phase).toBeNull()
  })

  it('read the progress bytes that firmware keeps beside the phase', () => {
    expect(decodeSleepFailure(0, 0x010203_29)).toMatchObject({ loginWindow: 1, coreDisplay: 2,
      coreGraphics: 3 })
  })
})

describe('other codes', () => {
  it('bug types have a family', () => {
    expect(bugType(309)).toEqual({ code: 309, family: 'crash', title: 'Crash of a process' })
    expect(bugType(9999)).toBeNull()
  })

  it('four letters are a number and back', () => {
    expect(fourCCText(0x4150504c)).toBe('APPL')
    expect(fourCCValue('APPL')).toBe(0x4150504c)
    expect(fourCCValue('abcde')).toBeNull()
    expect(fourCCText(0x41500001)).toBeNull()
    expect(fourCCText(fourCCValue('~~~~')!)).toBe('~~~~')
  })

  it('exception syndromes name class, direction and fault', () => {
    expect(decodeEsr(0x96000006)?.sentence).toBe('Data abort from the kernel, read, translation fault, level 2')
    expect(decodeEsr(0x9600004f)?.sentence).toBe('Data abort from the kernel, write, permission fault, level 3')
    expect(decodeEsr(0x92000006)?.sentence).toBe('Data abort from a process, read, translation fault, level 2')
    expect(decodeEsr(0xf2000001)?.sentence).toBe('BRK instruction, immediate 0x1')
    expect(decodeEsr(0xfc000000)).toBeNull()
  })
})
