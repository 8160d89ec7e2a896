import {
  kIOReturnSuccess, kIOReturnUnsupported, kIOServiceBusyStateMask, kIOServiceInactiveState,
  kIOServiceRecursing, kIOServiceStartState, kIOServiceTerminate,
  type IOReturn,
} from '../../abi/index.ts'
import {
  OSString, defineMetaClass, type OSCollection, type OSDictionary, type OSDictionaryKey, type OSMetaClass,
  type OSObject, type OSSymbol, type PlainValue,
} from '../../libkern/index.ts'
import type { Blocking, KernelThread } from '../../sim/index.ts'
import { CompiledTable, newOutcome } from '../matching/CompiledTable.ts'
import { matchedServices } from '../matching/existingServices.ts'
import type { Score } from '../matching/MatchableEntry.ts'
import { matchPassive } from '../matching/matchPassive.ts'
import type { IONotifier } from '../notification/IONotifier.ts'
import { addMatchingNotification, addNotification, waitForMatchingService, waitForService } from
  '../notification/matchingNotifications.ts'
import type { MatchingNotificationHandler } from '../notification/ServiceNotifier.ts'
import { IORegistryEntry, gIOServicePlane } from '../registry/index.ts'
import type { IOWorkLoop } from '../workloop/IOWorkLoop.ts'
import { lockForArbitration, unlockForArbitration } from './arbitration.ts'
import { attach, attachWaiting, detach, waitForRoom } from './attach.ts'
import { adjustBusy, getAccumulatedBusyTimeNs } from './busy.ts'
import { registerInterest, unregisterAllInterest, type InterestHandler, type InterestNotifier } from
  './interest.ts'
import { freeInterruptStatistics } from './interruptStatistics.ts'
import type { IOSystemStateNotification } from './IOSystemStateNotification.ts'
import { applyToInterested, messageClient, messageClients, messageClientsNow, type Interested } from
  './messages.ts'
import { close, closeWaiting, handleOpen, isOpenWaiting, open, openWaiting } from './openClose.ts'
import { OpenServiceIterator } from './OpenServiceIterator.ts'
import { registerService, registerServiceSynchronously, startMatching } from './registration.ts'
import { publishResource } from './resources.ts'
import { ServiceEntry } from './ServiceEntry.ts'
import { ServiceInternals } from './ServiceInternals.ts'
import { serviceState } from './serviceState.ts'
import { didTerminate, finalize } from './stopping.ts'
import { scheduleFinalize, scheduleStop, scheduleTerminatePhase2 } from './terminateLists.ts'
import { terminatePhase1 } from './terminatePhase1.ts'
import { terminateSynchronously, terminateWaiting } from './terminateSynchronously.ts'
import { newUserClient, type NewUserClientResult } from './userClients.ts'
import { waitQuietWithOptions } from './waitQuiet.ts'

/**
 * A nub or a driver: an entry of the service plane with a life. This face only names what there is; each
 * concern (attachment, registration, busy counts, open and close, termination …) is a file of this folder.
 * Hooks typed `Blocking` may be plain methods or thread bodies.
 * @xnu iokit/Kernel/IOService.cpp IOService — simplified: power management and statistics are not here
 */
export class IOService extends ServiceEntry {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOService', IOService, IORegistryEntry)

  /** State of the concern files of this folder; drivers leave it alone. */
  readonly internals = new ServiceInternals()

  /** This entry as a service, not retained. Any context. @xnu ours: OSDynamicCast */
  override asService(): IOService {
    return this
  }

  // Life: what drivers override

  /**
   * Looks whether the driver suits its provider; may change the score. Null: it does not. Not to keep
   * anything open: it is detached again afterwards. Config thread.
   * @xnu iokit/Kernel/IOService.cpp probe — faithful
   */
  probe(_provider: IOService, _score: Score): Blocking<IOService | null> {
    return this
  }

  /**
   * Begins to drive the provider. False: the next candidate is tried, and this one is detached. Config
   * thread.
   * @xnu iokit/Kernel/IOService.cpp start — faithful
   */
  start(_provider: IOService): Blocking<boolean> {
    return true
  }

  /**
   * Ends driving the provider, which is closed and detached afterwards. The provider's work loop, terminate
   * thread.
   * @xnu iokit/Kernel/IOService.cpp stop — faithful
   */
  stop(_provider: IOService): Blocking<void> {}

  /**
   * Hears a message of a provider (`kIOMessage…`). The thread of who sends it.
   * @xnu iokit/Kernel/IOService.cpp message — faithful
   */
  message(_type: number, _provider: IOService | null, _argument: unknown): Blocking<IOReturn> {
    return kIOReturnUnsupported
  }

