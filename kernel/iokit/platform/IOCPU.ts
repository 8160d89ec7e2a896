import { kIOReturnSuccess, kIOReturnUnsupported, type IOReturn } from '../../abi/index.ts'
import {
  defineMetaClass, kOSIndexNotFound, OSArray, OSDictionary, OSString, type OSMetaClass, type OSObject,
} from '../../libkern/index.ts'
import { current_task } from '../../mach/index.ts'
import { kernelState, wait, type KernelThread } from '../../sim/index.ts'
import { clientHasPrivilege, kIOClientPrivilegeAdministrator } from '../userclient/privileges.ts'
import { IOService } from '../service/index.ts'

/** The states of a processor. */
export const kIOCPUStateUnregistered = 0
export const kIOCPUStateUninitalized = 1
export const kIOCPUStateStopped = 2
export const kIOCPUStateRunning = 3

const STATE_KEY = 'IOCPUState'
const STATE_NAMES = ['Unregistered', 'Uninitialized', 'Stopped', 'Running'] as const

const processors = kernelState(() => OSArray.withCapacity(1))

/**
 * A processor. All of them share the one virtual processor that runs threads; only the first is the boot
 * processor.
 * @xnu iokit/Kernel/IOCPU.cpp IOCPU — simplified: no start, quiesce or halt of other processors
 */
export class IOCPU extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOCPU', IOCPU, IOService, { abstract: true })

  private number = 0
  private state = kIOCPUStateUnregistered

  /**
   * Joins the group of processors, as number 0 and unregistered: subclasses set both. Matching thread.
   * @xnu iokit/Kernel/IOCPU.cpp IOCPU::start — simplified: the provider's frequencies stay the device tree's
   */
  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    processors().setObject(this)
    this.setProperty('IOCPUID', this.getRegistryEntryID(), 64)
    this.setCPUNumber(0)
    this.setCPUState(kIOCPUStateUnregistered)
    return true
  }

  /** Leaves the group. Thread context. @xnu iokit/Kernel/IOCPU.cpp IOCPU::detach — faithful */
  override detach(provider: IOService): void {
    super.detach(provider)
    const index = processors().getNextIndexOfObject(this, 0)
    if (index !== kOSIndexNotFound) processors().removeObject(index)
  }

  /**
   * Nobody sets a processor's state from outside: only the super user hears so much, kIOReturnUnsupported.
   * @xnu iokit/Kernel/IOCPU.cpp IOCPU::setProperties — faithful
   */
  override setProperties(properties: OSObject): IOReturn {
    const wanted = properties instanceof OSDictionary ? properties.getObject(STATE_KEY) : null
    if (!(wanted instanceof OSString)) return kIOReturnUnsupported
    const allowed = clientHasPrivilege(current_task(), kIOClientPrivilegeAdministrator)
    return allowed === kIOReturnSuccess ? kIOReturnUnsupported : allowed
  }

  /** Any context. @xnu iokit/Kernel/IOCPU.cpp IOCPU::getCPUNumber — faithful */
  getCPUNumber(): number {
    return this.number
  }

  /** Subclasses call it once, from `start`. @xnu iokit/Kernel/IOCPU.cpp IOCPU::setCPUNumber — faithful */
  setCPUNumber(number: number): void {
    this.number = number
    this.setProperty('IOCPUNumber', number, 32)
  }

  /** One of kIOCPUState…. Any context. @xnu iokit/Kernel/IOCPU.cpp IOCPU::getCPUState — faithful */
  getCPUState(): number {
    return this.state
  }

  /** Other numbers than the four are ignored. @xnu iokit/Kernel/IOCPU.cpp IOCPU::setCPUState — faithful */
  setCPUState(state: number): void {
    const name = STATE_NAMES[state]
    if (name === undefined) return
    this.state = state
    this.setProperty(STATE_KEY, name)
  }

  /** The processors that have started, in their order. @xnu iokit/Kernel/IOCPU.cpp getCPUGroup — faithful */
  getCPUGroup(): OSArray {
    return processors()
  }

  /** How many have started. Any context. @xnu iokit/Kernel/IOCPU.cpp getCPUGroupSize — faithful */
  getCPUGroupSize(): number {
    return processors().getCount()
  }
}
