import {
  kIOReturnSuccess, kIOReturnUnsupported, kIOUserClientDefaultLockingKey, type IOReturn,
} from '../../abi/index.ts'
import { defineMetaClass, type OSDictionary, type OSMetaClass } from '../../libkern/index.ts'
import { IKOT_IOKIT_CONNECT, panic, type Port, type Task } from '../../mach/index.ts'
import { wait, type Blocking, type KernelThread } from '../../sim/index.ts'
import type { IOMemoryDescriptor } from '../memory/index.ts'
import { IOService } from '../service/IOService.ts'
import { scheduleFinalize } from '../service/terminateLists.ts'
import { ClientLock } from './ClientLock.ts'
import { runDispatch, runDispatch2022 } from './externalMethod.ts'
import type {
  IOExternalMethodArguments, IOExternalMethodDispatch, IOExternalMethodDispatch2022,
} from './externalMethod.ts'
import type { IOKitPortType } from './iokitPorts.ts'
import { forgetMappingsOf } from './userMemory.ts'
import { callLegacyMethod, type IOExternalMethod } from './legacyMethod.ts'

/** What `clientMemoryForType` answers; the descriptor's reference passes to the caller. */
export interface ClientMemory {
  readonly result: IOReturn
  readonly options: number
  readonly memory: IOMemoryDescriptor | null
}

/** A function behind `IOConnectTrap`. */
export type IOExternalTrap = (...words: readonly bigint[]) => IOReturn

/**
 * One connection of a task with a service. Subclasses override `initWithTask`, `start`, `clientClose` and
 * `externalMethod`; calls come on the client's own thread.
 * @xnu iokit/Kernel/IOUserClient.cpp IOUserClient — simplified: no Mach-level filters
 */
