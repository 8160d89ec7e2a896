import { expect, it } from 'vitest'
import { finish, providerAt, startMapper } from '../../../../test/support/mapperWorld.ts'
import {
  describeFrames, inMemoryWorld, panicOf, type MemoryWorld,
} from '../../../../test/support/memoryWorld.ts'
import {
  Fabric, MSI_WINDOW_BASE, MSI_WINDOW_BYTES, PciFunction, PciRootComplex, resetDevices, Vtd, VTD_BYTES,
} from '../../../hardware/index.ts'
import {
  IODMACommand, IOMapper, IOService, kBypassed, kIODirectionOut, kIOMemoryMapperNone, OutputHost64,
  segmentOptions,
} from '../../../iokit/index.ts'
import { OSData } from '../../../libkern/index.ts'
import { installPhysicalMemory, msgbufText, task_create } from '../../../mach/index.ts'
import { present } from '../../../sim/index.ts'
import { AppleVTD } from './AppleVTD.ts'

const UNIT = 0xfed90000
const MIB = 1024 * 1024

interface VtdWorld extends MemoryWorld {
  readonly vtd: AppleVTD
  readonly card: PciFunction
  readonly report: (panicOnFault: boolean) => void
}

/** A card on a PCI bus behind a remapping unit, and the unit's driver. */
function inVtdWorld(story: (world: VtdWorld) => void): void {
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
    const vtd = new AppleVTD()
    const provider = providerAt(UNIT, VTD_BYTES)
    provider.setProperty('AAPL,phandle', OSData.withBytes(Uint8Array.of(7, 0, 0, 0)))
    expect(startMapper(vtd, provider)).toBe(true)
    fabric.addMessageWindow(MSI_WINDOW_BASE, MSI_WINDOW_BYTES, () => vtd.handleFault())
    const task = task_create({ pid: 3, name: 'story' })
    const report = (panicOnFault: boolean): void =>
      vtd.installInterrupts({ address: MSI_WINDOW_BASE, data: 0x41, panicOnFault })
    report(false)
    story({ bus: fabric.memory, task, pageSizeBytes: 4096, vtd, card, report })
  })
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
  inVtdWorld(({ card, report }) => {
    report(true)
    expect(panicOf(() => card.dmaRead(0x5000, new Uint8Array(1))))
      .toBe('vtd[0] fault: device 0:3:0 reason 0x6 R:0x5000')
  })
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
