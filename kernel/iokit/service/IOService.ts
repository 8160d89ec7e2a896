import {
  errnoFromReturn, kIOReturnSuccess, kIOReturnUnsupported, kIOServiceBusyStateMask, kIOServiceInactiveState,
  kIOServiceRecursing, kIOServiceStartState, kIOServiceTermPhase3State, kIOServiceTerminate, kIODeviceMemoryKey,
  kIOMessageServiceIsRequestingClose, stringFromReturn, type IOReturn,
} from '../../abi/index.ts'
import {
  OSArray, OSString, defineMetaClass, type OSCollection, type OSDictionary, type OSDictionaryKey, type OSMetaClass,
  type OSObject, type OSSymbol, type PlainValue,
} from '../../libkern/index.ts'
import type { Blocking, KernelThread } from '../../sim/index.ts'
import { CompiledTable, newOutcome } from '../matching/CompiledTable.ts'
import * as dictionaries from '../matching/dictionaries.ts'
import { registeredServices } from '../matching/existingServices.ts'
import { MatchableEntry, type Score } from '../matching/MatchableEntry.ts'
import { matchPassive } from '../matching/matchPassive.ts'
import { IOMemoryDescriptor, type IOMemoryMap } from '../memory/index.ts'
import { addMatchingNotification, waitForMatchingService } from '../notification/matchingNotifications.ts'
import type { MatchingNotificationHandler, ServiceNotifier } from '../notification/ServiceNotifier.ts'
import { IORegistryEntry, gIOServicePlane } from '../registry/index.ts'
import type { IOInterruptHandler } from '../workloop/IOInterruptEventSource.ts'
import type { IOWorkLoop } from '../workloop/IOWorkLoop.ts'
import { attach, detach } from './attach.ts'
import { accumulatedBusyTimeNs, adjustBusy } from './busy.ts'
import { callBlockingHook } from './driverFrames.ts'
import { registerInterest, runApart, type InterestHandler, type InterestNotifier } from './interest.ts'
import * as interrupts from './interrupts.ts'
import { messageClients, messageClientsNow } from './messages.ts'
import { close, handleOpen, open, openWaiting } from './openClose.ts'
import { registerService, registerServiceSynchronously } from './registration.ts'
import { publishResource } from './resources.ts'
import { ServiceInternals } from './ServiceInternals.ts'
import { serviceState } from './serviceState.ts'
import { scheduleFinalize, scheduleStop, scheduleTerminatePhase2 } from './terminateLists.ts'
import { terminatePhase1, terminateSynchronously } from './terminatePhase1.ts'
import { newUserClient, type NewUserClientResult } from './userClients.ts'
import { waitQuietWithOptions } from './waitQuiet.ts'

/**
 * A nub or a driver: an entry of the service plane with a life. This face only names what there is; each concern
 * (attachment, registration, busy counts, open and close, termination …) is a file of this folder.
 * Hooks typed `Blocking` may be plain methods or thread bodies.
 * @xnu iokit/Kernel/IOService.cpp IOService — simplified: power management and statistics are not here
 */
export class IOService extends MatchableEntry {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOService', IOService, IORegistryEntry)

  /** State of the concern files of this folder; drivers leave it alone. */
  readonly internals = new ServiceInternals()

  override asService(): IOService {
    return this
  }

  // Life: what drivers override

  /** Looks whether the driver suits its provider; may change the score. Null: it does not. Config thread. */
  probe(_provider: IOService, _score: Score): Blocking<IOService | null> {
    return this
  }

  /** Begins to drive the provider. False: the next candidate is tried. Config thread. */
  start(_provider: IOService): Blocking<boolean> {
    return true
  }

  /** Ends driving the provider, which is detached afterwards. Terminate thread. */
  stop(_provider: IOService): Blocking<void> {}

  /** Hears a message of a provider (`kIOMessage…`). */
  message(_type: number, _provider: IOService | null, _argument: unknown): Blocking<IOReturn> {
    return kIOReturnUnsupported
  }

  /** Fills in memory and interrupts of a nub before drivers are matched to it. */
  getResources(): IOReturn {
    return kIOReturnSuccess
  }

  /** Asks a driver to look at its medium again. */
  requestProbe(_options: number): IOReturn {
    return kIOReturnUnsupported
  }

  /** The work loop of whatever drives this service; by default the provider's. */
  getWorkLoop(): IOWorkLoop | null {
    return this.getProvider()?.getWorkLoop() ?? null
  }