  /**
   * Fills in memory and interrupts of a nub before drivers are matched to it; unless it succeeds, none is.
   * Config thread.
   * @xnu iokit/Kernel/IOService.cpp getResources — faithful
   */
  getResources(): IOReturn {
    return kIOReturnSuccess
  }

  /**
   * Asks a driver to look at its medium again. The caller's thread.
   * @xnu iokit/Kernel/IOService.cpp requestProbe — faithful
   */
  requestProbe(_options: number): IOReturn {
    return kIOReturnUnsupported
  }

  /**
   * The work loop of whatever drives this service; by default the provider's. Not retained. Any context.
   * @xnu iokit/Kernel/IOService.cpp getWorkLoop — faithful
   */
  getWorkLoop(): IOWorkLoop | null {
    return this.getProvider()?.getWorkLoop() ?? null
  }

  /**
   * A user client for a task; by default of the class that `IOUserClientClass` names. Thread of the caller's
   * task.
   */
  newUserClient(
    owningTask: object, securityID: unknown, type: number, properties: OSDictionary | null = null,
  ): Blocking<NewUserClientResult> {
    return newUserClient(this, { owningTask, securityID, type, properties })
  }

  // Place in the registry

  /** Puts this service below a provider, or, with null, at the root. Any context. */
  attach(provider: IOService | null): boolean {
    return attach(this, provider)
  }

  /** `attach` that waits for the provider's lock and for room. An override of `attach` is asked. Thread context. */
  attachWaiting(provider: IOService): Blocking<boolean> {
    return this.attach === IOService.prototype.attach
      ? attachWaiting(this, provider) : this.attachWithRoom(provider)
  }

  private *attachWithRoom(provider: IOService): KernelThread<boolean> {
    yield* waitForRoom(provider)
    return this.attach(provider)
  }

  /** Takes this service from below a provider. Any context. */
  detach(provider: IOService): void {
    detach(this, provider)
  }

  /** First provider, not retained. @xnu iokit/Kernel/IOService.cpp getProvider — faithful */
  getProvider(): IOService | null {
    const { internals } = this
    if (internals.providerGeneration === this.parentGeneration) return internals.provider
    internals.provider = this.getParentEntry(gIOServicePlane)?.asService() ?? null
    internals.providerGeneration = this.parentGeneration
    return internals.provider
  }

  /**
   * Walks the clients that have this service open, the one it stands on locked. One reference to the caller.
   * @xnu iokit/Kernel/IOService.cpp getOpenClientIterator — faithful
   */
  getOpenClientIterator(): OpenServiceIterator {
    return OpenServiceIterator.ofClients(this)
  }

  /**
   * Walks the providers that this service has open, the one it stands on locked. One reference to the caller.
   * @xnu iokit/Kernel/IOService.cpp getOpenProviderIterator — faithful
   */
  getOpenProviderIterator(): OpenServiceIterator {
    return OpenServiceIterator.ofProviders(this)
  }

  // States

  /**
   * First state word: `kIOService…State`. Any context.
   * @xnu iokit/Kernel/IOService.cpp getState — faithful
   */
  getState(): number {
    return this.internals.state0 >>> 0
  }

  /** Second state word: busy count and private stages. Any context. @xnu ours: XNU keeps it to itself */
  getPrivateState(): number {
    return this.internals.state1 >>> 0
  }

  /** Whether termination has begun. Any context. @xnu iokit/Kernel/IOService.cpp isInactive — faithful */
  isInactive(): boolean {
    return (this.internals.state0 & kIOServiceInactiveState) !== 0
  }

  /** The busy count. Any context. @xnu iokit/Kernel/IOService.cpp getBusyState — faithful */
  getBusyState(): number {
    return this.internals.state1 & kIOServiceBusyStateMask
  }

  /** Nanoseconds for which this service has been busy in all. Any context. */
  getAccumulatedBusyTimeNs(): number {
    return getAccumulatedBusyTimeNs(this)
  }

  /** Changes the busy count; the providers' follow. Any context. */
  adjustBusy(delta: number): void {
    adjustBusy(this, delta)
  }

  /**
   * Sleeps until nothing here and below is busy, or kIOReturnTimeout. Thread context.
   * @xnu iokit/Kernel/IOService.cpp waitQuiet — faithful
   */
  *waitQuiet(timeoutNs = Infinity): KernelThread<IOReturn> {
    return yield* waitQuietWithOptions(this, timeoutNs, 0)
  }

