import { describe, expect, it } from 'vitest'
import { faultFacts, headline, loadedKexts, machineryFrames } from './headline.ts'

const frame = (symbol: string) => ({ address: '0x1', bundle: '__kernel__', symbol, offset: 0 })

describe('headline', () => {
  it('names the trap and the kext, and leaves other panics as they are', () => {
    expect(headline('Kernel trap at 0xff, type 14=page fault, registers:', ['org.sample.NullDereference']))
      .toBe('Page fault in NullDereference')
    expect(headline('Kernel data abort. at pc 0x1', [])).toBe('Kernel data abort')
    expect(headline('busy timeout[1], (60s): kextd wait', ['a.b'])).toBe('busy timeout[1], (60s): kextd wait')
  })

  it('finds the frame below the panic machinery', () => {
    const symbols = ['handle_debugger_trap', 'panic', 'kernel_trap', 'return_from_trap', 'Mine::go()']
    expect(machineryFrames(symbols.map(frame))).toBe(4)
    expect(machineryFrames([frame('Mine::go()'), frame('panic')])).toBe(0)
  })

  it('reads the fault of both platforms', () => {
    expect(faultFacts('RFL: 0x1, RIP:  0xffffff7f\nFault CR2: 0x0068, Error code: 0x0002'))
      .toEqual({ address: '0x68', access: 'Write, page not present', instruction: '0xffffff7f' })
    expect(faultFacts('\t pc:  0xfffffe00 cpsr: 0x60401208   esr: 0x96000006   far: 0x0010'))
      .toEqual({ address: '0x10', access: 'Read', instruction: '0xfffffe00' })
    expect(faultFacts('panic(cpu 0): nothing')).toEqual({ address: null, access: null, instruction: null })
  })

  it('lists loaded kexts up to the first other line', () => {
    expect(loadedKexts('x\nloaded kexts:\norg.a.B\t1.0.0\n>!com.apple.c 2.1d3\n\nEOF')).toEqual([
      { bundle: 'org.a.B', version: '1.0.0' }, { bundle: 'com.apple.c', version: '2.1d3' },
    ])
  })
})
