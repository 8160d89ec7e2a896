import { kIOReturnNotReady, kIOReturnSuccess, kIOReturnUnsupported, type IOReturn } from '../../abi/index.ts'
import {
  defineMetaClass, type OSDictionary, type OSMetaClass, type OSObject, type OSSet,
} from '../../libkern/index.ts'
import {
  IKOT_IOKIT_CONNECT, IKOT_IOKIT_IDENT, IKOT_IOKIT_OBJECT, mach_port_mod_refs, panic, type Port,
  type Semaphore, type Task,
} from '../../mach/index.ts'
import { wait, type Blocking, type KernelThread } from '../../sim/index.ts'
import { kIOMapUserOptionsMask, type IOMemoryDescriptor, type IOMemoryMap } from '../memory/index.ts'
import { IOService } from '../service/IOService.ts'
import { ClientLock } from './ClientLock.ts'
import { runDispatch, runDispatch2022 } from './externalMethod.ts'
import type {
  IOExternalMethodArguments, IOExternalMethodDispatch, IOExternalMethodDispatch2022,
} from './externalMethod.ts'
import { filterCallbacks, type FilterPolicy } from './filters.ts'
import { makeSendRightForTask, objectOfName, type IOKitPortType } from './iokitPorts.ts'
import { callLegacyMethod, type IOExternalMethod } from './legacyMethod.ts'
import { addOwner, forgetOwners } from './owners.ts'

/** What `clientMemoryForType` answers; the descriptor's reference passes to the caller. */
export interface ClientMemory {
  readonly result: IOReturn
  readonly options: number
  readonly memory: IOMemoryDescriptor | null
}

/** What `getNotificationSemaphore` answers. */
export interface ClientSemaphore {
  readonly result: IOReturn
  readonly semaphore: Semaphore | null
}

/** A function behind `IOConnectTrap`. */
export type IOExternalTrap = (...words: readonly bigint[]) => Blocking<IOReturn>

/** How a call takes the client's lock. @xnu iokit/Kernel/IOUserClient.cpp kIPCLockNone — faithful */
export const kIPCLockNone = 0
export const kIPCLockRead = 1
export const kIPCLockWrite = 2
export type IPCLock = 0 | 1 | 2

/**
 * One connection of a task with a service. Subclasses override `initWithTask`, `start`, `clientClose` and
 * `externalMethod`; calls come on the client's own thread.
 * @xnu iokit/Kernel/IOUserClient.cpp IOUserClient — faithful
 */
