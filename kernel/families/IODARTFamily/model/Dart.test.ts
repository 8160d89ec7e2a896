import { expect, test } from 'vitest'
import { Fabric, InterruptLine, resetDevices } from '../../../hardware/index.ts'
import { Simulation } from '../../../sim/index.ts'
import { DartRegister, StreamControl, TtbrBits } from '../registers.ts'
import { Dart } from './Dart.ts'

const RAM = 0x8_0000_0000

/** Goal: a stream is off, bypassed or walked through both table levels, and a failed walk raises the line. */
test('a stream translates as its control register says', () => {
  new Simulation(1).enter(() => {
    const fabric = new Fabric([])
    fabric.memory.addRam(RAM, 0x100000)
    const line = new InterruptLine()
    const dart = new Dart('dart-usb0', fabric, { bypassSupport: true, line })
    resetDevices(dart, 'power-on')
    const tcr = (value: number): void => dart.registers.write(DartRegister.control + 4 * 3, 4, value)

    expect(dart.translate(3, 0x4000)).toBeNull()
    expect(line.asserted).toBe(true)
    expect(dart.registers.read(DartRegister.errorAddressLow, 4)).toBe(0x4000)
    dart.registers.write(DartRegister.error, 4, 0xffffffff)
    expect(line.asserted).toBe(false)

    tcr(StreamControl.bypassDart)
    expect(dart.translate(3, 0x1234)).toBe(0x1234)

    const top = RAM
    const leaf = RAM + 0x4000
    const page = RAM + 0x8000
    fabric.memory.write64(top, BigInt(leaf) | 3n)
    fabric.memory.write64(leaf + 8, BigInt(page) | 3n)
    dart.registers.write(DartRegister.translationBase + 16 * 3, 4, (TtbrBits.valid | (top / 4096)) >>> 0)
    tcr(StreamControl.translate)
    expect(dart.translate(3, 0x4000 + 0x123)).toBe(page + 0x123)
    expect(dart.translate(3, 0x8000)).toBeNull()
    expect(line.asserted).toBe(true)
  })
})
