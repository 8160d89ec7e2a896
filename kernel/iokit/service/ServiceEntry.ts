import {
  errnoFromReturn, kIODeviceMemoryKey, kIOLocationMatchKey, kIOMatchCategoryKey, kIOResourceMatchKey,
  kIOReturnUnsupported, kIOServiceInactiveState, kIOServiceRematchOnDetach, stringFromReturn, type IOReturn,
} from '../../abi/index.ts'
import {
  OSArray, OSDictionary, OSSet, OSString, OSSymbol, type OSDictionaryKey, type OSObject, type PlainValue,
} from '../../libkern/index.ts'
import { panic } from '../../mach/index.ts'
import type { Blocking } from '../../sim/index.ts'
import * as dictionaries from '../matching/dictionaries.ts'
import { MatchableEntry } from '../matching/MatchableEntry.ts'
import { IOMemoryDescriptor, type IOMemoryMap } from '../memory/index.ts'
import { gIOServicePlane } from '../registry/index.ts'
import type {
  IOInterruptAccountingData, IOReportChannelList, ReportResult,
} from '../reporting/index.ts'
import type { IOInterruptHandler } from '../workloop/IOInterruptEventSource.ts'
import * as interrupts from './interrupts.ts'
import {
  addInterruptStatistics, configureReport, removeInterruptStatistics, updateReport,
} from './interruptStatistics.ts'
import type { IOService } from './IOService.ts'
import { serviceState } from './serviceState.ts'

/**
 * The part of IOService that is not about its life: its place in the service plane, memory, interrupts and
 * reports of a nub, calls by name, names of codes, and matching tables. It has no metaclass of its own.
 * @xnu iokit/Kernel/IOService.cpp IOService — faithful
 */
export class ServiceEntry extends MatchableEntry {
  // Place in the service plane

  /** First client, not retained. Any context. @xnu iokit/Kernel/IOService.cpp getClient — faithful */
  getClient(): IOService | null {
    return this.getChildEntry(gIOServicePlane)?.asService() ?? null
  }

  /**
   * The clients as they are now, in the order of attachment. Not retained. Ours: `getClientIterator` as an
   * array.
   */
  clients(): IOService[] {
    const entries = this.children(gIOServicePlane)
    return entries.map((entry) => entry.asService()).filter((client) => client !== null)
  }

  /** The providers as they are now. Not retained. Ours: `getProviderIterator` as an array. */
  providers(): IOService[] {
    const entries = this.parents(gIOServicePlane)
    return entries.map((entry) => entry.asService()).filter((provider) => provider !== null)
  }

  /**
   * The clients as of now, not retained. Any context.
   * @xnu iokit/Kernel/IOService.cpp getClientIterator — faithful
   */
  getClientIterator(): IterableIterator<IOService> {
    return this.clients().values()
  }

  /**
   * The providers as of now, not retained. Any context.
   * @xnu iokit/Kernel/IOService.cpp getProviderIterator — faithful
   */
  getProviderIterator(): IterableIterator<IOService> {
    return this.providers().values()
  }

  /**
   * Calls back with each client as of now. Any context.
   * @xnu iokit/Kernel/IOService.cpp applyToClients — faithful
   */
  applyToClients(applier: (client: IOService) => void): void {
    this.clients().forEach(applier)
  }

  /** The same with each provider. Any context. @xnu iokit/Kernel/IOService.cpp applyToProviders — faithful */
  applyToProviders(applier: (provider: IOService) => void): void {
    this.providers().forEach(applier)
  }

  /**
   * The client that holds a match category: an active one, or one after which the provider matches again.
   * With one reference for the caller, or null. Any context.
   * @xnu iokit/Kernel/IOService.cpp copyClientWithCategory — faithful
   */
  copyClientWithCategory(category: OSSymbol | string): IOService | null {
    const name = typeof category === 'string' ? category : category.getCStringNoCopy()
    for (const client of this.clients()) {
      const { state0, state1 } = client.internals
      const isGoing = (state0 & kIOServiceInactiveState) !== 0 && (state1 & kIOServiceRematchOnDetach) === 0
      const held = client.getProperty(kIOMatchCategoryKey)
      if (isGoing || !(held instanceof OSSymbol) || held.getCStringNoCopy() !== name) continue
      client.retain()
      return client
    }
    return null
  }