export class IOUserClient extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOUserClient', IOUserClient, IOService)

  /** Task that opened the connection. */
  owningTask: Task | null = null
  readonly lock = new ClientLock()
  defaultLocking = false
  defaultLockingSetProperties = false
  defaultLockingSingleThreadExternalMethod = false
  /** Tasks may share the connection: closed with the last right only. */
  sharedInstance = false
  closed = false
  /** Calls of user space that are inside now. */
  private ipcCount = 0
  private finalizeWaits = false
  private readonly deathHook = (): void => this.ownerDied()

  /**
   * Takes task and type; false refuses the connection. Properties are the ones of `IOServiceOpen`, always null today.
   * @xnu iokit/Kernel/IOUserClient.cpp initWithTask — faithful
   */
  initWithTask(owningTask: Task, _securityID: unknown, _type: number, _properties: OSDictionary | null): boolean {
    this.owningTask = owningTask
    return this.init(null)
  }

  /** The user closed the connection. Default: kIOReturnUnsupported; most clients terminate themselves. */
  clientClose(): Blocking<IOReturn> {
    return kIOReturnUnsupported
  }

  /** The task died, or gave up its last right. Default: as `clientClose`. */
  clientDied(): Blocking<IOReturn> {
    if (this.sharedInstance || !this.closed) {
      this.closed = true
      return this.clientClose()
    }
    return kIOReturnSuccess
  }

  /** Service the connection belongs to: what `IOConnectGetService` answers. */
  getService(): IOService | null {
    return this.getProvider()
  }

  registerNotificationPort(_port: Port | null, _type: number, _reference: number): IOReturn {
    return kIOReturnUnsupported
  }

  clientMemoryForType(_type: number): Blocking<ClientMemory> {
    return { result: kIOReturnUnsupported, options: 0, memory: null }
  }

  connectClient(_client: IOUserClient): Blocking<IOReturn> {
    return kIOReturnUnsupported
  }

  /** Old-style tables: the method with that number, or null. */
  getTargetAndMethodForIndex(_index: number): IOExternalMethod | null {
    return null
  }

  getAsyncTargetAndMethodForIndex(_index: number): IOExternalMethod | null {
    return null
  }

  getTargetAndTrapForIndex(_index: number): IOExternalTrap | null {
    return null
  }

  /**
   * One call of the user. Without a dispatch row the old-style tables are asked.
   * @xnu iokit/Kernel/IOUserClient.cpp externalMethod — faithful
   */
  externalMethod(
    selector: number, args: IOExternalMethodArguments, dispatch: IOExternalMethodDispatch<this> | null = null,
    reference: unknown = null,
  ): Blocking<IOReturn> {
    if (dispatch !== null) return runDispatch(dispatch, this, reference, args)
    const method = args.asyncWakePort === null
      ? this.getTargetAndMethodForIndex(selector)
      : this.getAsyncTargetAndMethodForIndex(selector)
    return callLegacyMethod(method, args, this.getName())
  }

  /** Takes the lock policy and calls `externalMethod`. The connection's thread. */
  *callExternalMethod(selector: number, args: IOExternalMethodArguments): KernelThread<IOReturn> {
    if (!this.defaultLocking) return yield* wait(this.externalMethod(selector, args))
    const isExclusive = this.defaultLockingSingleThreadExternalMethod
    yield* this.lock.take(isExclusive)
    const result = this.isInactive() ? kIOReturnUnsupported : yield* wait(this.externalMethod(selector, args))
    this.lock.drop(isExclusive)
    return result
  }

  /** The client hears when its task dies, also if rights to it live on elsewhere. */
  registerOwner(task: Task): void {
    this.owningTask = task
    task.deathHooks.add(this.deathHook)
  }

  noMoreOwners(): void {
    this.owningTask?.deathHooks.delete(this.deathHook)
  }

  /** A call comes in: the client is not finalized before it has left. */
  ipcEnter(): void {
    this.ipcCount++
  }

  ipcExit(): void {
    this.ipcCount--
    if (this.ipcCount > 0 || !this.finalizeWaits) return
    this.finalizeWaits = false
    scheduleFinalize(this, 0)
  }

  /** Whether finalizing may go on now; else the last call that leaves goes on with it. */
  finalizeUserReferences(): boolean {
    this.finalizeWaits = this.ipcCount > 0
    return !this.finalizeWaits
  }

  /** Last send right gone: the connection is over. For the port table. */
  *userReferencesGone(type: IOKitPortType): KernelThread {
    if (type !== IKOT_IOKIT_CONNECT) return
    yield* this.lock.take(true)
    yield* wait(this.clientDied())
    this.lock.drop(true)
  }

  /** Policy flags, from properties. @xnu iokit/Kernel/IOUserClient.cpp IOUserClient::registerOwner — faithful */
  adoptDefaultLocking(): void {
    this.defaultLocking = true
    this.setProperty(kIOUserClientDefaultLockingKey, true)
  }

  override free(): void {
    this.noMoreOwners()
    super.free()
  }

  private ownerDied(): void {
    if (this.owningTask !== null) forgetMappingsOf(this.owningTask)
    this.owningTask = null
  }
}

/**
 * A client whose calls go through one table with entitlements.
 * @xnu iokit/IOKit/IOUserClient.h IOUserClient2022 — faithful
 */
export class IOUserClient2022 extends IOUserClient {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOUserClient2022', IOUserClient2022, IOUserClient)

  override externalMethod(
    _selector: number, _args: IOExternalMethodArguments, _dispatch: IOExternalMethodDispatch<this> | null = null,
    _reference: unknown = null,
  ): Blocking<IOReturn> {
    panic('wrong externalMethod for IOUserClient2022')
  }

  /** To be called from an override of `externalMethod`. */
  dispatchExternalMethod(
    args: IOExternalMethodArguments, table: readonly IOExternalMethodDispatch2022<this>[] | null, reference: unknown = null,
  ): Blocking<IOReturn> {
    return runDispatch2022(table, this, reference, args)
  }
}
