import { describe, expect, it } from 'vitest'
import { Simulation } from '../../sim/index.ts'
import {
  Command, Config, ExpressType, Fabric, InterruptLine, PciBridge, PciFunction,
  PciRootComplex, RegisterFile, resetDevices,
} from '../index.ts'

const ECAM = 0xe0000000

/** Root complex, a root port at 1c.0, and behind it a function with a 16 KiB 64-bit BAR and MSI-X. */
function makeTree(): {
  fabric: Fabric; root: PciRootComplex; port: PciBridge; card: PciFunction; messages: [number, number][]
  config: (bus: number, devfn: number, offset: number) => number; file: RegisterFile<'ID' | 'SCRATCH'>
} {
  const fabric = new Fabric(Array.from({ length: 24 }, () => new InterruptLine()))
  fabric.memory.addRam(0, 16 * 2 ** 20)
  const messages: [number, number][] = []
  fabric.addMessageWindow(0xfee00000, 0x100000, (address, data) => void messages.push([address, data]))
  const root = new PciRootComplex('PCI0', fabric, {
    ecamBase: ECAM, routeInterrupt: (_device, pin) => 15 + pin,
    windows: [{ space: 'memory', cpuBase: 0x90000000, sizeBytes: 0x40000000 }],
  })
  const port = new PciBridge('RP05', root, { vendorId: 0x8086, deviceId: 0x9d14, classCode: 0x060400 }, {
    type: ExpressType.rootPort, linkSpeed: 3, linkWidth: 4, portNumber: 5, slot: {
      number: 5, hotPlug: false,
    },
  })
  root.rootBus.attach(port, 0x1c, 0)
  const card = new PciFunction(
    'card', { vendorId: 0x1234, deviceId: 0xabcd, classCode: 0x018000, interruptPin: 1 },
  )
  const file = new RegisterFile(
    'card', 0x1000, { ID: { offset: 0, access: 'ro', reset: 0xcafe }, SCRATCH: { offset: 4 } },
  )
  const bar = card.addBar(
    { index: 0, kind: 'memory64', sizeBytes: 0x4000, device: file, deviceBytes: 0x1000 },
  )
  card.addPowerManagement()
  card.addMsix(4, bar, 0x2000, 0x3000)
  port.secondary.attach(card, 0, 0)
  resetDevices(root, 'power-on')
  const config = (
    bus: number, devfn: number, offset: number
  ): number => ECAM + bus * 0x100000 + devfn * 0x1000 + offset
  return { fabric, root, port, card, messages, config, file }
}

/** What firmware does: bus numbers, windows, BAR address, enables. */
function configure(tree: ReturnType<typeof makeTree>): void {
  const { fabric: { memory }, config } = tree
  memory.write32(config(0, 0xe0, Config.primaryBus), 0x00010100)
  memory.write16(config(0, 0xe0, Config.memoryBase), 0x9000)
  memory.write16(config(0, 0xe0, Config.memoryLimit), 0x9010)
  memory.write16(config(0, 0xe0, Config.command), Command.memory | Command.busMaster)
  memory.write32(config(1, 0, Config.bar0), 0x90000000)
  memory.write16(config(1, 0, Config.command), Command.memory | Command.busMaster)
}

describe('PCI configuration space', () => {
  it('routes by bus numbers: nothing answers behind a bridge before it has them', () => {
    new Simulation(1).enter(() => {
      const { fabric: { memory }, config } = makeTree()
      expect(memory.read32(config(0, 0xe0, 0))).toBe(0x9d148086)
      expect(memory.read32(config(1, 0, 0))).toBe(0xffffffff)
      memory.write32(config(0, 0xe0, Config.primaryBus), 0x00010100)
      expect(memory.read32(config(1, 0, 0))).toBe(0xabcd1234)
      expect(memory.read8(config(0, 0xe0, Config.headerType))).toBe(1)
    })
  })

  it('sizes a 64-bit BAR the way software does', () => {
    new Simulation(1).enter(() => {
      const tree = makeTree()
      const { fabric: { memory }, config } = tree
      memory.write32(config(0, 0xe0, Config.primaryBus), 0x00010100)
      memory.write32(config(1, 0, 0x10), 0xffffffff)
      memory.write32(config(1, 0, 0x14), 0xffffffff)
      expect(
        [memory.read32(config(1, 0, 0x10)), memory.read32(config(1, 0, 0x14))],
      ).toEqual([0xffffc004, 0xffffffff])
      memory.write32(config(1, 0, 0x18), 0xffffffff)
      expect(memory.read32(config(1, 0, 0x18))).toBe(0)
    })
  })

  it('lists capabilities from the pointer', () => {
    new Simulation(1).enter(() => {
      const { card } = makeTree()
      const ids: number[] = []
      for (let at = card.config.get(0x34, 1); at !== 0; at = card.config.get(at + 1, 1)) ids.push(
        card.config.get(at, 1),
      )
      expect(ids).toEqual([0x01, 0x11])
      expect(card.config.get(6, 2) & 0x10).toBe(0x10)
    })
  })
})