  /** A user client for a task; by default of the class that `IOUserClientClass` names. Thread of the caller's task. */
  newUserClient(
    owningTask: object, securityID: unknown, type: number, properties: OSDictionary | null = null,
  ): Blocking<NewUserClientResult> {
    return newUserClient(this, { owningTask, securityID, type, properties })
  }

  // Place in the registry

  /** Puts this service below a provider. */
  attach(provider: IOService | null): boolean {
    return attach(this, provider)
  }

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

  /** First client, not retained. */
  getClient(): IOService | null {
    return this.getChildEntry(gIOServicePlane)?.asService() ?? null
  }

  /** The clients as they are now. Not retained. */
  clients(): IOService[] {
    return this.children(gIOServicePlane).map((entry) => entry.asService()).filter((client) => client !== null)
  }

  /** The providers as they are now. Not retained. */
  providers(): IOService[] {
    return this.parents(gIOServicePlane).map((entry) => entry.asService()).filter((provider) => provider !== null)
  }

  getClientIterator(): IterableIterator<IOService> {
    return this.clients().values()
  }

  getProviderIterator(): IterableIterator<IOService> {
    return this.providers().values()
  }

  /** The clients that have this service open. */
  getOpenClientIterator(): IterableIterator<IOService> {
    return this.clients().filter((client) => this.isOpen(client)).values()
  }

  /** The providers that this service has open. */
  getOpenProviderIterator(): IterableIterator<IOService> {
    return this.providers().filter((provider) => provider.isOpen(this)).values()
  }

  // States

  /** First state word: `kIOService…State`. */
  getState(): number {
    return this.internals.state0 >>> 0
  }

  /** Second state word: busy count and private stages. */
  getPrivateState(): number {
    return this.internals.state1 >>> 0
  }

  isInactive(): boolean {
    return (this.internals.state0 & kIOServiceInactiveState) !== 0
  }

  getBusyState(): number {
    return this.internals.state1 & kIOServiceBusyStateMask
  }

  getAccumulatedBusyTimeNs(): number {
    return accumulatedBusyTimeNs(this)
  }

  /** Changes the busy count; the providers' follow. Any thread. */
  adjustBusy(delta: number): void {
    adjustBusy(this, delta)
  }

  /** Sleeps until nothing below is busy, or kIOReturnTimeout. Thread context. */
  *waitQuiet(timeoutNs = Infinity): KernelThread<IOReturn> {
    return yield* waitQuietWithOptions(this, timeoutNs, 0)
  }

  *waitQuietWithOptions(timeoutNs: number, options: number): KernelThread<IOReturn> {
    return yield* waitQuietWithOptions(this, timeoutNs, options)
  }

  // Registration and matching

  /** Publishes this service and lets drivers match, on a config thread. Any thread. */
  registerService(options = 0): void {
    registerService(this, options)
  }

  /** `registerService` with kIOServiceSynchronous: returns when matching is over. Thread context. */
  *registerServiceSynchronously(options = 0): KernelThread {
    yield* registerServiceSynchronously(this, options)
  }

  /** Whether this service satisfies a matching dictionary. @xnu iokit/Kernel/IOService.cpp passiveMatch — faithful */
  passiveMatch(table: OSDictionary): boolean {
    return matchPassive(this, new CompiledTable(table), 0, newOutcome())
  }

  /** Whether the table says nothing of a key or the same as this service. */
  compareProperty(table: OSDictionary, key: OSDictionaryKey): boolean {
    const wanted = table.getObject(key)
    return wanted === null || wanted.isEqualTo(this.getPropertyTable().getObject(key))
  }

  compareProperties(table: OSDictionary, keys: OSCollection): boolean {
    for (const key of keys.members()) if (key instanceof OSString && !this.compareProperty(table, key)) return false
    return true
  }

  /** The service at which `IOLocationMatch` dictionaries of clients are looked up; not retained. */
  matchLocation(_client: IOService): IOService | null {
    const provider = this.getProvider()
    return provider === null ? null : provider.matchLocation(this)
  }

  // Open and close

  /** Opens this service for a client. False: owned by another. */
  open(forClient: IOService, options = 0, argument: unknown = null): boolean {
    return open(this, forClient, options, argument)
  }

  /** `open` that waits for locks and for the answer of an owner that is asked to close. Thread context. */
  *openWaiting(forClient: IOService, options = 0, argument: unknown = null): KernelThread<boolean> {
    return yield* openWaiting(this, forClient, options, argument)
  }

  close(forClient: IOService, options = 0): void {
    close(this, forClient, options)
  }