  /** `waitQuiet` that panics in the end, with kIOWaitQuietPanicOnFailure. Thread context. */
  *waitQuietWithOptions(timeoutNs: number, options: number): KernelThread<IOReturn> {
    return yield* waitQuietWithOptions(this, timeoutNs, options)
  }

  /**
   * Takes the recursive lock of this service; false only where `isSuccessRequired` is false. Thread context.
   */
  *lockForArbitration(isSuccessRequired = true): KernelThread<boolean> {
    return yield* lockForArbitration(this, isSuccessRequired)
  }

  /** Gives the lock back once. The thread that has it. */
  unlockForArbitration(): void {
    unlockForArbitration(this)
  }

  // Registration and matching

  /** Publishes this service and lets drivers match, on a config thread. Any thread. */
  registerService(options = 0): void {
    registerService(this, options)
  }

  /**
   * Lets drivers match this service, which is registered already, again. Any thread.
   * @xnu iokit/Kernel/IOService.cpp startMatching — simplified: as registerService
   */
  startMatching(options = 0): void {
    startMatching(this, options)
  }

  /**
   * `registerService` with kIOServiceSynchronous: returns when matching is over. Thread context.
   * @xnu iokit/Kernel/IOService.cpp registerService (kIOServiceSynchronous) — faithful
   */
  *registerServiceSynchronously(options = 0): KernelThread {
    yield* registerServiceSynchronously(this, options)
  }

  /**
   * Whether this service satisfies a matching dictionary.
   * @xnu iokit/Kernel/IOService.cpp passiveMatch — faithful
   */
  passiveMatch(table: OSDictionary): boolean {
    return matchPassive(this, new CompiledTable(table), 0, newOutcome())
  }

  /**
   * Whether the table says nothing of a key or the same as this service. Any context.
   * @xnu iokit/Kernel/IOService.cpp compareProperty — faithful
   */
  compareProperty(table: OSDictionary, key: OSDictionaryKey): boolean {
    const wanted = table.getObject(key)
    return wanted === null || wanted.isEqualTo(this.getPropertyTable().getObject(key))
  }

  /**
   * `compareProperty` for all keys. Any context.
   * @xnu iokit/Kernel/IOService.cpp compareProperties — faithful
   */
  compareProperties(table: OSDictionary, keys: OSCollection): boolean {
    for (const key of keys.members()) if (key instanceof OSString && !this.compareProperty(table, key)) return false
    return true
  }

  /**
   * The service at which `IOLocationMatch` dictionaries of clients are looked up; not retained. Any context.
   * @xnu iokit/Kernel/IOService.cpp matchLocation — faithful
   */
  matchLocation(_client: IOService): IOService | null {
    const provider = this.getProvider()
    return provider === null ? null : provider.matchLocation(this)
  }

  // Open and close

  /** Opens this service for a client, without blocking. Any context. */
  open(forClient: IOService, options = 0, argument: unknown = null): boolean {
    return open(this, forClient, options, argument)
  }

  /** `open` that waits for locks and for the answer of an owner that is asked to close. Thread context. */
  *openWaiting(forClient: IOService, options = 0, argument: unknown = null): KernelThread<boolean> {
    return yield* openWaiting(this, forClient, options, argument)
  }

  /** Closes this service for a client. Any context. */
  close(forClient: IOService, options = 0): void {
    close(this, forClient, options)
  }

  /** `close` that waits for the lock and for what the others do when they hear of it. Thread context. */
  *closeWaiting(forClient: IOService, options = 0): KernelThread {
    yield* closeWaiting(this, forClient, options)
  }

  /** `isOpen` that waits for an open or close under way. Thread context. */
  *isOpenWaiting(forClient: IOService | null = null): KernelThread<boolean> {
    return yield* isOpenWaiting(this, forClient)
  }

  /**
   * Whether the client (null: anyone) has this service open. Any context.
   * @xnu iokit/Kernel/IOService.cpp isOpen — simplified: it does not wait for the arbitration lock (see
   * `isOpenWaiting`)
   */
  isOpen(forClient: IOService | null = null): boolean {
    return this.handleIsOpen(forClient)
  }

  /** Grants an open, or not; what `open` asks under the arbitration lock. Must not block. */
  handleOpen(forClient: IOService, options: number, _argument: unknown): boolean {
    return handleOpen(this, forClient, options)
  }

  /**
   * Ends an open; what `close` asks. Must not block.
   * @xnu iokit/Kernel/IOService.cpp handleClose — faithful
   */
  handleClose(forClient: IOService, _options: number): void {
    if (this.internals.owner === forClient) this.internals.owner = null
  }

