import {
  kIOMatchCategoryKey, kIOResourceMatchKey, kIOReturnUnsupported, kIOServiceInactiveState,
  kIOServiceRematchOnDetach, type IOReturn,
} from '../../abi/index.ts'
import { OSSet, OSString, OSSymbol } from '../../libkern/index.ts'
import { panic } from '../../mach/index.ts'
import type { Blocking } from '../../sim/index.ts'
import { gIOServicePlane } from '../registry/index.ts'
import type { IOService } from './IOService.ts'
import { MatchingTables } from './MatchingTables.ts'
import { serviceState } from './serviceState.ts'

/**
 * The part of IOService that looks around in the service plane. It has no metaclass of its own.
 * @xnu iokit/Kernel/IOService.cpp IOService — faithful
 */
export class ServiceTree extends MatchingTables {
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
}

/** Actions that a driver which registered for them keeps to itself. */
const platformActions: readonly string[] = [
  'IOPlatformQuiesceAction', 'IOPlatformActiveAction', 'IOPlatformPanicAction',
]
