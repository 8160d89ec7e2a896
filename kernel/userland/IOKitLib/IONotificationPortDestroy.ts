import { mach_port_destroy, type Task } from '../../mach/user.ts'
import type { IONotificationPortRef } from './IONotificationPort.ts'
import { endDelivery } from './notificationDelivery.ts'

/**
 * Ends a port: nothing is delivered any more, by whatever way it was.
 * @xnu IOKitUser IOKitLib.c IONotificationPortDestroy — faithful
 */
export function IONotificationPortDestroy(task: Task, notify: IONotificationPortRef): void {
  endDelivery(notify)
  notify.callbacks.clear()
  mach_port_destroy(task, notify.wakePort)
}