export class IOUserClient extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOUserClient', IOUserClient, IOService)

  readonly lock = new ClientLock()
  /** Tasks that opened the connection and have not lost it; the business of `owners.ts`. */
  readonly owners = new Set<Task>()
  /** What sandbox profiles say of the connection, by task. */
  readonly filterPolicies = new Map<Task, FilterPolicy>()
  defaultLocking = false
  defaultLockingSetProperties = false
  defaultLockingSingleThreadExternalMethod = false
  /** Tasks may share the connection: each close reaches it. */
  sharedInstance = false
  messageAppSuspended = false
  /** The locking policy is fixed. */
  opened = false
  closed = false
  /** Memory that the task which opened the connection has mapped. */
  mappings: OSSet | null = null
  /** Calls of user space that are inside now. */
  private ipcCount = 0
  private ipcFinal = false

  /**
   * Takes task and type; false refuses the connection. Properties are the ones of `IOServiceOpen`, always
   * null today.
   * @xnu iokit/Kernel/IOUserClient.cpp initWithTask — faithful
   */
  initWithTask(
    _owningTask: Task, _securityID: unknown, _type: number, properties: OSDictionary | null,
  ): boolean {
    return this.init(properties)
  }

  /**
   * The termination of the service waits until the open is through.
   * @xnu iokit/Kernel/IOUserClient.cpp reserve — faithful
   */
  override init(dictionary: OSDictionary | null = null): boolean {
    if (!super.init(dictionary)) return false
    this.setTerminateDefer(null, true)
    return true
  }

  /**
   * The user closed the connection. Default: kIOReturnUnsupported; most clients terminate themselves.
   * @xnu iokit/Kernel/IOUserClient.cpp clientClose — faithful
   */
  clientClose(): Blocking<IOReturn> {
    return kIOReturnUnsupported
  }

  /**
   * The task died, or gave up its last right. Default: `clientClose`, unless the connection was closed
   * before.
   * @xnu iokit/Kernel/IOUserClient.cpp clientDied — faithful
   */
  clientDied(): Blocking<IOReturn> {
    if (!this.sharedInstance && this.closed) return kIOReturnNotReady
    this.closed = true
    return this.clientClose()
  }

  /**
   * What `IOConnectGetService` answers; not retained.
   * @xnu iokit/Kernel/IOUserClient.cpp getService — faithful
   */
  getService(): IOService | null {
    return null
  }

  /**
   * A port for the client's own notifications; on success its send right belongs to the client, which gives
   * it back with `releaseNotificationPort`. @xnu iokit/Kernel/IOUserClient.cpp registerNotificationPort —
   * faithful
   */
  registerNotificationPort(_port: Port | null, _type: number, _reference: bigint): Blocking<IOReturn> {
    return kIOReturnUnsupported
  }

  /**
   * A semaphore that the client signals for a kind of notification; it stays the client's.
   * @xnu iokit/Kernel/IOUserClient.cpp getNotificationSemaphore — faithful
   */
  getNotificationSemaphore(_type: number): Blocking<ClientSemaphore> {
    return { result: kIOReturnUnsupported, semaphore: null }
  }

  /** Memory that the user may map. @xnu iokit/Kernel/IOUserClient.cpp clientMemoryForType — faithful */
  clientMemoryForType(_type: number): Blocking<ClientMemory> {
    return { result: kIOReturnUnsupported, options: 0, memory: null }
  }

  /** @xnu iokit/Kernel/IOUserClient.cpp connectClient — faithful */
  connectClient(_client: IOUserClient): Blocking<IOReturn> {
    return kIOReturnUnsupported
  }

  /**
   * Maps the client's memory of a kind into a task, with the options that a user may choose; one reference to the
   * caller, or null. Thread context.
   * @xnu iokit/Kernel/IOUserClient.cpp mapClientMemory64 — faithful
   */
  *mapClientMemory64(
    type: number, task: Task, mapFlags: number, address: number,
  ): KernelThread<IOMemoryMap | null> {
    const { result, options: offered, memory } = yield* wait(this.clientMemoryForType(type))
    if (memory === null || result !== kIOReturnSuccess) return null
    const options = ((offered & ~kIOMapUserOptionsMask) | (mapFlags & kIOMapUserOptionsMask)) >>> 0
    const map = memory.createMappingInTask(task, { address, options })
    memory.release()
    return map
  }

  /**
   * The oldest form of a table of methods, for targets that the method itself names.
   * @xnu iokit/Kernel/IOUserClient.cpp getExternalMethodForIndex — faithful
   */
  getExternalMethodForIndex(_index: number): IOExternalMethod | null {
    return null
  }

  /** @xnu iokit/Kernel/IOUserClient.cpp getExternalAsyncMethodForIndex — faithful */
  getExternalAsyncMethodForIndex(_index: number): IOExternalMethod | null {
    return null
  }

  /** @xnu iokit/Kernel/IOUserClient.cpp getExternalTrapForIndex — faithful */
  getExternalTrapForIndex(_index: number): IOExternalTrap | null {
    return null
  }

  /**
   * Old-style tables: the method with that number, or null; by default what the oldest form has.
   * @xnu iokit/Kernel/IOUserClient.cpp getTargetAndMethodForIndex — faithful
   */
  getTargetAndMethodForIndex(index: number): IOExternalMethod | null {
    return this.getExternalMethodForIndex(index)
  }

  /** @xnu iokit/Kernel/IOUserClient.cpp getAsyncTargetAndMethodForIndex — faithful */
  getAsyncTargetAndMethodForIndex(index: number): IOExternalMethod | null {
    return this.getExternalAsyncMethodForIndex(index)
  }

  /** @xnu iokit/Kernel/IOUserClient.cpp getTargetAndTrapForIndex — faithful */
  getTargetAndTrapForIndex(index: number): IOExternalTrap | null {
    return this.getExternalTrapForIndex(index)
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
    return callLegacyMethod(method, args)
  }

  /**
   * Takes the lock policy and calls `externalMethod`. The connection's thread; blocks only when the lock or
   * the method does. @xnu iokit/Kernel/IOUserClient.cpp callExternalMethod — faithful
   */
  callExternalMethod(selector: number, args: IOExternalMethodArguments): Blocking<IOReturn> {
    const locking = this.methodLock()
    if (locking !== kIPCLockNone && !this.lock.tryTake(locking === kIPCLockWrite)) {
      return this.callWhenFree(selector, args)
    }
    this.ipcCount++
    const result = this.externalMethod(selector, args)
    if (typeof result !== 'number') return this.finishCall(result, locking)
    this.ipcExit(locking)
    return result
  }

  private methodLock(): IPCLock {
    if (!this.defaultLocking) return kIPCLockNone
    return this.defaultLockingSingleThreadExternalMethod ? kIPCLockWrite : kIPCLockRead
  }

  private *callWhenFree(selector: number, args: IOExternalMethodArguments): KernelThread<IOReturn> {
    const locking = this.methodLock()
    yield* this.ipcEnter(locking)
    const result = yield* wait(this.externalMethod(selector, args))
    this.ipcExit(locking)
    return result
  }

  private *finishCall(call: KernelThread<IOReturn>, locking: IPCLock): KernelThread<IOReturn> {
    const result = yield* call
    this.ipcExit(locking)
    return result
  }

  /**
   * A task owns the connection: it hears when the task is gone.
   * @xnu iokit/Kernel/IOUserClient.cpp registerOwner — faithful
   */
  registerOwner(task: Task): IOReturn {
    addOwner(task, this)
    return kIOReturnSuccess
  }

  /** No task has the connection any more. @xnu iokit/Kernel/IOUserClient.cpp noMoreSenders — faithful */
  noMoreSenders(): void {
    forgetOwners(this)
  }

  /**
   * The mappings, which then belong to the caller. For the port table.
   * @xnu ours: a part of `destroyUserReferences`
   */
  takeMappings(): OSSet | null {
    const { mappings } = this
    this.mappings = null
    return mappings
  }

  /**
   * A call comes in: the client is not finalized before it has left.
   * @xnu iokit/Kernel/IOUserClient.cpp ipcEnter — faithful
   */
  *ipcEnter(locking: IPCLock): KernelThread {
    if (locking !== kIPCLockNone) yield* this.lock.take(locking === kIPCLockWrite)
    this.ipcCount++
  }

  /** @xnu iokit/Kernel/IOUserClient.cpp ipcExit — faithful */
  ipcExit(locking: IPCLock): void {
    this.ipcCount--
    if (this.ipcCount === 0 && this.ipcFinal && this.isInactive()) {
      this.ipcFinal = false
      this.scheduleFinalize(true)
    }
    if (locking !== kIPCLockNone) this.lock.drop(locking === kIPCLockWrite)
  }

  /** Runs `body` as a call of user space. Thread context. @xnu ours: `ipcEnter` and `ipcExit` around it */
  *insideCall<T>(locking: IPCLock, body: () => Blocking<T>): KernelThread<T> {
    yield* this.ipcEnter(locking)
    const result = yield* wait(body())
    this.ipcExit(locking)
    return result
  }

  /**
   * Whether finalizing may go on now; else the last call that leaves goes on with it.
   * @xnu iokit/Kernel/IOUserClient.cpp finalizeUserReferences — faithful
   */
  finalizeUserReferences(): boolean {
    this.ipcFinal = this.ipcCount > 0
    return !this.ipcFinal
  }

  /**
   * Last send right gone: the connection is over. Thread context, with the client's lock.
   * @xnu iokit/Kernel/IOUserClient.cpp iokit_client_died IKOT_IOKIT_CONNECT — faithful
   */
  *userReferencesGone(type: IOKitPortType): KernelThread {
    if (type !== IKOT_IOKIT_CONNECT) return
    yield* this.lock.take(true)
    yield* wait(this.clientDied())
    this.lock.drop(true)
  }

  /**
   * Gives a task a name for an object, whose reference goes over to the port.
   * @xnu iokit/Kernel/IOUserClient.cpp exportObjectToClient — faithful
   */
  exportObjectToClient(task: Task, object: OSObject): number {
    const name = makeSendRightForTask(task, object, IKOT_IOKIT_OBJECT)
    object.release()
    return name
  }

  /**
   * A name that stands for an object between this client and its task.
   * @xnu iokit/Kernel/IOUserClient.cpp copyPortNameForObjectInTask — faithful
   */
  copyPortNameForObjectInTask(task: Task, object: OSObject): number {
    return makeSendRightForTask(task, object, IKOT_IOKIT_IDENT)
  }

  /**
   * The object behind such a name, with a reference; null for any other.
   * @xnu iokit/Kernel/IOUserClient.cpp copyObjectForPortNameInTask — faithful
   */
  copyObjectForPortNameInTask(task: Task, name: number): OSObject | null {
    const object = objectOfName(task, name, IKOT_IOKIT_IDENT)
    object?.retain()
    return object
  }

  /** @xnu iokit/Kernel/IOUserClient.cpp adjustPortNameReferencesInTask — faithful */
  adjustPortNameReferencesInTask(task: Task, name: number, delta: number): IOReturn {
    return mach_port_mod_refs(task, name, 0, delta)
  }

  /**
   * Mappings and what sandbox profiles said go.
   * @xnu iokit/Kernel/IOUserClient.cpp IOUserClient::free — faithful
   */
  override free(): void {
    this.mappings?.release()
    this.mappings = null
    const callbacks = filterCallbacks()
    for (const policy of this.filterPolicies.values()) callbacks?.release?.(policy)
    this.filterPolicies.clear()
    super.free()
  }
}

/**
 * A client whose calls go through one table with entitlements.
 * @xnu iokit/IOKit/IOUserClient.h IOUserClient2022 — faithful
 */
export class IOUserClient2022 extends IOUserClient {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOUserClient2022', IOUserClient2022,
    IOUserClient)

  /**
   * Subclasses must override it: this one is a panic.
   * @xnu iokit/Kernel/IOUserClient.cpp IOUserClient2022::externalMethod — faithful
   */
  override externalMethod(
    _selector: number, _args: IOExternalMethodArguments,
    _dispatch: IOExternalMethodDispatch<this> | null = null,
    _reference: unknown = null,
  ): Blocking<IOReturn> {
    panic('wrong externalMethod for IOUserClient2022', { location: 'IOUserClient.cpp:6462' })
  }

  /**
   * To be called from an override of `externalMethod`.
   * @xnu iokit/Kernel/IOUserClient.cpp dispatchExternalMethod — faithful
   */
  dispatchExternalMethod(
    args: IOExternalMethodArguments, table: readonly IOExternalMethodDispatch2022<this>[] | null,
    reference: unknown = null,
  ): Blocking<IOReturn> {
    return runDispatch2022(table, this, reference, args)
  }
}
