import { expect, it } from 'vitest'
import { finish, providerAt } from '../../../../test/support/mapperWorld.ts'
import {
  describeFrames, inMemoryWorld, panicOf, type MemoryWorld,
} from '../../../../test/support/memoryWorld.ts'
import {
  Fabric, MSI_WINDOW_BASE, MSI_WINDOW_BYTES, PciFunction, PciRootComplex, resetDevices, Vtd, VTD_BYTES,
} from '../../../hardware/index.ts'
import {
  gIOServicePlane, IODMACommand, IOMapper, IOPCIMessagedInterruptController, IOService, kBypassed, kIODirectionOut, kIOMemoryMapperNone, OutputHost64,
  segmentOptions,
} from '../../../iokit/index.ts'
import { fromOSObject, OSData, registerClasses } from '../../../libkern/index.ts'
import { installPhysicalMemory, msgbufText, setBootArgs, task_create } from '../../../mach/index.ts'
import { present, scheduler } from '../../../sim/index.ts'
import { AppleVTD } from './AppleVTD.ts'

const UNIT = 0xfed90000
const MIB = 1024 * 1024
const FIRST_VECTOR = 0x70
/** Memory that firmware promised to a device. */
const RESERVED = { base: 0x7f00_0000, end: 0x7f00_ffff }

interface VtdWorld extends MemoryWorld {
  readonly vtd: AppleVTD
  readonly card: PciFunction
}

/** A DMAR table: one unit for every device, and reserved memory. */
function dmarTable(): Uint8Array {
  const bytes = new Uint8Array(48 + 16 + 24)
  const view = new DataView(bytes.buffer)
  view.setUint16(50, 16, true)
  view.setUint8(52, 1)
  view.setBigUint64(56, BigInt(UNIT), true)
  view.setUint16(64, 1, true)
  view.setUint16(66, 24, true)
  view.setBigUint64(72, BigInt(RESERVED.base), true)
  view.setBigUint64(80, BigInt(RESERVED.end), true)
  return bytes
}

/** A card on a PCI bus behind a remapping unit, and the unit's driver. */
function inVtdWorld(story: (world: VtdWorld) => void, isPresent = true): void {
  inMemoryWorld(() => {
    const fabric = new Fabric([])
    fabric.memory.addRam(0, 2048 * MIB)
    const free = [{ address: 16 * MIB, sizeBytes: 64 * MIB }]
    installPhysicalMemory({ bus: fabric.memory, free, endOfRam: 2048 * MIB, pageSizeBytes: 4096 })
    const unit = new Vtd('vtd', fabric)
    fabric.memory.map(UNIT, VTD_BYTES, unit.registers)
    const root = new PciRootComplex('PCI0', fabric, {
      busStart: 0, busEnd: 0, ecamBase: 0xe0000000, windows: [], routeInterrupt: () => 0,
    })
    root.iommu = unit
    const card = new PciFunction('card', { vendorId: 0x1234, deviceId: 1, classCode: 0x010802 })
    root.rootBus.attach(card, 3, 0)
    resetDevices(root, 'power-on')
    resetDevices(unit, 'power-on')
    fabric.memory.write16(0xe0000000 + 0x18000 + 4, 6)
    const provider = providerAt(UNIT, VTD_BYTES)
    if (isPresent) provider.setProperty('IOPlatformMapperPresent', true)
    provider.setProperty('AAPL,phandle', OSData.withBytes(Uint8Array.of(7, 0, 0, 0)))
    registerClasses('test.mappers', [AppleVTD.metaClass, IOPCIMessagedInterruptController.metaClass])
    const controller = new IOPCIMessagedInterruptController()
    controller.initWithVectors({
      name: 'messages', first: FIRST_VECTOR, count: 16,
      messageFor: (data) => ({ address: BigInt(MSI_WINDOW_BASE), data }),
    })
    fabric.addMessageWindow(MSI_WINDOW_BASE, MSI_WINDOW_BYTES, (_, data) => controller.handleInterrupt(data))
    finish(() => AppleVTD.install(provider, dmarTable(), controller))
    AppleVTD.installInterrupts()
    const vtd = present(provider.children(gIOServicePlane).find((child) => child instanceof AppleVTD), 'the mapper')
    const task = task_create({ pid: 3, name: 'story' })
    story({ bus: fabric.memory, task, pageSizeBytes: 4096, vtd, card })
  })
}

/** Lets the work loop tell what it was woken for. */
function settle(): void {
  scheduler().run(scheduler().nowNs + 1e9, 1_000_000)
}