  /**
   * Adds a resource to those that this service waits for before it is started. False where it waits for none
   * yet. Any context.
   * @xnu iokit/Kernel/IOService.cpp addNeededResource — faithful
   */
  addNeededResource(key: string): boolean {
    const wanted = this.getProperty(kIOResourceMatchKey)
    if (wanted === null) return false
    const set = wanted instanceof OSSet ? wanted : OSSet.withCapacity(1)
    if (set === wanted) set.retain()
    else set.setObject(wanted)
    const name = OSString.withCString(key)
    set.setObject(name)
    name.release()
    const isSet = this.setProperty(kIOResourceMatchKey, set)
    set.release()
    return isSet
  }

  /**
   * A call by name to whatever provider knows the function; kIOReturnUnsupported where none does. The
   * parameters and the context are the function's.
   * @xnu iokit/Kernel/IOService.cpp callPlatformFunction — simplified: no latency handlers
   */
  callPlatformFunction(
    functionName: OSSymbol | string, waitForFunction: boolean, ...parameters: readonly unknown[]
  ): Blocking<IOReturn> {
    const name = typeof functionName === 'string' ? functionName : functionName.getCStringNoCopy()
    if (serviceState().enforcesPlatformActionSafety && platformActions.includes(name)) {
      panic(`Class ${this.getMetaClass().className} passed the ${name} action to IOService`)
    }
    const provider = this.asService()?.getProvider() ?? null
    if (provider === null) return kIOReturnUnsupported
    return provider.callPlatformFunction(functionName, waitForFunction, ...parameters)
  }

  // Hardware resources

  /**
   * The ranges of a nub, not retained. Any context.
   * @xnu iokit/Kernel/IOService.cpp getDeviceMemory — faithful
   */
  getDeviceMemory(): OSArray | null {
    const memory = this.getProperty(kIODeviceMemoryKey)
    return memory instanceof OSArray ? memory : null
  }

  /**
   * Sets the ranges; the property retains them. Any context.
   * @xnu iokit/Kernel/IOService.cpp setDeviceMemory — faithful
   */
  setDeviceMemory(memory: OSArray): void {
    this.setProperty(kIODeviceMemoryKey, memory)
  }

  /**
   * How many ranges there are. Any context.
   * @xnu iokit/Kernel/IOService.cpp getDeviceMemoryCount — faithful
   */
  getDeviceMemoryCount(): number {
    return this.getDeviceMemory()?.getCount() ?? 0
  }

  /**
   * One range, not retained. Any context.
   * @xnu iokit/Kernel/IOService.cpp getDeviceMemoryWithIndex — faithful
   */
  getDeviceMemoryWithIndex(index: number): IOMemoryDescriptor | null {
    const memory = this.getDeviceMemory()?.getObject(index) ?? null
    return memory instanceof IOMemoryDescriptor ? memory : null
  }

  /**
   * A mapping of one range with one reference, or null. Any context.
   * @xnu iokit/Kernel/IOService.cpp mapDeviceMemoryWithIndex — faithful
   */
  mapDeviceMemoryWithIndex(index: number, options = 0): IOMemoryMap | null {
    return this.getDeviceMemoryWithIndex(index)?.map(options) ?? null
  }

  /**
   * Sets the handler of an interrupt, which runs at interrupt level; it starts disabled. Sleeps while the
   * controller that the nub names is not there. Thread context.
   */
  registerInterrupt(source: number, target: OSObject, handler: IOInterruptHandler): Blocking<IOReturn> {
    return interrupts.registerInterrupt(this.asService()!, source, target, handler)
  }

  /** Takes the handler away; the interrupt is disabled. Any context. */
  unregisterInterrupt(source: number): IOReturn {
    return interrupts.unregisterInterrupt(this.asService()!, source)
  }

  /** Lets the interrupt come. Any context. */
  enableInterrupt(source: number): IOReturn {
    return interrupts.enableInterrupt(this.asService()!, source)
  }

  /** Keeps the interrupt back; a handler that runs has ended. Any context. */
  disableInterrupt(source: number): IOReturn {
    return interrupts.disableInterrupt(this.asService()!, source)
  }

  /** How the interrupt is triggered. Sleeps while its controller is not there. Thread context. */
  getInterruptType(source: number): Blocking<interrupts.InterruptTypeResult> {
    return interrupts.getInterruptType(this.asService()!, source)
  }

