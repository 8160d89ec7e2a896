import { describe, expect, it } from 'vitest'
import { scheduler, Simulation } from '../sim/index.ts'
import { AddressSpace, Aic, AIC_BYTES, Apic, IO_APIC_BASE, IO_APIC_BYTES } from './index.ts'

function settle(): void {
  scheduler().run(scheduler().nowNs + 100_000, 1000)
}

describe('Apic', () => {
  function makeApic(): {
    apic: Apic; space: AddressSpace; set: (input: number, low: number) => void; taken: number[]
  } {
    const apic = new Apic('io-apic-0')
    const space = new AddressSpace('memory')
    space.map(IO_APIC_BASE, IO_APIC_BYTES, apic)
    const taken: number[] = []
    apic.connect({ interrupt: (vector) => void taken.push(vector) })
    const set = (input: number, low: number): void => {
      space.write32(IO_APIC_BASE, 0x10 + 2 * input)
      space.write32(IO_APIC_BASE + 0x10, low)
    }
    return { apic, space, set, taken }
  }

  it('reports its version and delivers an unmasked edge once, in an event', () => {
    new Simulation(1).enter(() => {
      const { apic, space, set, taken } = makeApic()
      space.write32(IO_APIC_BASE, 1)
      expect(space.read32(IO_APIC_BASE + 0x10)).toBe(0x00170020)
      apic.inputs[4]!.pulse()
      set(4, 0x54)
      apic.inputs[4]!.pulse()
      expect(taken).toEqual([])
      settle()
      expect(taken).toEqual([0x54])
    })
  })

  it('keeps a level asserted until the device is served, and holds it back while masked', () => {
    new Simulation(1).enter(() => {
      const { apic, set, taken } = makeApic()
      const level = 0x8000 | 0x60
      let served = 0
      apic.connect({ interrupt: (vector) => {
        taken.push(vector)
        if (++served === 3) apic.inputs[16]!.set(false)
      } })
      set(16, level | 0x10000)
      apic.inputs[16]!.set(true)
      settle()
      expect(taken).toEqual([])
      set(16, level)
      settle()
      expect(taken).toEqual([0x60, 0x60, 0x60])
    })
  })

  it('takes messages, highest vector first, and merges equal ones', () => {
    new Simulation(1).enter(() => {
      const { apic, taken } = makeApic()
      for (const vector of [0x41, 0x91, 0x41]) apic.message(0xfee00000, vector)
      settle()
      expect(taken).toEqual([0x91, 0x41])
    })
  })
})

describe('Aic', () => {
  it('gives events lowest first, masks what it gave, and comes back when a level is unmasked', () => {
    new Simulation(1).enter(() => {
      const aic = new Aic('aic', 896)
      const space = new AddressSpace('memory')
      space.map(0x23b100000, AIC_BYTES, aic.registers)
      const events: number[] = []
      aic.connect({ interrupt: () => {
        for (let event = space.read32(0x23b102004); event !== 0; event = space.read32(0x23b102004)) events.push(event)
      } })
      expect(space.read32(0x23b100004)).toBe(896)
      aic.inputs[590]!.set(true)
      aic.message(704)
      settle()
      expect(events).toEqual([])
      space.write32(0x23b104180 + 4 * (590 >> 5), 1 << (590 & 31))
      space.write32(0x23b104180 + 4 * (704 >> 5), 1 << (704 & 31))
      settle()
      expect(events).toEqual([0x1024e, 0x102c0])
      space.write32(0x23b104180 + 4 * (704 >> 5), 1 << (704 & 31))
      settle()
      expect(events).toHaveLength(2)
      space.write32(0x23b104180 + 4 * (590 >> 5), 1 << (590 & 31))
      settle()
      expect(events.slice(2)).toEqual([0x1024e])
      aic.inputs[590]!.set(false)
      space.write32(0x23b104180 + 4 * (590 >> 5), 1 << (590 & 31))
      space.write32(0x23b104000, 0b100)
      space.write32(0x23b104180, 0b100)
      settle()
      expect(events.slice(3)).toEqual([0x10002])
    })
  })
})
