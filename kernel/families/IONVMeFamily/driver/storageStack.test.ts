import { describe, expect, it } from 'vitest'
import { kIOReturnNotAligned, kIOReturnSuccess } from '../../../abi/index.ts'
import {
  Apic, DiskImage, ExpressType, Fabric, IO_APIC_BASE, IO_APIC_BYTES, MSI_WINDOW_BASE,
  MSI_WINDOW_BYTES, PartitionType,
  PciBridge, PciFunction, PciRootComplex, resetDevices, writeGpt,
} from '../../../hardware/index.ts'
import {
  gIOCatalogue, gIOServicePlane, initializeIOKit, InitIOKit, IOBufferMemoryDescriptor, IODeviceMemory,
  IOPCIMessagedInterruptController, IOResources, IOService, kIODirectionIn,
  kIODirectionOut, StartIOKitMatching,
  type IORegistryEntry,
} from '../../../iokit/index.ts'
import {
  defineMetaClass, fromOSObject, registerClasses, toOSObject, type OSArray, type OSMetaClass,
} from '../../../libkern/index.ts'
import {
  installPhysicalMemory, interruptEntry, ml_install_interrupt_handler, msgbufText,
} from '../../../mach/index.ts'
import { present, scheduler, Simulation, type KernelThread } from '../../../sim/index.ts'
import type { FamilyDefinition } from '../../defineFamily.ts'
import { IOPCIDevice, IOPCIFamily, IOPCIHostBridge } from '../../IOPCIFamily/index.ts'
import {
  IOBlockStorageDriver, IOMedia, IOStorageFamily, kIOStorageAccessReaderWriter, listMinors,
} from '../../IOStorageFamily/index.ts'
import { IONVMeFamily } from '../index.ts'
import { NvmeNamespace } from '../model/NvmeNamespace.ts'
import { NvmePci } from '../model/NvmePci.ts'
import { DEFAULT_TIMING } from '../model/settings.ts'

const ECAM = 0xe0000000
const WINDOWS = [{
  space: 'memory', base: 0x90000000, sizeBytes: 0x20000000,
}, { space: 'io', base: 0x1000, sizeBytes: 0x8000 }] as const
const MIB = 2 ** 20

class TestHostNub extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('TestHostNub', TestHostNub, IOService)
}

class TestHostBridge extends IOPCIHostBridge {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('TestHostBridge', TestHostBridge, IOPCIHostBridge)

  protected override configure(provider: IOService): boolean {
    const configMap = provider.mapDeviceMemoryWithIndex(0)
    if (configMap === null) return false
    this.configureHost({ configMap, busStart: 0, busEnd: 15, windows: WINDOWS })
    return true
  }
}

/** A root complex with one root port and a disk behind it, and nothing else. */
function buildHardware(image: DiskImage): { slot: PciBridge } {
  const apic = new Apic('io-apic-0')
  const fabric = new Fabric(apic.inputs)
  fabric.memory.addRam(0, 256 * MIB)
  fabric.memory.map(IO_APIC_BASE, IO_APIC_BYTES, apic)
  fabric.addMessageWindow(MSI_WINDOW_BASE, MSI_WINDOW_BYTES, (address, data) => apic.message(address, data))
  apic.connect(interruptEntry())
  const root = new PciRootComplex('PCI0', fabric, {
    ecamBase: ECAM, busEnd: 15, routeInterrupt: () => 16,
    windows: WINDOWS.map(({ space, base, sizeBytes }) => ({ space, cpuBase: base, sizeBytes })),
  })
  const port = new PciBridge('RP01', root, {
    vendorId: 0x8086, deviceId: 0xa290, classCode: 0x060400, interruptPin: 1,
  }, {
    type: ExpressType.rootPort, linkSpeed: 3, linkWidth: 4, slot: { number: 1, hotPlug: false },
  })
  root.rootBus.attach(port, 0x1c, 0)
  const slot = new PciBridge('RP02', root, { vendorId: 0x8086, deviceId: 0xa291, classCode: 0x060400, interruptPin: 2 }, {
    type: ExpressType.rootPort, linkSpeed: 3, linkWidth: 4, slot: { number: 2, hotPlug: true },
  })
  root.rootBus.attach(slot, 0x1c, 1)
  const ssd = new NvmePci('SSD0', {
    vendorId: 0x106b, deviceId: 0x2003, subsystemVendorId: 0x106b, subsystemId: 0x2003,
  }, {
    vendorId: 0x106b, subsystemVendorId: 0x106b, serialNumber: 'WB0001',
    modelNumber: 'APPLE SSD WB0128', firmwareRevision: '1.0',
    version: 0x00010400, ioQueues: 4, queueEntries: 128, mdts: 5,
    timing: DEFAULT_TIMING, ansBootStatus: false,
  }, 4)
  ssd.addNamespace(new NvmeNamespace('ns1', 1, image, 1n))
  port.secondary.attach(ssd, 0, 0)
  resetDevices(root, 'power-on')
  installPhysicalMemory({
    bus: fabric.memory, free: [
      { address: 64 * MIB, sizeBytes: 192 * MIB },
    ], endOfRam: 256 * MIB, pageSizeBytes: 4096,
  })
  return { slot }
}

