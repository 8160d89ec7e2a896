import { AddressSpace, RegisterFile } from '../../kernel/hardware/index.ts'
import { IODeviceMemory } from '../../kernel/iokit/index.ts'
import { installPhysicalMemory } from '../../kernel/mach/index.ts'
import { present, Simulation } from '../../kernel/sim/index.ts'
import { BareBus } from '../peers/mmioFloor.ts'
import { repeat, type Measurement, type Row } from '../Row.ts'

const READS = 10_000_000
const BASE = 0x90000000
const REGISTERS = 16

/** Ours: bounds and rights of the map, the machine's address space, the register file of a device. */
function ours(): Measurement {
  return new Simulation(1).enter(() => {
    const space = new AddressSpace('memory')
    space.addRam(0, 1 << 20)
    const file = new RegisterFile('device', 0x1000, { VALUE: { offset: 0, count: REGISTERS } })
    for (let i = 0; i < REGISTERS; i++) file.set('VALUE', i, i)
    space.map(BASE, 0x1000, file)
    installPhysicalMemory({
      bus: space, free: [{ address: 0, sizeBytes: 1 << 20 }], endOfRam: 1 << 20, pageSizeBytes: 4096,
    })
    const map = present(IODeviceMemory.withRange(BASE, 0x1000).map(), 'device memory can be mapped')
    return repeat(7, () => {
      let sum = 0
      for (let i = 0; i < READS; i++) sum += map.read32((i & (REGISTERS - 1)) * 4)
      return String(sum)
    })
  })
}

/** The floor: page table, then a device whose read is a switch. */
function floor(): Measurement {
  const bus = new BareBus()
  const values = Uint32Array.from({ length: REGISTERS }, (_, i) => i)
  bus.map(0x90, {
    read: (offset) => {
      switch (offset & 0xf00) {
        case 0x000: return values[offset >> 2]!
        case 0x100: return 1
        default: return 0
      }
    },
  })
  return repeat(7, () => {
    let sum = 0
    for (let i = 0; i < READS; i++) sum += bus.read(0x90000 + (i & (REGISTERS - 1)) * 4)
    return String(sum)
  })
}

export const e7: Row = {
  id: 'E7', title: `register read through IOMemoryMap, ${READS / 1e6} M reads`, maxRatio: 2.5,
  ours: { name: 'IOMemoryMap.read32', measure: ours },
  peer: { name: 'page table and switch', measure: floor },
}
