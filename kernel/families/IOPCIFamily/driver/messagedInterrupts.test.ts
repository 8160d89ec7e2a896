// A function with more messages than it gets vectors: what its nub says, what its table holds, who is called.
import { expect, it } from 'vitest'
import { kIOReturnSuccess } from '../../../abi/index.ts'
import { Fabric, PciFunction, PciRootComplex, resetDevices, type MsixTable } from '../../../hardware/index.ts'
import {
  gIOServicePlane, IODeviceMemory, initializeIOKit, InitIOKit, IOPCIMessagedInterruptController, IOService,
} from '../../../iokit/index.ts'
import { defineMetaClass, fromOSObject, OSData, registerClasses, type OSMetaClass } from '../../../libkern/index.ts'
import { installPhysicalMemory } from '../../../mach/index.ts'
import { atOnce, present, scheduler, Simulation } from '../../../sim/index.ts'
import { BarStorage } from '../model/BarStorage.ts'
import { IOPCIFamily } from '../index.ts'
import { IOPCIDevice } from './IOPCIDevice.ts'
import { IOPCIHostBridge } from './IOPCIHostBridge.ts'

const ECAM = 0xe0000000
const DOORBELL = 0xfee00000
const TABLE = 0x1000
const PENDING = 0x1800
const ENTRIES = 8
const MIB = 2 ** 20
const WINDOW = { space: 'memory', base: 0x90000000, sizeBytes: 0x1000000 } as const

class StoryHostBridge extends IOPCIHostBridge {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('StoryHostBridge', StoryHostBridge, IOPCIHostBridge)

  protected override configure(provider: IOService): boolean {
    const configMap = present(provider.mapDeviceMemoryWithIndex(0), 'configuration space')
    this.configureHost({ configMap, busStart: 0, busEnd: 0, windows: [WINDOW] })
    return true
  }

  /** The only function's firmware properties. */
  override decorateNub(nub: IOPCIDevice): void {
    for (const [key, word] of firmware) nub.setProperty(key, OSData.withBytes(Uint8Array.of(word, 0, 0, 0)))
  }
}

let firmware: readonly (readonly [string, number])[] = []

interface Story {
  readonly nub: IOPCIDevice
  readonly table: MsixTable
  readonly controller: IOPCIMessagedInterruptController
  /** Vectors that were written to the doorbell. */
  readonly rung: number[]
  readonly entry: (index: number) => number[]
}