function install(family: FamilyDefinition): void {
  const kext = present(family.kext, 'a family with a kext')
  expect(registerClasses(kext.CFBundleIdentifier, kext.classes).result).toBe(0)
  const drivers = toOSObject(Object.values(kext.personalities)) as OSArray
  gIOCatalogue().addDrivers(drivers)
}

/** Boots a world of root nub, host bridge and the three families until nothing is left to do. */
function boot(): { image: DiskImage; slot: PciBridge; root: IOService } {
  const image = new DiskImage({ sizeBytes: 512 * MIB, blockBytes: 512 })
  writeGpt(image, {
    diskId: '31260675-E599-4BA5-BF81-5685B5E033BE',
    partitions: [
      {
        type: PartitionType.efiSystem, uniqueId: '9A29F9C6-E07F-4D2B-ABB9-A5529C8634AF',
        name: 'EFI System Partition', sizeBytes: 200 * MIB,
      },
      { type: PartitionType.appleApfs, uniqueId: 'FDBCA385-050C-43A0-8804-18C137A633E1', name: '' },
    ],
  })
  const { slot } = buildHardware(image)
  initializeIOKit(
    { kernelVersion: 'Darwin', osBuild: '20A1', bootArgs: '', timeoutExtensions: 4, hasDaemon: false },
  )
  registerClasses('test', [TestHostNub.metaClass, TestHostBridge.metaClass])
  const root = new IOService()
  root.init()
  InitIOKit(root)
  IOResources.resources()
  const messages = new IOPCIMessagedInterruptController()
  messages.initWithVectors({
    name: 'IOPCIMessagedInterruptController', first: 0x70, count: 64,
    messageFor: (vectorNumber) => ({ address: 0xfee00000n, data: vectorNumber }),
  })
  ml_install_interrupt_handler((vector) => messages.handleInterrupt(vector))
  for (const family of [IOPCIFamily, IOStorageFamily, IONVMeFamily]) install(family)
  gIOCatalogue().addDrivers(toOSObject(
    [{ IOClass: 'TestHostBridge', IOProviderClass: 'TestHostNub', CFBundleIdentifier: 'test' }],
  ) as OSArray)
  StartIOKitMatching()
  IOService.publishResource('IOBSD')
  const nub = new TestHostNub()
  nub.init()
  nub.setDeviceMemory(IODeviceMemory.arrayFromList([{ address: ECAM, length: 16 * MIB }]))
  nub.attach(root)
  nub.registerService()
  run(2_000_000_000)
  return { image, slot, root }
}

function run(ns: number): void {
  scheduler().run(scheduler().nowNs + ns, 1_000_000)
}

/** Runs a thread to its end and gives what it returned. */
function finish<T>(body: KernelThread<T>): T {
  let result: { value: T } | null = null
  scheduler().spawn('test', (function* () {
    result = { value: yield* body }
  })())
  run(1_000_000_000)
  return present<{ value: T }>(result, 'the thread ended').value
}

function tree(entry: IORegistryEntry, depth = 0): string[] {
  const location = entry.getLocation()
  const line = `${'  '.repeat(depth)}${entry.getName()}${location === null ? '' : `@${location}`} <${entry.getMetaClass().className}>`
  return [line, ...entry.children(gIOServicePlane).flatMap((child) => tree(child, depth + 1))]
}

