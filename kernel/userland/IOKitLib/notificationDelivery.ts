import type { Task } from '../../mach/user.ts'
import { kernelState } from '../../sim/index.ts'
import { CFMachPort, type CFRunLoopSource } from '../CoreFoundation/index.ts'
import type { DispatchMachSource, DispatchQueue } from '../libdispatch/index.ts'
import { IODispatchCalloutFromMessage, type IONotificationPortRef } from './IONotificationPort.ts'

/** How the messages of a notification port reach their callbacks. */
interface Delivery {
  machPort: CFMachPort | null
  queue: DispatchQueue | null
  source: DispatchMachSource | null
}

const deliveries = kernelState(() => new WeakMap<IONotificationPortRef, Delivery>())

function deliveryOf(notify: IONotificationPortRef): Delivery {
  let delivery = deliveries().get(notify)
  if (delivery === undefined) {
    delivery = { machPort: null, queue: null, source: null }
    deliveries().set(notify, delivery)
  }
  return delivery
}

/**
 * The source by which a run loop delivers; one for each port, the caller does not own it.
 * @xnu IOKitUser IOKitLib.c IONotificationPortGetRunLoopSource — faithful
 */
export function IONotificationPortGetRunLoopSource(
  task: Task, notify: IONotificationPortRef,
): CFRunLoopSource | null {
  const delivery = deliveryOf(notify)
  delivery.machPort ??= new CFMachPort(notify.wakePort,
    (message) => IODispatchCalloutFromMessage(task, message, notify))
  return delivery.machPort.createRunLoopSource()
}

/**
 * Delivers on a queue, instead of the one before; null just ends that.
 * @xnu IOKitUser IOKitLib.c IONotificationPortSetDispatchQueue — faithful
 */
export function IONotificationPortSetDispatchQueue(
  task: Task, notify: IONotificationPortRef, queue: DispatchQueue | null,
): void {
  const delivery = deliveryOf(notify)
  if (delivery.source !== null) delivery.queue?.cancelSource(delivery.source)
  delivery.queue = queue
  delivery.source = queue === null ? null : {
    port: notify.wakePort, onCancel: null,
    handler: (message) => IODispatchCalloutFromMessage(task, message, notify),
  }
  if (queue !== null && delivery.source !== null) queue.addSource(delivery.source)
}

/** Ends all delivery of a port. For `IONotificationPortDestroy`. */
export function endDelivery(notify: IONotificationPortRef): void {
  const delivery = deliveries().get(notify)
  if (delivery === undefined) return
  delivery.machPort?.invalidate()
  if (delivery.source !== null) delivery.queue?.cancelSource(delivery.source)
  deliveries().delete(notify)
}
