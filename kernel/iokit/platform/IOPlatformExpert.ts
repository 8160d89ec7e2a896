import { kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import {
  OSData, OSDictionary, OSSet, OSSymbol, defineMetaClass, toOSObject, type OSMetaClass, type OSString,
} from '../../libkern/index.ts'
import { PE_parse_boot_argn } from '../../mach/index.ts'
import { scheduler, wait, type KernelThread } from '../../sim/index.ts'
import { IOMapper } from '../dma/index.ts'
import {
  deregisterInterruptController, registerInterruptController, type IOInterruptController,
} from '../interrupts/index.ts'
import { IORangeAllocator } from '../memory/index.ts'
import { gIODTPlane, gIOServicePlane, IORegistryEntry, type NameMatch } from '../registry/index.ts'
import { IOResources, IOService, IOSystemStateNotification, IOUserResources } from '../service/index.ts'
import { IOPMrootDomain } from './IOPMrootDomain.ts'
import { IOPlatformDevice } from './IOPlatformDevice.ts'
import { setPlatform } from './platform.ts'

/** The machine has an IOMMU for every device. */
export const kIOPlatformMapperPresentKey = 'IOPlatformMapperPresent'
/** Bit of the System Integrity Protection word: the file system is free. */
const CSR_ALLOW_UNRESTRICTED_FS = 2

/** Controller name under which the processors' own interrupt inputs are known. */
export const gIOPlatformInterruptControllerName = 'IOPlatformInterruptController'

/**
 * The driver of the machine as a whole: publishes its nubs, knows their names and resources.
 * @xnu iokit/Kernel/IOPlatformExpert.cpp IOPlatformExpert — simplified: no halt, restart or panic hooks
 *
 * @xnu iokit/Kernel/IOPlatformExpert.cpp IOPlatformExpert::haltRestart — absent: who runs the machine ends it
 * @xnu iokit/Kernel/IOPlatformExpert.cpp IOPlatformExpert::sleepKernel — absent: the machine never sleeps
 */
export class IOPlatformExpert extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOPlatformExpert', IOPlatformExpert, IOService)

  private bootROMType = 0
  private chipSetType = 0
  private machineType = 0

  /**
   * Makes this the platform, publishes the root power domain, then whatever `configure` finds. Matching
   * thread.
   * @xnu IOPlatformExpert.cpp start — simplified: power domains only as far as the registry shows them
   */
  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    setPlatform(this)
    publishResourceServices()
    publishSystemState(this)
    this.setProperty('IOPlatformMaxBusDelay', toOSObject([{ number: 0xffffffffffffffffn, bits: 64 }, 0]))
    this.instantiatePowerDomains()
    const isUnwanted = isFileSystemFree() && PE_parse_boot_argn('dart') === 0
    if (isUnwanted) this.removeProperty(kIOPlatformMapperPresentKey)
    IOMapper.setMapperRequired(this.getProperty(kIOPlatformMapperPresentKey) !== null)
    if (!(yield* wait(this.configure(provider)))) return false
    this.registerService()
    return true
  }

  /**
   * Publishes a nub for each dictionary of the property `top-level`, which is used up. Matching thread.
   * @xnu iokit/Kernel/IOPlatformExpert.cpp IOPlatformExpert::configure — faithful
   */
  configure(_provider: IOService): KernelThread<boolean> | boolean {
    const topLevel = this.getProperty('top-level')
    if (!(topLevel instanceof OSSet)) return true
    for (const from of [...topLevel.values()]) {
      if (!(from instanceof OSDictionary)) break
      const nub = new IOPlatformDevice()
      if (nub.init(from)) {
        nub.attach(this)
        nub.registerService()
      }
      nub.release()
      topLevel.removeObject(from)
    }
    return true
  }

  /**
   * @xnu IOPlatformExpert.cpp PMInstantiatePowerDomains — simplified: the root domain does not manage power
   * yet
   */
  protected instantiatePowerDomains(): void {
    const root = new IOPMrootDomain()
    root.init()
    root.attach(this)
    root.startDomain()
    root.release()
  }

  /**
   * A nub in the place of a registry entry; one reference to the caller. @xnu IOPlatformExpert.cpp createNub
   * — faithful
   */
  createNub(from: IORegistryEntry): IOService | null {
    const nub = new IOPlatformDevice()
    return nub.initWithEntry(from, gIODTPlane) ? nub : null
  }

  /** Whether `name` names the nub. @xnu IOPlatformExpert.cpp compareNubName — faithful */
  compareNubName(nub: IOService, name: OSString, matched: NameMatch | null = null): boolean {
    return IORegistryEntry.prototype.compareName.call(nub, name, matched)
  }

  /** Fills in device memory and interrupts of a nub. @xnu IOPlatformExpert.cpp getNubResources — faithful */
  getNubResources(_nub: IOService): IOReturn {
    return kIOReturnSuccess
  }

  /** Null: a platform must say. Any context. @xnu IOPlatformExpert.cpp getModelName — faithful */
  getModelName(): string | null {
    return null
  }

  /** Null: a platform must say. Any context. @xnu IOPlatformExpert.cpp getMachineName — faithful */
  getMachineName(): string | null {
    return null
  }

  /** Type of the boot ROM, as a platform set it. @xnu IOPlatformExpert.cpp getBootROMType — faithful */
  getBootROMType(): number {
    return this.bootROMType
  }

  /** For platforms. @xnu IOPlatformExpert.cpp setBootROMType — faithful */
  protected setBootROMType(type: number): void {
    this.bootROMType = type
  }

  /** Type of the chip set, as a platform set it. @xnu IOPlatformExpert.cpp getChipSetType — faithful */
  getChipSetType(): number {
    return this.chipSetType
  }

  /** For platforms. @xnu IOPlatformExpert.cpp setChipSetType — faithful */
  protected setChipSetType(type: number): void {
    this.chipSetType = type
  }

  /** Type of the machine, as a platform set it. @xnu IOPlatformExpert.cpp getMachineType — faithful */
  getMachineType(): number {
    return this.machineType
  }

  /** For platforms. @xnu IOPlatformExpert.cpp setMachineType — faithful */
  protected setMachineType(type: number): void {
    this.machineType = type
  }

  /** The platform's free addresses below 4 GiB; not retained. @xnu getPhysicalRangeAllocator — faithful */
  getPhysicalRangeAllocator(): IORangeAllocator | null {
    const ranges = this.getProperty('Platform Memory Ranges')
    return ranges instanceof IORangeAllocator ? ranges : null
  }

  /** Whether interrupt code runs now. Any context. @xnu IOPlatformExpert.cpp atInterruptLevel — faithful */
  atInterruptLevel(): boolean {
    return scheduler().inInterrupt
  }

  /**
   * A last word on a service before it matches.
   * @xnu IOPlatformExpert.cpp platformAdjustService — faithful
   */
  platformAdjustService(_service: IOService): boolean {
    return true
  }

  /** Makes a controller known by name. Any thread. @xnu registerInterruptController — faithful */
  registerInterruptController(name: OSSymbol, controller: IOInterruptController): IOReturn {
    registerInterruptController(name.getCStringNoCopy(), controller)
    return kIOReturnSuccess
  }

  /** Forgets a controller. Any thread. @xnu IOPlatformExpert.cpp deregisterInterruptController — faithful */
  deregisterInterruptController(name: OSSymbol): IOReturn {
    deregisterInterruptController(name.getCStringNoCopy())
    return kIOReturnSuccess
  }

  /** Number of processors that are fitted. @xnu ours: the original asks `ml_get_max_cpus` */
  processorCount(): number {
    return 1
  }

  /**
   * Says of a nub that each processor's interrupt input is one of its sources. @xnu IOCPU.cpp
   * setCPUInterruptProperties — faithful
   */
  setCPUInterruptProperties(service: IOService): void {
    if (service.getProperty('IOInterruptControllers') !== null) return
    const count = this.processorCount()
    const names: OSSymbol[] = []
    const specifiers: Uint8Array[] = []
    for (let source = 0; source < count; source++) {
      names.push(OSSymbol.withCString(gIOPlatformInterruptControllerName))
      specifiers.push(Uint8Array.of(source, 0, 0, 0, 0, 0, 0, 0))
    }
    service.setProperty('IOInterruptControllers', toOSObject(names))
    service.setProperty('IOInterruptSpecifiers', toOSObject(specifiers))
  }
}

/** The states of the system, below the platform. */
function publishSystemState(platform: IOPlatformExpert): void {
  const service = IOSystemStateNotification.initialize()
  service.attachToParent(platform, gIOServicePlane)
  service.registerService()
}

/** The services that stand for resources, below the root of services. */
function publishResourceServices(): void {
  for (const service of [IOResources.resources(), IOUserResources.resources()]) service.registerService()
}

/** Whether System Integrity Protection lets the file system alone: boot arguments count that change much. */
function isFileSystemFree(): boolean {
  const options = IORegistryEntry.fromPath('IODeviceTree:/options')
  const word = options?.getProperty('csr-active-config') ?? null
  options?.release()
  return word instanceof OSData && ((word.bytes()[0] ?? 0) & CSR_ALLOW_UNRESTRICTED_FS) !== 0
}
