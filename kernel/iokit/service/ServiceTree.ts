import { MatchableEntry } from '../matching/MatchableEntry.ts'
import { gIOServicePlane } from '../registry/index.ts'
import type { IOService } from './IOService.ts'

/**
 * The part of IOService that looks around in the service plane. It has no metaclass of its own.
 * @xnu iokit/Kernel/IOService.cpp IOService — faithful
 */
export class ServiceTree extends MatchableEntry {
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
}