  /** Whether the client (null: anyone) has this service open. */
  isOpen(forClient: IOService | null = null): boolean {
    return this.handleIsOpen(forClient)
  }

  handleOpen(forClient: IOService, options: number, _argument: unknown): boolean {
    return handleOpen(this, forClient, options)
  }

  handleClose(forClient: IOService, _options: number): void {
    if (this.internals.owner === forClient) this.internals.owner = null
  }

  handleIsOpen(forClient: IOService | null): boolean {
    const { owner } = this.internals
    return forClient === null ? owner !== null : owner === forClient
  }

  // Messages

  /** Sends one client a message. */
  *messageClient(type: number, client: IOService, argument: unknown = null): KernelThread<IOReturn> {
    return yield* callBlockingHook(client, 'message', () => client.message(type, this, argument))
  }

  /** Sends all clients and general-interest notifiers a message. Thread context. */
  *messageClients(type: number, argument: unknown = null): KernelThread<IOReturn> {
    return yield* messageClients(this, type, argument)
  }

  /** `messageClients` for callers that cannot block; handlers that may get a thread of their own. */
  messageClientsNow(type: number, argument: unknown = null): void {
    messageClientsNow(this, type, argument)
  }

  /** Asks to hear messages of this service; null with the reason in `result`. `remove` the notifier when done. */
  registerInterest(
    typeOfInterest: OSSymbol | string, handler: InterestHandler, result?: { value: IOReturn },
  ): InterestNotifier | null {
    return registerInterest(this, typeOfInterest, handler, result)
  }

  // Termination

  /** Makes this service and what depends on it inactive; the rest follows on the terminate thread. Always true. */
  terminate(options = 0): boolean {
    return terminatePhase1(this, options | kIOServiceTerminate)
  }

  /** `terminate` with kIOServiceSynchronous: returns when it is over. Thread context. */
  *terminateSynchronously(options = 0): KernelThread<boolean> {
    return yield* terminateSynchronously(this, options)
  }

  terminateClient(client: IOService, options: number): boolean {
    return client.terminate(options)
  }

  /** Asked of each client of a victim: does it go too? By default if it has no other provider. */
  requestTerminate(provider: IOService, options: number): boolean {
    if (!this.isParent(provider, gIOServicePlane, true)) return false
    provider.terminateClient(this, options | kIOServiceRecursing)
    return this.isInactive()
  }

  /** A provider begins to go away. Its work loop. */
  willTerminate(_provider: IOService, _options: number): Blocking<boolean> {
    return true
  }

  /**
   * A provider is going away and its clients have been told. The default stops this client, unless it has the
   * provider open: then it is asked to close, and its `close` goes on. `defer.value = true` puts all that off.
   * @xnu iokit/Kernel/IOService.cpp didTerminate — simplified: a handler that blocks is not waited for
   */
  didTerminate(provider: IOService, _options: number, defer: { value: boolean }): Blocking<boolean> {
    if (defer.value) return true
    if (provider.isOpen(this)) {
      runApart(this.message(kIOMessageServiceIsRequestingClose, provider, null))
      if (provider.isOpen(this)) return true
    }
    this.scheduleStop(provider)
    return true
  }

  /** The last step: this service has no clients any more and is stopped from its providers. */
  *finalize(_options: number): KernelThread<boolean> {
    for (const provider of this.providers()) {
      if ((this.internals.state1 & kIOServiceTermPhase3State) === 0) {
        yield* callBlockingHook(this, 'stop', () => this.stop(provider))
        if (provider.isOpen(this)) provider.close(this)
        this.detach(provider)
      } else if ((provider.internals.state1 & kIOServiceTermPhase3State) === 0) {
        this.scheduleStop(provider)
      }
    }
    return true
  }

  /** Lists this service for being stopped from a provider. */
  scheduleStop(provider: IOService): void {
    scheduleStop(this, provider)
  }

  /** Lists this service for `finalize`; `now` without asking whether user calls are inside. */
  scheduleFinalize(now: boolean): void {
    scheduleFinalize(this, now ? 1 : 0)
  }

  /** Holds termination of the provider back while an open is in progress. */
  setTerminateDefer(provider: IOService | null, defer: boolean): void {
    if (defer) this.internals.state1 |= kIOServiceStartState
    else this.internals.state1 &= ~kIOServiceStartState
    if (provider !== null && !defer) scheduleTerminatePhase2(provider, 0)
  }

