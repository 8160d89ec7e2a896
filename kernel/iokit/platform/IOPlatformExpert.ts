import { kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import { OSString, OSSymbol, defineMetaClass, toOSObject, type OSMetaClass } from '../../libkern/index.ts'
import { wait, type KernelThread } from '../../sim/index.ts'
import { IOMapper } from '../dma/index.ts'
import { gIODTPlane, IORegistryEntry, type NameMatch } from '../registry/index.ts'
import { IOResources, IOService, IOUserResources } from '../service/index.ts'
import { IOPMrootDomain } from './IOPMrootDomain.ts'
import { IOPlatformDevice } from './IOPlatformDevice.ts'
import { setPlatform } from './platform.ts'

/** Controller name under which the processors' own interrupt inputs are known. */
export const gIOPlatformInterruptControllerName = 'IOPlatformInterruptController'

/**
 * The driver of the machine as a whole: publishes its nubs, knows their names and resources.
 * @xnu iokit/Kernel/IOPlatformExpert.cpp IOPlatformExpert — simplified: no halt, restart or panic hooks
 */
export class IOPlatformExpert extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOPlatformExpert', IOPlatformExpert, IOService)

  /**
   * Makes this the platform, publishes the root power domain, then whatever `configure` finds. Matching
   * thread.
   * @xnu IOPlatformExpert.cpp start — simplified: power domains only as far as the registry shows them
   */
  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    setPlatform(this)
    publishResourceServices()
    this.setProperty('IOPlatformMaxBusDelay', toOSObject([{ number: 0xffffffffffffffffn, bits: 64 }, 0]))
    this.instantiatePowerDomains()
    IOMapper.setMapperRequired(this.getProperty('IOPlatformMapperPresent') !== null)
    if (!(yield* wait(this.configure(provider)))) return false
    this.registerService()
    return true
  }

  /** Publishes the nubs of this platform. @xnu IOPlatformExpert.cpp configure — faithful */
  configure(_provider: IOService): KernelThread<boolean> | boolean {
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

  /** Model identifier of the machine. @xnu IOPlatformExpert.cpp getModelName — faithful */
  getModelName(): string {
    const model = this.getProvider()?.getProperty('model') ?? null
    return model instanceof OSString ? model.getCStringNoCopy() : ''
  }

  /** Number of processors that are fitted. */
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

/** The services that stand for resources, below the root of services. */
function publishResourceServices(): void {
  for (const service of [IOResources.resources(), IOUserResources.resources()]) service.registerService()
}
