import { describe, expect, it } from 'vitest'
import { Aic, AIC_BYTES, DiskImage, Fabric, PartitionType, resetDevices, writeGpt } from '../../../hardware/index.ts'
import {
  gIOCatalogue, gIOServicePlane, initializeIOKit, InitIOKit, IODeviceMemory, IOInterruptController, IOResources, IOService,
  kIOInterruptTypeLevel, registerInterruptController, StartIOKitMatching, type IOInterruptVector, type IORegistryEntry,
} from '../../../iokit/index.ts'
import {
  defineMetaClass, fromOSObject, OSSymbol, registerClasses, toOSObject, type OSArray, type OSMetaClass, type PlainValue,
} from '../../../libkern/index.ts'
import { installPhysicalMemory, interruptEntry, ml_install_interrupt_handler, ml_phys_read_data, ml_phys_write_data } from '../../../mach/index.ts'
import { present, scheduler, Simulation } from '../../../sim/index.ts'
import { IOStorageFamily } from '../../IOStorageFamily/index.ts'
import { IONVMeFamily } from '../index.ts'
import { NvmeMmio } from '../model/NvmeMmio.ts'
import { NvmeNamespace } from '../model/NvmeNamespace.ts'
import { DEFAULT_TIMING } from '../model/settings.ts'

const AIC = 0x23b100000
const NVME = 0x27bcc0000
const RAM = 0x8_0000_0000
const MIB = 2 ** 20

class RTBuddyServiceNub extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('RTBuddyService', RTBuddyServiceNub, IOService)
}

/** The least that an AIC driver does. */
class TestController extends IOInterruptController {
  static override readonly metaClass: OSMetaClass = defineMetaClass('TestController', TestController, IOInterruptController)

  protected override getVectorType(): number {
    return kIOInterruptTypeLevel
  }

  protected override enableVector(vector: IOInterruptVector): void {
    this.write(0x4180, vector.vectorNumber)
  }

  protected override disableVectorHard(vector: IOInterruptVector): void {
    this.write(0x4100, vector.vectorNumber)
  }

  serve(): void {
    for (let event = ml_phys_read_data(AIC + 0x2004, 4); event !== 0; event = ml_phys_read_data(AIC + 0x2004, 4)) {
      this.handleInterrupt(event & 0xffff)
      const vector = present(this.vectorAt(event & 0xffff), 'a registered vector')
      if (vector.interruptDisabledSoft) vector.interruptDisabledHard = true
      else this.enableVector(vector)
    }
  }

  private write(offset: number, number: number): void {
    ml_phys_write_data(AIC + offset + 4 * (number >> 5), (1 << (number & 31)) >>> 0, 4)
  }
}

function buildHardware(): void {
  const aic = new Aic('aic', 896)
  const fabric = new Fabric(aic.inputs)
  fabric.memory.addRam(RAM, 256 * MIB)
  fabric.memory.map(AIC, AIC_BYTES, aic.registers)
  aic.connect(interruptEntry())
  const ans = new NvmeMmio('ans', fabric, {
    vendorId: 0x106b, subsystemVendorId: 0x106b, serialNumber: 'WB0002', modelNumber: 'APPLE SSD WB0512Q', firmwareRevision: '1161.40.',
    version: 0x00010100, ioQueues: 1, queueEntries: 65, mdts: 8, timing: DEFAULT_TIMING, ansBootStatus: true,
  }, { address: NVME, interrupt: 590 })
  const image = new DiskImage({ sizeBytes: 64 * MIB, blockBytes: 4096 })
  writeGpt(image, {
    diskId: '31260675-E599-4BA5-BF81-5685B5E033BE',
    partitions: [{ type: PartitionType.appleApfs, uniqueId: '9A29F9C6-E07F-4D2B-ABB9-A5529C8634AF', name: 'Container' }],
  })
  ans.addNamespace(new NvmeNamespace('ns1', 1, image, 1n))
  resetDevices(ans, 'power-on')
  installPhysicalMemory({
    bus: fabric.memory, free: [{ address: RAM + 64 * MIB, sizeBytes: 192 * MIB }], endOfRam: RAM + 256 * MIB, pageSizeBytes: 16384,
  })
}