it('the system mapper gives memory device addresses in one run, and a card reaches it through them', () => {
  inVtdWorld((world) => {
    const { vtd, card, bus } = world
    expect([IOMapper.gSystem, finish(() => IOMapper.checkForSystemMapper())]).toEqual([vtd, undefined])
    const memory = describeFrames(world, [0x12345, 0x777, 0x345], { skip: 0x600, length: 0x2500 })
    memory.prepare()
    const dma = present(IODMACommand.withSpecification(OutputHost64, segmentOptions(32, 4096)), 'a command')
    expect(dma.setMemoryDescriptor(memory)).toBe(0)
    const list = Array.from({ length: 4 }, () => ({ fIOVMAddr: 0, fLength: 0 }))
    const position = { offset: 0, count: 4 }
    expect([dma.genIOVMSegments(position, list), position]).toEqual([0, { offset: 0x2500, count: 3 }])
    const base = list[0]!.fIOVMAddr - 0x600
    expect(list.slice(0, 3).map(({ fIOVMAddr, fLength }) => [fIOVMAddr - base, fLength]))
      .toEqual([[0x600, 0x1000], [0x1600, 0x1000], [0x2600, 0x500]])
    expect(card.dmaWrite(base + 0xffe, Uint8Array.of(1, 2, 3, 4))).toBe(true)
    expect([bus.read16(0x12345ffe), bus.read16(0x777000)]).toEqual([0x0201, 0x0403])
    const back = new Uint8Array(4)
    expect([card.dmaRead(base + 0xffe, back), ...back]).toEqual([true, 1, 2, 3, 4])
    expect(dma.writeBytes(0, Uint8Array.of(9))).toBe(1)
    expect([bus.read8(0x12345600), vtd.mapToPhysicalAddress(base + 0x1600)]).toEqual([9, 0x777600])
    expect(dma.clearMemoryDescriptor()).toBe(0)
    expect(card.dmaWrite(base + 0x600, Uint8Array.of(1))).toBe(false)
    settle()
    expect(msgbufText()).toContain(`vtd[0] fault: device 0:3:0 reason 0x5 W:0x${base.toString(16)}`)
  })
})

it('memory that the device only reads cannot be written by it', () => {
  inVtdWorld((world) => {
    const place = { skip: 0, length: 0x1000, direction: kIODirectionOut } as const
    const memory = describeFrames(world, [0x12345], place)
    memory.prepare()
    const dma = present(IODMACommand.withSpecification(OutputHost64, segmentOptions(32)), 'a command')
    dma.setMemoryDescriptor(memory)
    const [segment] = [{ fIOVMAddr: 0, fLength: 0 }]
    dma.genIOVMSegments({ offset: 0, count: 1 }, [segment])
    expect([world.card.dmaRead(segment.fIOVMAddr, new Uint8Array(4)),
      world.card.dmaWrite(segment.fIOVMAddr, Uint8Array.of(1))]).toEqual([true, false])
  })
})

it('a bad device address stops the machine where that was asked for', () => {
  inVtdWorld(({ card }) => {
    setBootArgs('pci=0x100')
    expect(card.dmaRead(0x5000, new Uint8Array(1))).toBe(false)
    expect(panicOf(settle)).toBe('vtd[0] fault: device 0:3:0 reason 0x6 R:0x5000')
  })
})

it('memory that firmware promised to a device is mapped to itself and given to nobody else', () => {
  inVtdWorld(({ card, vtd, bus }) => {
    expect([card.dmaWrite(RESERVED.base + 8, Uint8Array.of(5)), bus.read8(RESERVED.base + 8)]).toEqual([true, 5])
    expect([vtd.mapToPhysicalAddress(RESERVED.end), card.dmaWrite(RESERVED.end + 1, Uint8Array.of(5))])
      .toEqual([RESERVED.end, false])
  })
})

it('shows its messages and actions as real machines do; without the platform word it lets everything pass', () => {
  inVtdWorld(({ vtd }) => {
    const keys = ['IOInterruptControllers', 'IOInterruptSpecifiers', 'IOPlatformQuiesceAction', 'IOPlatformActiveAction']
    expect(keys.map((key) => fromOSObject(vtd.getProperty(key)!))).toEqual([
      ['messages', 'messages'], [Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 0), Uint8Array.of(1, 0, 0, 0, 0, 0, 1, 0)],
      2147482647, 2147482647,
    ])
  })
  inVtdWorld(({ card, bus }) => {
    expect([IOMapper.gSystem, card.dmaWrite(0x5000, Uint8Array.of(7)), bus.read8(0x5000)]).toEqual([null, true, 7])
  }, false)
})

it('memory in scattered pieces has a place for each; segments of a descriptor are device addresses', () => {
  inVtdWorld((world) => {
    const memory = describeFrames(world, [0x200, 0x300], { skip: 0x100, length: 0x1800 })
    memory.prepare()
    const mapped = memory.getPhysicalSegment(0)
    expect([mapped.address % 4096, mapped.length]).toEqual([0x100, 0x1800])
    expect(mapped.address).not.toBe(0x200100)
    expect(memory.getPhysicalSegment(0, kIOMemoryMapperNone)).toEqual({ address: 0x200100, length: 0xf00 })
    expect(IODMACommand.withSpecification(OutputHost64, segmentOptions(64), kBypassed)).toBeNull()
    memory.complete()
    expect(world.vtd.mapToPhysicalAddress(mapped.address)).toBe(0)
  })
})

it('is found by the number that a device names', () => {
  inVtdWorld(({ vtd }) => {
    expect(vtd.getProperty('IOMapperID')).toBeInstanceOf(OSData)
    const device = new IOService()
    device.init()
    expect(finish(() => IOMapper.copyMapperForDevice(device))).toBeNull()
    device.setProperty('iommu-parent', OSData.withBytes(Uint8Array.of(9, 0, 0, 0, 7, 0, 0, 0)))
    vtd.registerService()
    expect(finish(() => IOMapper.copyMapperForDeviceWithIndex(device, 1))).toBe(vtd)
    expect(finish(() => IOMapper.copyMapperForDeviceWithIndex(device, 2))).toBeNull()
  })
})
