import { kIOReturnSuccess } from '../../abi/index.ts'
import { defineMetaClass, type OSArray, type OSMetaClass } from '../../libkern/index.ts'
import { wait, type Blocking, type KernelThread } from '../../sim/index.ts'
import type { IOStateNotificationListener, IOSystemStateNotification } from '../service/IOSystemStateNotification.ts'
import { IOEventSource } from './IOEventSource.ts'

/**
 * Runs a block on its work loop after one of its items was set. Sets that come before the loop gets there are one.
 * @xnu iokit/Kernel/IOUserServer.cpp IOServiceStateNotificationEventSource — faithful
 */
export class IOServiceStateNotificationEventSource extends IOEventSource {
  static override readonly metaClass: OSMetaClass = defineMetaClass(
    'IOServiceStateNotificationEventSource', IOServiceStateNotificationEventSource, IOEventSource,
  )

  private listener: IOStateNotificationListener | null = null
  private armed = false

  constructor(
    private readonly service: IOSystemStateNotification, private readonly action: () => Blocking<void>,
  ) {
    super(service)
  }

  /**
   * One reference to the caller; null where a name of an item is no text. Until it has a work loop sets are not
   * noticed. Thread context.
   * @xnu iokit/Kernel/IOUserServer.cpp serviceStateNotificationEventSource — faithful
   */
  static serviceStateNotificationEventSource(
    service: IOSystemStateNotification, items: OSArray, action: () => Blocking<void>,
  ): IOServiceStateNotificationEventSource | null {
    const source = new IOServiceStateNotificationEventSource(service, action)
    source.init()
    const { listener } = service.stateNotificationListenerAdd(items, () => source.noticeSet())
    source.listener = listener
    if (listener !== null) return source
    source.release()
    return null
  }

  /** @xnu iokit/Kernel/IOUserServer.cpp checkForWork — faithful */
  override checkForWork(): Blocking<boolean> {
    if (!this.armed) return false
    this.armed = false
    return this.runAction()
  }

  /** Changes nothing of what is noticed. @xnu iokit/Kernel/IOUserServer.cpp enable — faithful */
  override enable(): void {}

  /** Changes nothing of what is noticed. @xnu iokit/Kernel/IOUserServer.cpp disable — faithful */
  override disable(): void {}

  /** Hears nothing any more. @xnu iokit/Kernel/IOUserServer.cpp free — faithful */
  override free(): void {
    if (this.listener !== null) {
      this.service.stateNotificationListenerRemove(this.listener)
      this.listener.release()
    }
    super.free()
  }

  private *runAction(): KernelThread<boolean> {
    yield* wait(this.action())
    return false
  }

  private *noticeSet(): KernelThread<number> {
    const { workLoop } = this
    if (workLoop === null) return kIOReturnSuccess
    yield* workLoop.runAction(() => {
      this.armed = true
    })
    this.signalWorkAvailable()
    return kIOReturnSuccess
  }
}