  /** Raises an interrupt by software, where its controller can. Any context. */
  causeInterrupt(source: number): IOReturn {
    return interrupts.causeInterrupt(this.asService()!, source)
  }

  /** Takes the handlers of all interrupts away. Any context. */
  unregisterAllInterrupts(): void {
    interrupts.unregisterAllInterrupts(this.asService()!)
  }

  /** An event source begins to count what an interrupt of this nub costs. Thread context. */
  addInterruptStatistics(statistics: IOInterruptAccountingData, source: number): IOReturn {
    return addInterruptStatistics(this.asService()!, statistics, source)
  }

  /** The event source goes; what it counted stays. Thread context. */
  removeInterruptStatistics(source: number): IOReturn {
    return removeInterruptStatistics(this.asService()!, source)
  }

  /** Counts who wants which channels, or how large they are: adds to `result`. Thread context. */
  configureReport(
    channelList: IOReportChannelList, action: number, result: ReportResult, destination: unknown,
  ): IOReturn {
    return configureReport(this.asService()!, channelList, { action, result, destination })
  }

  /**
   * Appends the values of the listed channels to a buffer and adds their number to `result`. Thread context.
   */
  updateReport(
    channelList: IOReportChannelList, action: number, result: ReportResult, destination: unknown,
  ): IOReturn {
    return updateReport(this.asService()!, channelList, { action, result, destination })
  }

  /** What a code says, for logs. Any context. @xnu iokit/Kernel/IOService.cpp stringFromReturn — faithful */
  stringFromReturn(code: IOReturn): string {
    return stringFromReturn(code)
  }

  /** The BSD error of a code. Any context. @xnu iokit/Kernel/IOService.cpp errnoFromReturn — faithful */
  errnoFromReturn(code: IOReturn): number {
    return errnoFromReturn(code)
  }

  // Matching tables

  /**
   * A table for a class of services: a new one for the caller, or the given one with one more reference. Any
   * context.
   * @xnu iokit/Kernel/IOService.cpp serviceMatching — faithful
   */
  static serviceMatching(className: string | OSString, table: OSDictionary | null = null): OSDictionary {
    return dictionaries.serviceMatching(className, table)
  }

  /**
   * A table for a name of services: a new one for the caller, or the given one with one more reference. Any
   * context.
   * @xnu iokit/Kernel/IOService.cpp nameMatching — faithful
   */
  static nameMatching(name: string | OSString, table: OSDictionary | null = null): OSDictionary {
    return dictionaries.nameMatching(name, table)
  }

  /**
   * A table for a resource of IOResources: a new one for the caller, or the given one with one more
   * reference. Any context.
   * @xnu iokit/Kernel/IOService.cpp resourceMatching — faithful
   */
  static resourceMatching(resource: string | OSString, table: OSDictionary | null = null): OSDictionary {
    return dictionaries.resourceMatching(resource, table)
  }

  /**
   * A table for one property of services: a new one for the caller, or the given one with one more reference.
   * Any context.
   * @xnu iokit/Kernel/IOService.cpp propertyMatching — faithful
   */
  static propertyMatching(
    key: OSDictionaryKey, value: PlainValue, table: OSDictionary | null = null,
  ): OSDictionary {
    return dictionaries.propertyMatching(key, value, table)
  }

  /**
   * Puts an empty `IOLocationMatch` into a table, for the caller to fill; owned by the table. Any context.
   * @xnu iokit/Kernel/IOService.cpp addLocation — faithful
   */
  static addLocation(table: OSDictionary): OSDictionary | null {
    const location = OSDictionary.withCapacity(1)
    const isSet = table.setObject(kIOLocationMatchKey, location)
    location.release()
    return isSet ? location : null
  }

  /**
   * A table for one entry: a new one for the caller, or the given one with one more reference. Any context.
   * @xnu iokit/Kernel/IOService.cpp registryEntryIDMatching — faithful
   */
  static registryEntryIDMatching(id: number, table: OSDictionary | null = null): OSDictionary {
    return dictionaries.registryEntryIDMatching(id, table)
  }
}

/** Actions that a driver which registered for them keeps to itself. */
const platformActions: readonly string[] = [
  'IOPlatformQuiesceAction', 'IOPlatformActiveAction', 'IOPlatformPanicAction',
]