  /**
   * Whether a client (null: anyone) is an owner. Must not block.
   * @xnu iokit/Kernel/IOService.cpp handleIsOpen — faithful
   */
  handleIsOpen(forClient: IOService | null): boolean {
    const { owner } = this.internals
    return forClient === null ? owner !== null : owner === forClient
  }

  // Messages

  /** Sends one client, or one interest notifier, a message; its answer. Thread context. */
  *messageClient(
    type: number, client: OSObject, argument: unknown = null, sizeBytes = 0,
  ): KernelThread<IOReturn> {
    return yield* messageClient(this, client, { type, argument, sizeBytes })
  }

  /** Sends all clients and general-interest notifiers a message; the last failure. Thread context. */
  *messageClients(type: number, argument: unknown = null, sizeBytes = 0): KernelThread<IOReturn> {
    return yield* messageClients(this, { type, argument, sizeBytes })
  }

  /**
   * `messageClients` for callers that cannot block; handlers that may get a thread of their own. Any context.
   * @xnu ours: messageClients
   */
  messageClientsNow(type: number, argument: unknown = null): void {
    messageClientsNow(this, type, argument)
  }

  /**
   * Calls back with all who are interested in a type, for general interest also the clients. Thread context.
   */
  *applyToInterested(typeOfInterest: string, applier: (object: Interested) => KernelThread): KernelThread {
    yield* applyToInterested(this, typeOfInterest, applier)
  }

  /**
   * Asks to hear messages of this service; null with the reason in `result`. `remove` the notifier when done.
   */
  registerInterest(
    typeOfInterest: OSSymbol | string, handler: InterestHandler, result?: { value: IOReturn },
  ): InterestNotifier | null {
    return registerInterest(this, typeOfInterest, handler, result)
  }

  /** Ends all interest in this service. Any context. */
  unregisterAllInterest(): void {
    unregisterAllInterest(this)
  }

  /**
   * An answer to a notification that nobody asks for any more.
   * @xnu iokit/Kernel/IOService.cpp acknowledgeNotification — faithful
   */
  acknowledgeNotification(_notification: number, _response: number): IOReturn {
    return kIOReturnUnsupported
  }

  // Termination

  /**
   * Makes this service and what depends on it inactive; the rest follows on the terminate thread. Always
   * true. Any context.
   * @xnu iokit/Kernel/IOService.cpp terminate — simplified: waits for nobody, as `terminatePhase1`;
   * `terminateWaiting` does
   */
  terminate(options = 0): boolean {
    return terminatePhase1(this, options | kIOServiceTerminate)
  }

  /** `terminate` whose phase 1 waits for handlers and locks. Always true. Thread context. */
  *terminateWaiting(options = 0): KernelThread<boolean> {
    return yield* terminateWaiting(this, options)
  }

  /** `terminate` with kIOServiceSynchronous: returns when it is over. Thread context. */
  *terminateSynchronously(options = 0): KernelThread<boolean> {
    return yield* terminateSynchronously(this, options)
  }

  /**
   * Terminates a client whose only provider this service is. True unless that refuses. Any context, must not
   * block.
   * @xnu iokit/Kernel/IOService.cpp terminateClient — faithful
   */
  terminateClient(client: IOService, options: number): boolean {
    return !client.isParent(this, gIOServicePlane, true) || client.terminate(options)
  }

  /**
   * Asked of each client of a victim: does it go too? By default if it has no other provider. The thread that
   * terminates, must not block. @xnu iokit/Kernel/IOService.cpp requestTerminate — faithful
   */
  requestTerminate(provider: IOService, options: number): boolean {
    if (!this.isParent(provider, gIOServicePlane, true)) return false
    provider.terminateClient(this, options | kIOServiceRecursing)
    return this.isInactive()
  }

  /**
   * A provider begins to go away; its own clients hear of it next. The provider's work loop, terminate
   * thread.
   * @xnu iokit/Kernel/IOService.cpp willTerminate — faithful
   */
  willTerminate(_provider: IOService, _options: number): Blocking<boolean> {
    return true
  }

  /**
   * A provider is going away and what is below this client has been told. `defer.value = true` puts the stop
   * off until the client calls this again with false.
   */
  didTerminate(provider: IOService, options: number, defer: { value: boolean }): Blocking<boolean> {
    return defer.value || didTerminate(this, provider, options)
  }

  /** The last step: this service has no clients any more and is stopped from its providers. */
  *finalize(_options: number): KernelThread<boolean> {
    return yield* finalize(this)
  }