function find<T extends IOService>(root: IORegistryEntry, test: (entry: IORegistryEntry) => entry is T): T[] {
  return [
    ...(test(root) ? [root] : []), ...root.children(gIOServicePlane).flatMap((child) => find(child, test)),
  ]
}

function property(entry: IORegistryEntry, key: string): unknown {
  const value = entry.getProperty(key)
  return value === null ? undefined : fromOSObject(value)
}

const isMedia = (entry: IORegistryEntry): entry is IOMedia => entry instanceof IOMedia
const isNub = (entry: IORegistryEntry): entry is IOPCIDevice => entry instanceof IOPCIDevice

describe('a disk behind a root port', () => {
  it('is found, driven, read and published as media down to its partitions', () => {
    new Simulation(1).enter(() => {
      const { root } = boot()
      expect(msgbufText()).not.toContain('NVMe')
      expect(tree(root).filter((line) => !line.includes('IOResources'))).toEqual([
        'IOService <IOService>',
        '  TestHostNub <TestHostNub>',
        '    TestHostBridge <TestHostBridge>',
        '      pci-bridge@1C <IOPCIDevice>',
        '        IOPP <IOPCI2PCIBridge>',
        '          pci106b,2003@0 <IOPCIDevice>',
        '            IONVMeController <IONVMeController>',
        '              IONVMeBlockStorageDevice@1 <IONVMeBlockStorageDevice>',
        '                IOBlockStorageDriver <IOBlockStorageDriver>',
        '                  APPLE SSD WB0128 Media <IOMedia>',
        '                    IOMediaBSDClient <IOMediaBSDClient>',
        '                    IOGUIDPartitionScheme <IOGUIDPartitionScheme>',
        '                      EFI System Partition@1 <IOMedia>',
        '                        IOMediaBSDClient <IOMediaBSDClient>',
        '                      Untitled 2@2 <IOMedia>',
        '                        IOMediaBSDClient <IOMediaBSDClient>',
        '      pci-bridge@1C,1 <IOPCIDevice>',
        '        IOPP <IOPCI2PCIBridge>',
      ])
      expect(root.getBusyState()).toBe(0)
      expect(
        listMinors().map(({ name, minor, unit }) => [name, minor, unit]),
      ).toEqual([['disk0', 0, 0], ['disk0s1', 1, 0], ['disk0s2', 2, 0]])
    })
  })

  it('shows the properties that real machines show', () => {
    new Simulation(1).enter(() => {
      const { root } = boot()
      const [whole, , second] = find(root, isMedia)
      const shown = (
        entry: IORegistryEntry, keys: readonly string[]
      ): unknown[] => keys.map((key) => property(entry, key))
      expect(shown(whole!, ['Content', 'Whole', 'Leaf', 'BSD Name', 'BSD Major', 'BSD Minor', 'Size', 'Preferred Block Size', 'Open', 'Writable', 'Content Hint'])).toEqual([
        'GUID_partition_scheme', true, false, 'disk0', 1, 0, 512 * MIB, 512, false, true, '',
      ])
      expect(shown(
        second!, ['Content', 'Whole', 'Leaf', 'BSD Name', 'Base', 'Partition ID', 'UUID', 'GPT Attributes'],
      )).toEqual([
        '7C3457EF-0000-11AA-AA11-00306543ECAC', false, true, 'disk0s2', 200 * MIB + 34 * 512, 2,
        'FDBCA385-050C-43A0-8804-18C137A633E1', 0,
      ])
      const [port, disk] = find(root, isNub)
      expect(shown(port!, ['pcidebug', 'IOName', 'vendor-id', 'class-code', 'compatible'])).toEqual([
        '0:28:0(1:1)', 'pci-bridge', Uint8Array.of(0x86, 0x80, 0, 0), Uint8Array.of(0, 4, 6, 0),
        new TextEncoder().encode('pci8086,a290\0pciclass,060400\0'),
      ])
      expect(shown(disk!, ['pcidebug', 'IOName', 'compatible', 'assigned-addresses', 'IOPCIResourced', 'IOPCIMSIMode', 'IOInterruptControllers', 'IOInterruptSpecifiers', 'IOChildIndex'])).toEqual([
        '1:0:0', 'pci106b,2003', new TextEncoder().encode('pci106b,2003\0pciclass,010802\0'),
        Uint8Array.of(0x10, 0, 1, 0x82, 0, 0, 0, 0, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 0x40, 0, 0), true, true,
        ['IOPCIMessagedInterruptController'], [Uint8Array.of(1, 0, 0, 0, 0, 0, 1, 0)], 1,
      ])
      const bridge = present(port!.clients()[0], 'a driven bridge')
      expect([property(bridge, 'IOProbeScore'), property(
        bridge, 'IOPCIClassMatch',
      ) ?? property(bridge, 'IONameMatch')]).toEqual([expect.anything(), expect.anything()])
    })
  })

  it('carries data both ways through the whole stack and counts it', () => {
    new Simulation(1).enter(() => {
      const { root, image } = boot()
      const second = find(root, isMedia)[2]!
      const client = new IOService()
      client.init()
      const size = 300 * 1024
      const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 31) % 251)
      const out = present(IOBufferMemoryDescriptor.withBytes(bytes, kIODirectionOut), 'memory')
      expect(second.open(client, 0, kIOStorageAccessReaderWriter)).toBe(true)
      expect(finish(second.writeSync(client, 8192, out))).toEqual(
        { status: kIOReturnSuccess, actualByteCount: size },
      )
      const onDisk = new Uint8Array(size)
      image.read(second.getBase() + 8192, onDisk)
      expect(onDisk).toEqual(bytes)
      const back = present(IOBufferMemoryDescriptor.withCapacity(size, kIODirectionIn), 'memory')
      expect(finish(second.readSync(client, 8192, back)).status).toBe(kIOReturnSuccess)
      const read = new Uint8Array(size)
      back.readBytes(0, read)
      expect(read).toEqual(bytes)
      expect(finish(second.readSync(client, 100, back)).status).toBe(kIOReturnNotAligned)
      expect(finish(second.synchronize(client))).toBe(kIOReturnSuccess)
      expect(finish(second.unmap(client, [{ byteStart: 8192, byteCount: 4096 }]))).toBe(kIOReturnSuccess)
      image.read(second.getBase() + 8192, onDisk)
      expect([onDisk[0], onDisk[4095], onDisk[4096]]).toEqual([0, 0, bytes[4096]])
      const driver = find(
        root, (entry): entry is IOBlockStorageDriver => entry instanceof IOBlockStorageDriver,
      )[0]!
      const statistics = property(driver, 'Statistics') as Map<string, bigint>
      expect(
        [statistics.get('Operations (Write)'), statistics.get('Bytes (Write)')].map(Number),
      ).toEqual([1, size])
      expect(Number(statistics.get('Total Time (Write)'))).toBeGreaterThan(DEFAULT_TIMING.writeNs)
      second.close(client)
      expect(property(second, 'Open')).toBe(false)
    })
  })

  it('follows cards into and out of a hot-plug slot', () => {
    new Simulation(1).enter(() => {
      const { root, slot } = boot()
      const card = new PciFunction('late', { vendorId: 0x1af4, deviceId: 0x1000, classCode: 0x020000 })
      card.addBar({ index: 0, kind: 'memory32', sizeBytes: 0x1000, device: { name: 'late', read: () => 0x5a, write: () => undefined } })
      slot.secondary.attach(card, 0, 0)
      run(100_000_000)
      const nub = find(root, isNub).find((entry) => property(entry, 'pcidebug') === '2:0:0')
      expect([nub?.getName(), nub?.mapDeviceMemoryWithIndex(0)?.read32(0)]).toEqual(['ethernet', 0x5a])
      slot.secondary.detach(card)
      run(1_000_000_000)
      expect(find(root, isNub)).toHaveLength(3)
    })
  })

  it('gives everything back when the host bridge goes', () => {
    new Simulation(1).enter(() => {
      const { root } = boot()
      const nub = root.clients().find((entry) => entry instanceof TestHostNub)!
      nub.terminate()
      run(5_000_000_000)
      expect(tree(root).filter((line) => !line.includes('IOResources'))).toEqual(['IOService <IOService>'])
      expect(listMinors()).toEqual([])
    })
  })
})
