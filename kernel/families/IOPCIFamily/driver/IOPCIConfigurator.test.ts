import { describe, expect, it } from 'vitest'
import { Simulation } from '../../../sim/index.ts'
import {
  ExpressType, Fabric, InterruptLine, PciBridge, PciFunction, PciRootComplex, resetDevices,
} from '../../../hardware/index.ts'
import { BarStorage } from '../model/BarStorage.ts'
import { EcamAccess } from './ConfigAccess.ts'
import type { ConfigEntry } from './ConfigEntry.ts'
import { IOPCIConfigurator } from './IOPCIConfigurator.ts'

const ECAM = 0xe0000000

/** Two root ports, a switch-like chain below the second, and cards with large and small registers. */
function makeMachine(): {
  fabric: Fabric; root: PciRootComplex; cards: PciFunction[]; ports: PciBridge[]; access: EcamAccess
} {
  const fabric = new Fabric(Array.from({ length: 24 }, () => new InterruptLine()))
  const root = new PciRootComplex('PCI0', fabric, {
    ecamBase: ECAM, routeInterrupt: () => 16, busEnd: 63,
    windows: [
      { space: 'memory', cpuBase: 0x80000000, sizeBytes: 0x40000000 }, {
        space: 'memory', cpuBase: 0x40_0000_0000, sizeBytes: 2 ** 36,
      },
      { space: 'io', cpuBase: 0x1000, sizeBytes: 0xe000 },
    ],
  })
  const port = (name: string, type: 4 | 5 | 6, hotPlug = false): PciBridge =>
    new PciBridge(name, root, { vendorId: 0x8086, deviceId: 0x1000, classCode: 0x060400 }, {
      type, linkSpeed: 3, linkWidth: 4, ...(type === 5 ? {} : { slot: { number: 1, hotPlug } }),
    })
  const card = (name: string, bars: readonly [
    kind: 'io' | 'memory32' | 'memory64', sizeBytes: number, prefetchable: boolean,
  ][]): PciFunction => {
    const made = new PciFunction(name, { vendorId: 0x1234, deviceId: 0x5678, classCode: 0x030000 })
    let index = 0
    for (const [kind, sizeBytes, prefetchable] of bars) {
      made.addBar(
        { index, kind, sizeBytes, prefetchable, device: new BarStorage(`${name} ${index}`, sizeBytes, true) },
      )
      index += kind === 'memory64' ? 2 : 1
    }
    return made
  }
  const [rp1, rp2, up, down1, down2] = [port('RP1', ExpressType.rootPort), port('RP2', ExpressType.rootPort),
    port('UP', ExpressType.upstreamPort), port('D1', ExpressType.downstreamPort),
    port('D2', ExpressType.downstreamPort, true)]
  const gpu = card('GPU', [['memory64', 2 ** 28, true], ['memory64', 2 ** 21, true], ['io', 256, false], [
    'memory32', 2 ** 19, false,
  ]])
  const huge = card('HUGE', [['memory64', 2 ** 33, true]])
  const nic = card('NIC', [['memory32', 2 ** 14, false], ['io', 32, false]])
  root.rootBus.attach(rp1, 0x1c, 0)
  root.rootBus.attach(rp2, 0x1c, 4)
  root.rootBus.attach(nic, 0x1f, 0)
  rp1.secondary.attach(gpu, 0, 0)
  rp2.secondary.attach(up, 0, 0)
  up.secondary.attach(down1, 0, 0)
  up.secondary.attach(down2, 1, 0)
  down1.secondary.attach(huge, 0, 0)
  resetDevices(root, 'power-on')
  const { memory } = fabric
  const access = new EcamAccess({
    read8: (o) => memory.read8(ECAM + o), read16: (o) => memory.read16(ECAM + o), read32: (o) => memory.read32(ECAM + o),
    write8: (o, v) => memory.write8(ECAM + o, v), write16: (o, v) => memory.write16(ECAM + o, v),
    write32: (o, v) => memory.write32(ECAM + o, v),
  }, 0, 63)
  return { fabric, root, cards: [gpu, huge, nic], ports: [rp1, rp2, up, down1, down2], access }
}

const WINDOWS = [
  { space: 'memory', base: 0x80000000, sizeBytes: 0x40000000 }, {
    space: 'memory', base: 0x40_0000_0000, sizeBytes: 2 ** 36,
  },
  { space: 'io', base: 0x1000, sizeBytes: 0xe000 },
] as const

function flat(entries: readonly ConfigEntry[]): ConfigEntry[] {
  return entries.flatMap((entry) => [entry, ...flat(entry.children)])
}

describe('IOPCIConfigurator', () => {
  it('numbers buses depth first and keeps some behind a hot-plug port', () => {
    new Simulation(1).enter(() => {
      const { access } = makeMachine()
      const configurator = new IOPCIConfigurator(access, 0, 63, WINDOWS)
      configurator.configure()
      expect(flat(configurator.children).map((entry) => `${entry.bus}:${entry.device}.${entry.function}(${entry.secondaryBus}:${entry.subordinateBus})`)).toEqual([
        '0:28.0(1:1)', '1:0.0(0:0)', '0:28.4(2:8)', '2:0.0(3:8)', '3:0.0(4:4)',
        '4:0.0(0:0)', '3:1.0(5:8)', '0:31.0(0:0)',
      ])
    })
  })

  it('gives every register an aligned place of its own that the hardware decodes', () => {
    new Simulation(1).enter(() => {
      const { access, cards, fabric } = makeMachine()
      const configurator = new IOPCIConfigurator(access, 0, 63, WINDOWS)
      configurator.configure()
      const bars = flat(configurator.children).flatMap((entry) => entry.bars)
      expect(bars).toHaveLength(7)
      for (const bar of bars) expect([bar.start === 0, bar.start % bar.sizeBytes]).toEqual([false, 0])
      const sorted = bars.filter((bar) => bar.kind !== 'io').toSorted((a, b) => a.start - b.start)
      sorted.slice(1).forEach(
        (bar, i) => expect(bar.start).toBeGreaterThanOrEqual(sorted[i]!.start + sorted[i]!.sizeBytes),
      )
      expect(sorted.at(-1)).toMatchObject({ sizeBytes: 2 ** 33, start: 0x40_0000_0000 })
      expect(cards.map((card) => card.decodedRegions().length)).toEqual([4, 1, 2])
      fabric.memory.write32(0x41_0000_0000, 0x1234abcd)
      expect(fabric.memory.read32(0x41_0000_0000)).toBe(0x1234abcd)
    })
  })

  it('configures a card that is plugged in later inside the windows of its port', () => {
    new Simulation(1).enter(() => {
      const { access, ports } = makeMachine()
      const configurator = new IOPCIConfigurator(access, 0, 63, WINDOWS)
      configurator.configure()
      const late = new PciFunction('LATE', { vendorId: 0x9999, deviceId: 1, classCode: 0 })
      late.addBar(
        { index: 0, kind: 'memory64', sizeBytes: 0x4000, device: new BarStorage('late', 0x4000, true) },
      )
      ports[4]!.secondary.attach(late, 0, 0)
      const bridge = flat(configurator.children).find((entry) => entry.isHotPlug)!
      const found = configurator.configureBelow(bridge)
      expect(found.map((entry) => [entry.ids.vendorProduct, entry.bus])).toEqual([[0x00019999, 5]])
      expect(late.decodedRegions().map((region) => region.start)).toEqual([bridge.windows[0]!.start])
    })
  })
})
