import { describe, expect, it } from 'vitest'
import { headline, kextName, machineryFrames } from './headline.ts'

const frame = (symbol: string) => ({ address: '0x1', bundle: '__kernel__', symbol, offset: 0 })

describe('headline', () => {
  it('names the trap and the kext, and leaves other panics as they are', () => {
    expect(headline('Kernel trap at 0xff, type 14=page fault, registers:', ['org.sample.NullDereference']))
      .toBe('Page fault in NullDereference')
    expect(headline('Kernel data abort. at pc 0x1', [])).toBe('Kernel data abort')
    expect(headline('busy timeout[1], (60s): kextd wait', ['a.b'])).toBe('busy timeout[1], (60s): kextd wait')
  })

  it('shortens identifiers of bundles and nothing else', () => {
    expect(['com.acme.driver.Disk', 'libobjc.A.dylib', 'libsystem.dylib', 'Orchard', 'mach_kernel', ''].map(kextName))
      .toEqual(['Disk', 'libobjc.A.dylib', 'libsystem.dylib', 'Orchard', 'mach_kernel', '–'])
  })

  it('finds the frame below the panic machinery', () => {
    const symbols = ['handle_debugger_trap', 'panic', 'kernel_trap', 'return_from_trap', 'Mine::go()']
    expect(machineryFrames(symbols.map(frame))).toBe(4)
    expect(machineryFrames([frame('Mine::go()'), frame('panic')])).toBe(0)
  })
})