/** A card with eight MSI-X entries on a bus, its nub with resources, and a controller of `vectors` vectors. */
function withCard(vectors: number, properties: typeof firmware, story: (world: Story) => void): void {
  firmware = properties
  new Simulation(1).enter(() => {
    const fabric = new Fabric([])
    const rung: number[] = []
    fabric.memory.addRam(0, 64 * MIB)
    const root = new PciRootComplex('PCI0', fabric, {
      busStart: 0, busEnd: 0, ecamBase: ECAM, routeInterrupt: () => 0,
      windows: [{ space: 'memory', cpuBase: WINDOW.base, sizeBytes: WINDOW.sizeBytes }],
    })
    const card = new PciFunction('card', { vendorId: 0x1234, deviceId: 8, classCode: 0x028000 })
    const bar = card.addBar({
      index: 0, kind: 'memory32', sizeBytes: 0x2000, prefetchable: false,
      device: new BarStorage('card registers', 0x2000, true),
    })
    const table = card.addMsix(ENTRIES, bar, TABLE, PENDING)
    root.rootBus.attach(card, 2, 0)
    resetDevices(root, 'power-on')
    const free = [{ address: 16 * MIB, sizeBytes: 32 * MIB }]
    installPhysicalMemory({ bus: fabric.memory, free, endOfRam: 64 * MIB, pageSizeBytes: 4096 })
    initializeIOKit({ kernelVersion: '', osBuild: '', bootArgs: '', timeoutExtensions: 4, hasDaemon: false })
    registerClasses('test', [StoryHostBridge.metaClass, ...present(IOPCIFamily.kext, 'a kext').classes])
    const top = new IOService()
    top.init()
    InitIOKit(top)
    const controller = new IOPCIMessagedInterruptController()
    controller.initWithVectors({
      name: 'IOPCIMessagedInterruptController', first: 0x90, count: vectors,
      messageFor: (data) => ({ address: BigInt(DOORBELL), data }),
    })
    fabric.addMessageWindow(DOORBELL, 4096, (_, data) => {
      rung.push(data)
      controller.handleInterrupt(data)
    })
    const provider = new IOService()
    provider.init()
    provider.setDeviceMemory(IODeviceMemory.arrayFromList([{ address: ECAM, length: MIB }]))
    provider.attach(top)
    const bridge = new StoryHostBridge()
    bridge.init()
    bridge.attach(provider)
    scheduler().spawn('start', (function* () {
      yield* bridge.start(provider)
    })())
    scheduler().run(1e9, 1_000_000)
    const nub = present(bridge.children(gIOServicePlane).find((child) => child instanceof IOPCIDevice), 'a nub')
    nub.getResources()
    nub.setMemoryEnable(true)
    const entry = (index: number): number[] =>
      [0, 4, 8, 12].map((at) => fabric.memory.read32(WINDOW.base + TABLE + index * 16 + at))
    story({ nub, table, controller, rung, entry })
  })
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
const specifiers = (nub: IOPCIDevice): string[] =>
  (fromOSObject(nub.getProperty('IOInterruptSpecifiers')!) as Uint8Array[]).map(hex)
const controllerNames = (nub: IOPCIDevice): unknown => fromOSObject(nub.getProperty('IOInterruptControllers')!)

it('one vector, eight specifiers (worked example 7)', () => {
  withCard(16, [], ({ nub, controller, entry }) => {
    expect(specifiers(nub)).toEqual(Array.from({ length: 8 }, () => '0000000000000300'))
    expect(controllerNames(nub)).toEqual(Array.from({ length: 8 }, () => 'IOPCIMessagedInterruptController'))
    expect(fromOSObject(controller.getProperty('MSIFree')!)).toBe(15)
    expect([0, 7].map(entry)).toEqual([[DOORBELL, 0, 0x90, 0], [DOORBELL, 0, 0x90, 0]])
    expect(atOnce(nub.getInterruptType(7))).toEqual({ result: kIOReturnSuccess, type: 0x30000 })
  })
})

it('as many vectors as entries where firmware says so, no more than its limit, or what is free', () => {
  const respect = ['pci-msi-flags', 1] as const
  const last = (nub: IOPCIDevice): [number, string] => [specifiers(nub).length, specifiers(nub).at(-1)!]
  withCard(16, [respect], ({ nub, entry }) => {
    expect([last(nub), entry(7)]).toEqual([[8, '0700000000000300'], [DOORBELL, 0, 0x97, 0]])
  })
  withCard(16, [respect, ['pci-msi-limit', 3]], ({ nub }) => expect(last(nub)).toEqual([3, '0200000000000300']))
  withCard(5, [respect], ({ nub, entry }) => {
    expect(last(nub)).toEqual([8, '0000000000000300'])
    expect([3, 4, 7].map((index) => entry(index)[2])).toEqual([0x93, 0x94, 0x90])
  })
})

it('the first handler turns messages on, the last off; entries that are held back are told apart', () => {
  withCard(16, [], ({ nub, table, rung }) => {
    const log: number[] = []
    const register = (source: number): void => {
      expect(nub.registerInterrupt(source, nub, (_, at) => log.push(at))).toBe(kIOReturnSuccess)
      nub.enableInterrupt(source)
    }
    register(0)
    expect(nub.getProperty('IOPCIMSIMode')).not.toBeNull()
    table.raise(5)
    expect([log, rung]).toEqual([[0], [0x90]])
    register(5)
    table.raise(5)
    expect([log, rung]).toEqual([[0], [0x90, 0x90]])
    nub.unregisterInterrupt(5)
    nub.unregisterInterrupt(0)
    expect([nub.getProperty('IOPCIMSIMode'), table.hasDeliverable]).toEqual([null, false])
  })
})