  /** @xnu iokit/Kernel/IOService.cpp acknowledgeNotification — faithful: nobody answers */
  acknowledgeNotification(_notification: number, _response: number): IOReturn {
    return kIOReturnUnsupported
  }

  override free(): void {
    this.internals.interest = null
    super.free()
  }

  // Hardware resources

  getDeviceMemory(): OSArray | null {
    const memory = this.getProperty(kIODeviceMemoryKey)
    return memory instanceof OSArray ? memory : null
  }

  setDeviceMemory(memory: OSArray): void {
    this.setProperty(kIODeviceMemoryKey, memory)
  }

  getDeviceMemoryCount(): number {
    return this.getDeviceMemory()?.getCount() ?? 0
  }

  /** Not retained. */
  getDeviceMemoryWithIndex(index: number): IOMemoryDescriptor | null {
    const memory = this.getDeviceMemory()?.getObject(index) ?? null
    return memory instanceof IOMemoryDescriptor ? memory : null
  }

  /** A mapping with one reference, or null. */
  mapDeviceMemoryWithIndex(index: number, options = 0): IOMemoryMap | null {
    return this.getDeviceMemoryWithIndex(index)?.map(options) ?? null
  }

  /** Sets the handler of an interrupt, which runs at interrupt level; it starts disabled. */
  registerInterrupt(source: number, target: OSObject, handler: IOInterruptHandler): IOReturn {
    return interrupts.registerInterrupt(this, source, target, handler)
  }

  unregisterInterrupt(source: number): IOReturn {
    return interrupts.unregisterInterrupt(this, source)
  }

  enableInterrupt(source: number): IOReturn {
    return interrupts.enableInterrupt(this, source)
  }

  disableInterrupt(source: number): IOReturn {
    return interrupts.disableInterrupt(this, source)
  }

  getInterruptType(source: number): interrupts.InterruptTypeResult {
    return interrupts.getInterruptType(this, source)
  }

  // Names of codes

  stringFromReturn(code: IOReturn): string {
    return stringFromReturn(code)
  }

  errnoFromReturn(code: IOReturn): number {
    return errnoFromReturn(code)
  }

  // The world's services

  /** The root of all services, not retained. */
  static getServiceRoot(): IOService | null {
    return serviceState().root
  }

  /** IOResources, not retained. */
  static getResourceService(): IOService | null {
    return serviceState().resources
  }

  /** Sets a property of IOResources and lets drivers that wait for it match. */
  static publishResource(key: OSSymbol | string, value: PlainValue | null = null): void {
    publishResource(serviceState().resources, key, value)
  }

  static publishUserResource(key: OSSymbol | string, value: PlainValue | null = null): void {
    publishResource(serviceState().userResources, key, value)
  }

  /** The registered services that satisfy a table, in order of class and publication. Not retained. */
  static getMatchingServices(table: OSDictionary): IOService[] {
    return registeredServices(new CompiledTable(table))
  }

  /** The first of `getMatchingServices`, with a reference for the caller. */
  static copyMatchingService(table: OSDictionary): IOService | null {
    const found = registeredServices(new CompiledTable(table))[0] ?? null
    found?.retain()
    return found
  }

  /** Asks to hear of services that match; existing ones are reported before it returns. */
  static addMatchingNotification(
    type: OSSymbol | string, matching: OSDictionary, handler: MatchingNotificationHandler, priority = 0,
  ): ServiceNotifier | null {
    return addMatchingNotification(type, matching, handler, priority)
  }

  /** Sleeps until a service matches; with a reference for the caller, or null at the time-out. */
  static *waitForMatchingService(matching: OSDictionary, timeoutNs = Infinity): KernelThread<IOService | null> {
    return yield* waitForMatchingService(matching, timeoutNs)
  }

  static serviceMatching(className: string | OSString, table: OSDictionary | null = null): OSDictionary {
    return dictionaries.serviceMatching(className, table)
  }

  static nameMatching(name: string | OSString, table: OSDictionary | null = null): OSDictionary {
    return dictionaries.nameMatching(name, table)
  }

  static resourceMatching(resource: string | OSString, table: OSDictionary | null = null): OSDictionary {
    return dictionaries.resourceMatching(resource, table)
  }

  static propertyMatching(key: OSDictionaryKey, value: PlainValue, table: OSDictionary | null = null): OSDictionary {
    return dictionaries.propertyMatching(key, value, table)
  }

  static registryEntryIDMatching(id: number, table: OSDictionary | null = null): OSDictionary {
    return dictionaries.registryEntryIDMatching(id, table)
  }
}