  /** Lists this service for being stopped from a provider. Any context. */
  scheduleStop(provider: IOService): void {
    scheduleStop(this, provider)
  }

  /** Lists this service for `finalize`; `now` without asking whether user calls are inside. Any context. */
  scheduleFinalize(now: boolean): void {
    scheduleFinalize(this, now)
  }

  /**
   * Holds phase 2 of the provider back while this client is being opened, until it is called with false. Any
   * context.
   * @xnu iokit/Kernel/IOService.cpp setTerminateDefer — faithful
   */
  setTerminateDefer(provider: IOService | null, defer: boolean): void {
    if (defer) this.internals.state1 |= kIOServiceStartState
    else this.internals.state1 &= ~kIOServiceStartState
    if (provider !== null && !defer) scheduleTerminatePhase2(provider)
  }

  /**
   * Ends all interest.
   * @xnu iokit/Kernel/IOService.cpp free — simplified: power management has nothing here
   */
  override free(): void {
    this.unregisterAllInterest()
    this.internals.interruptSources = null
    freeInterruptStatistics(this)
    super.free()
  }

  // The world's services

  /**
   * The root of all services, not retained. Any context.
   * @xnu iokit/Kernel/IOService.cpp getServiceRoot — faithful
   */
  static getServiceRoot(): IOService | null {
    return serviceState().root
  }

  /** IOResources, not retained. Any context. @xnu iokit/Kernel/IOService.cpp getResourceService — faithful */
  static getResourceService(): IOService | null {
    return serviceState().resources
  }

  /**
   * States of the system by name, not retained; null before there is a platform. Any context.
   * @xnu iokit/Kernel/IOService.cpp getSystemStateNotificationService — faithful
   */
  static getSystemStateNotificationService(): IOSystemStateNotification | null {
    return serviceState().systemState
  }

  /** Sets a property of IOResources and lets drivers that wait for it match. */
  static publishResource(key: OSSymbol | string, value: PlainValue | null = null): void {
    publishResource(serviceState().resources, key, value)
  }

  /**
   * The same for IOUserResources. Any context.
   * @xnu iokit/Kernel/IOService.cpp publishUserResource — faithful
   */
  static publishUserResource(key: OSSymbol | string, value: PlainValue | null = null): void {
    publishResource(serviceState().userResources, key, value)
  }

  /**
   * The matched services that satisfy a table, in order of class and publication. Not retained. Any context.
   * @xnu iokit/Kernel/IOService.cpp getMatchingServices — faithful
   */
  static getMatchingServices(table: OSDictionary): IOService[] {
    return matchedServices(new CompiledTable(table))
  }

  /**
   * The first of `getMatchingServices`, with a reference for the caller. Any context.
   * @xnu iokit/Kernel/IOService.cpp copyMatchingService — faithful
   */
  static copyMatchingService(table: OSDictionary): IOService | null {
    const found = matchedServices(new CompiledTable(table))[0] ?? null
    found?.retain()
    return found
  }

  /**
   * Asks to hear of services that match; existing ones are reported before it returns. `remove` it when done.
   * Any context.
   * @xnu iokit/Kernel/IOService.cpp addMatchingNotification — simplified: handlers that block run apart
   */
  static addMatchingNotification(
    type: OSSymbol | string, matching: OSDictionary, handler: MatchingNotificationHandler, priority = 0,
  ): IONotifier | null {
    return addMatchingNotification(type, matching, handler, priority)
  }

  /**
   * The old form of `addMatchingNotification`, which consumes the table. Any context.
   * @xnu iokit/Kernel/IOService.cpp addNotification — simplified: handlers that block run apart
   */
  static addNotification(
    type: OSSymbol | string, matching: OSDictionary, handler: MatchingNotificationHandler, priority = 0,
  ): IONotifier | null {
    return addNotification(type, matching, handler, priority)
  }

  /**
   * Sleeps until a service matches; with a reference for the caller, or null at the time-out. Thread context.
   * @xnu iokit/Kernel/IOService.cpp waitForMatchingService — faithful
   */
  static *waitForMatchingService(matching: OSDictionary, timeoutNs = Infinity): KernelThread<IOService | null> {
    return yield* waitForMatchingService(matching, timeoutNs)
  }

  /**
   * The old form: consumes the table, and the answer is not retained. Thread context.
   * @xnu iokit/Kernel/IOService.cpp waitForService — faithful
   */
  static *waitForService(matching: OSDictionary, timeoutNs = Infinity): KernelThread<IOService | null> {
    return yield* waitForService(matching, timeoutNs)
  }
}