describe('PCI decoding', () => {
  it('answers in the BAR only while bridge window, enables and power state allow', () => {
    new Simulation(1).enter(() => {
      const tree = makeTree()
      const { fabric: { memory }, config } = tree
      configure(tree)
      const seen = (): number => memory.read32(0x90000000)
      expect(seen()).toBe(0xcafe)
      memory.write16(config(0, 0xe0, Config.memoryBase), 0xa000)
      expect(seen()).toBe(0xffffffff)
      memory.write16(config(0, 0xe0, Config.memoryBase), 0x9000)
      memory.write16(config(1, 0, 0x44), 3)
      expect(seen()).toBe(0xffffffff)
      memory.write16(config(1, 0, 0x44), 0)
      expect(seen()).toBe(0xcafe)
      memory.write16(config(0, 0xe0, Config.command), Command.busMaster)
      expect(seen()).toBe(0xffffffff)
    })
  })

  it('moves with its BAR and forgets everything on a secondary bus reset', () => {
    new Simulation(1).enter(() => {
      const tree = makeTree()
      const { fabric: { memory }, config } = tree
      configure(tree)
      memory.write32(config(1, 0, Config.bar0), 0x90008000)
      expect([memory.read32(0x90000000), memory.read32(0x90008000)]).toEqual([0xffffffff, 0xcafe])
      memory.write16(config(0, 0xe0, Config.bridgeControl), 0x40)
      expect([memory.read32(0x90008000), memory.read32(config(1, 0, Config.bar0))]).toEqual([0xffffffff, 4])
    })
  })
})

describe('PCI interrupts', () => {
  it('swizzles INTA of device 0 behind 1c.0 to the root port wire, and honours interrupt disable', () => {
    new Simulation(1).enter(() => {
      const tree = makeTree()
      const { fabric, card, config } = tree
      configure(tree)
      card.setIntx(true)
      expect(fabric.input(16).asserted).toBe(true)
      fabric.memory.write16(config(1, 0, Config.command), Command.memory | Command.interruptDisable)
      expect(
        [fabric.input(16).asserted, fabric.memory.read16(config(1, 0, Config.status)) & 8],
      ).toEqual([false, 8])
    })
  })

  it('posts MSI-X messages, holds masked ones in the pending bits, and releases them', () => {
    new Simulation(1).enter(() => {
      const tree = makeTree()
      const { fabric: { memory }, card, config, messages } = tree
      configure(tree)
      const entry = 0x90002000 + 16
      memory.write32(entry, 0xfee00000)
      memory.write32(entry + 8, 0x51)
      expect(card.raiseMessage(1)).toBe(false)
      memory.write16(config(1, 0, 0x48 + 2), 0x8000)
      card.raiseMessage(1)
      expect([messages.length, memory.read32(0x90003000)]).toEqual([0, 2])
      memory.write32(entry + 12, 0)
      expect([messages, memory.read32(0x90003000)]).toEqual([[[0xfee00000, 0x51]], 0])
      memory.write16(config(1, 0, 0x48 + 2), 0xc000)
      card.raiseMessage(1)
      expect(messages).toHaveLength(1)
      memory.write16(config(1, 0, 0x48 + 2), 0x8000)
      expect(messages).toHaveLength(2)
      memory.write16(config(1, 0, Config.command), Command.memory)
      card.raiseMessage(1)
      expect(messages).toHaveLength(2)
    })
  })

  it('lets only bus masters touch memory', () => {
    new Simulation(1).enter(() => {
      const tree = makeTree()
      const { fabric: { memory }, card, config } = tree
      configure(tree)
      expect(card.dmaWrite(0x1000, Uint8Array.of(1, 2, 3, 4))).toBe(true)
      memory.write16(config(1, 0, Config.command), Command.memory)
      expect(card.dmaWrite(0x1000, Uint8Array.of(9, 9, 9, 9))).toBe(false)
      expect(memory.read32(0x1000)).toBe(0x04030201)
    })
  })
})
