import { OSObject, defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import type { KernelThread } from '../../sim/index.ts'
import { lockForArbitration, unlockForArbitration } from './arbitration.ts'
import type { IOService } from './IOService.ts'
import { isOpenWaiting } from './openClose.ts'

/**
 * Walks the clients that have a service open, or the providers that a service has open, and holds the arbitration
 * lock of the one it stands on. Who made it releases it in the same thread.
 * @xnu iokit/Kernel/IOService.cpp _IOOpenServiceIterator — faithful
 */
export class OpenServiceIterator extends OSObject {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('_IOOpenServiceIterator', OpenServiceIterator, OSObject)

  private services: readonly IOService[] = []
  private isOpen: (service: IOService) => KernelThread<boolean> = neverOpen
  private index = 0
  private last: IOService | null = null

  /**
   * The services that have `provider` open. One reference to the caller.
   * @xnu iokit/Kernel/IOService.cpp _IOOpenServiceIterator::iterator — faithful
   */
  static ofClients(provider: IOService): OpenServiceIterator {
    return OpenServiceIterator.over(provider.clients(), (client) => isOpenWaiting(provider, client))
  }

  /**
   * The services that `client` has open. One reference to the caller.
   * @xnu iokit/Kernel/IOService.cpp _IOOpenServiceIterator::iterator — faithful
   */
  static ofProviders(client: IOService): OpenServiceIterator {
    return OpenServiceIterator.over(client.providers(), (provider) => isOpenWaiting(provider, client))
  }

  private static over(
    services: readonly IOService[], isOpen: (service: IOService) => KernelThread<boolean>,
  ): OpenServiceIterator {
    const iterator = new OpenServiceIterator()
    iterator.init()
    iterator.services = services
    iterator.isOpen = isOpen
    for (const service of services) service.retain()
    return iterator
  }

  /**
   * The next one, locked, without a reference; the one before is unlocked. Null at the end. Thread context.
   * @xnu iokit/Kernel/IOService.cpp _IOOpenServiceIterator::getNextObject — faithful
   */
  *getNextObject(): KernelThread<IOService | null> {
    this.unlockLast()
    while (this.index < this.services.length) {
      const next = this.services[this.index++]!
      yield* lockForArbitration(next)
      this.last = next
      if (yield* this.isOpen(next)) return next
      this.unlockLast()
    }
    return null
  }

  /**
   * Starts again at the first.
   * @xnu iokit/Kernel/IOService.cpp _IOOpenServiceIterator::reset — faithful
   */
  reset(): void {
    this.unlockLast()
    this.index = 0
  }

  /**
   * Always true: it walks those that were there when it was made.
   * @xnu iokit/Kernel/IOService.cpp _IOOpenServiceIterator::isValid — faithful
   */
  isValid(): boolean {
    return true
  }

  /**
   * Unlocks the one it stands on.
   * @xnu iokit/Kernel/IOService.cpp _IOOpenServiceIterator::free — faithful
   */
  override free(): void {
    for (const service of this.services) service.release()
    this.unlockLast()
    super.free()
  }

  private unlockLast(): void {
    if (this.last !== null) unlockForArbitration(this.last)
    this.last = null
  }
}

function* neverOpen(): KernelThread<boolean> {
  return false
}