/** Root, the coprocessor's nub with its windows and interrupts, and the RTBuddy service below it. */
function boot(): IOService {
  buildHardware()
  initializeIOKit({ kernelVersion: 'Darwin', osBuild: '20B29', bootArgs: '', timeoutExtensions: 1, hasDaemon: false })
  const root = new IOService()
  root.init()
  InitIOKit(root)
  IOResources.resources()
  const controller = new TestController()
  controller.init()
  registerInterruptController('IOInterruptController0000005D', controller)
  ml_install_interrupt_handler(() => controller.serve())
  registerClasses('test', [RTBuddyServiceNub.metaClass, TestController.metaClass])
  for (const { kext } of [IOStorageFamily, IONVMeFamily]) {
    registerClasses(kext!.CFBundleIdentifier, kext!.classes)
    gIOCatalogue().addDrivers(toOSObject(Object.values(kext!.personalities)) as OSArray)
  }
  StartIOKitMatching()
  IOService.publishResource('IOBSD')
  const ans = new IOService()
  ans.init()
  ans.setName('ans')
  ans.setDeviceMemory(IODeviceMemory.arrayFromList([
    { address: 0x277400000, length: 0x6c000 }, { address: 0x277050000, length: 0x4000 }, { address: NVME, length: 0x60000 },
  ]))
  const set = (entry: IOService, key: string, value: PlainValue): void => void entry.setProperty(key, toOSObject(value))
  set(ans, 'nvme-interrupt-idx', Uint8Array.of(4, 0, 0, 0))
  const numbers = [584, 583, 586, 585, 590]
  set(ans, 'IOInterruptControllers', numbers.map(() => OSSymbol.withCString('IOInterruptController0000005D')))
  set(ans, 'IOInterruptSpecifiers', numbers.map((number) => Uint8Array.of(number & 0xff, number >> 8, 0, 0)))
  ans.attach(root)
  const service = new RTBuddyServiceNub()
  service.init()
  set(service, 'role', 'ANS2')
  service.attach(ans)
  service.registerService()
  scheduler().run(2e9, 1_000_000)
  return root
}

function all(entry: IORegistryEntry): IORegistryEntry[] {
  return [entry, ...entry.children(gIOServicePlane).flatMap(all)]
}

describe('the storage coprocessor', () => {
  it('is driven by its registers and one level interrupt, down to the container', () => {
    new Simulation(1).enter(() => {
      const entries = all(boot())
      expect(entries.map((entry) => `${entry.getName()} <${entry.getMetaClass().className}>`).slice(2)).toEqual([
        'ans <IOService>', 'RTBuddyService <RTBuddyService>', 'AppleANS3NVMeController <AppleANS3NVMeController>',
        'NS_01 <IOEmbeddedNVMeBlockDevice>', 'IOBlockStorageDriver <IOBlockStorageDriver>',
        'APPLE SSD WB0512Q Media <IOMedia>', 'IOMediaBSDClient <IOMediaBSDClient>',
        'IOGUIDPartitionScheme <IOGUIDPartitionScheme>', 'Container <IOMedia>', 'IOMediaBSDClient <IOMediaBSDClient>',
      ])
      const shown = (index: number, keys: readonly string[]): unknown[] => keys.map((key) => fromOSObject(entries[index]!.getProperty(key)!))
      expect(shown(4, ['Physical Interconnect', 'NVMe Revision Supported', 'AppleNANDStatus', 'Vendor Name', 'IOProbeScore'])).toEqual([
        'Apple Fabric', '1.10', 'Ready', 'Apple', 300000,
      ])
      expect(shown(4, ['IOMaximumByteCountRead', 'IOMaximumSegmentCountRead', 'IOMinimumSegmentAlignmentByteCount']).map(Number)).toEqual([1048576, 256, 4096])
      expect(shown(5, ['EmbeddedDeviceTypeRoot', 'Logical Block Size']).map(Number)).toEqual([1, 4096])
      expect(shown(10, ['BSD Name', 'Base']).map(String)).toEqual(['disk0s1', String(6 * 4096)])
    })
  })
})
