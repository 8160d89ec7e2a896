import {
  KERN_FAILURE, KERN_INVALID_ARGUMENT, KERN_INVALID_CAPABILITY, KERN_INVALID_NAME, KERN_INVALID_RIGHT,
  KERN_INVALID_VALUE, KERN_SUCCESS,
} from '../../abi/kern_return.ts'
import type { Task } from '../Task.ts'
import { copyinEntry, copyoutRight, carriedRight, COPYIN_DEADOK, isValidName } from './copyin.ts'
import { requestOnEntry } from './entries.ts'
import {
  guarded, guardedBy, kGUARD_EXC_INVALID_RIGHT, kGUARD_EXC_KERN_FAILURE, kGUARD_EXC_SET_CONTEXT,
} from './guardException.ts'
import { MACH_PORT_DEAD, MACH_PORT_NULL } from './IpcSpace.ts'
import {
  MACH_MSG_TYPE_MAKE_SEND_ONCE, MACH_MSG_TYPE_MOVE_SEND_ONCE, type Disposition,
} from './KernelMessage.ts'
import { setQueueLimit } from './messageQueue.ts'
import { MACH_PORT_QLIMIT_MAX, IP_DEAD, type Port } from './Port.ts'
import { receiveRight } from './portSets.ts'
import {
  MACH_NOTIFY_DEAD_NAME, MACH_NOTIFY_NO_SENDERS, MACH_NOTIFY_PORT_DESTROYED,
  MACH_NOTIFY_SEND_POSSIBLE,
  releaseRight, sendNotification,
} from './rights.ts'

/**
 * Sets how many messages the port holds.
 * @xnu osfmk/ipc/mach_port.c mach_port_set_attributes MACH_PORT_LIMITS_INFO — faithful
 */
export function mach_port_set_queue_limit(task: Task, name: number, limit: number): number {
  if (limit > MACH_PORT_QLIMIT_MAX) return KERN_INVALID_VALUE
  const port = receiveRight(task, name)
  if (typeof port === 'number') return port
  setQueueLimit(port, limit)
  return KERN_SUCCESS
}

export interface PortStatus {
  readonly isInSet: boolean
  readonly sequenceNumber: number
  readonly makeSendCount: number
  readonly queueLimit: number
  readonly messageCount: number
  readonly sendOnceRights: number
  readonly hasSendRights: boolean
  readonly hasPortDestroyedRequest: boolean
  readonly hasNoSendersRequest: boolean
  readonly isGuarded: boolean
}

/**
 * What MACH_PORT_RECEIVE_STATUS tells.
 * @xnu osfmk/ipc/mach_port.c mach_port_get_attributes MACH_PORT_RECEIVE_STATUS — faithful
 */
export function mach_port_get_status(
  task: Task, name: number,
): { readonly result: number; readonly status: PortStatus | null } {
  const port = receiveRight(task, name)
  if (typeof port === 'number') return { result: port, status: null }
  return {
    result: KERN_SUCCESS,
    status: {
      isInSet: port.sets.length > 0, sequenceNumber: port.sequenceNumber, makeSendCount: port.makeSendCount,
      queueLimit: port.queueLimit, messageCount: port.messageCount, sendOnceRights: port.sendOnceRights,
      hasSendRights: port.sendRights > 0, hasPortDestroyedRequest: port.portDestroyedNotify !== null,
      hasNoSendersRequest: port.noSendersNotify !== null, isGuarded: port.isGuarded,
    },
  }
}

/** @xnu osfmk/ipc/mach_port.c mach_port_set_mscount — faithful */
export function mach_port_set_mscount(task: Task, name: number, count: number): number {
  const port = receiveRight(task, name)
  if (typeof port === 'number') return port
  port.makeSendCount = count
  return KERN_SUCCESS
}

/** @xnu osfmk/ipc/mach_port.c mach_port_set_seqno — faithful */
export function mach_port_set_seqno(task: Task, name: number, sequence: number): number {
  const port = receiveRight(task, name)
  if (typeof port === 'number') return port
  port.sequenceNumber = sequence
  return KERN_SUCCESS
}

/** @xnu osfmk/ipc/mach_port.c mach_port_get_context — faithful: a strict guard hides it */
export function mach_port_get_context(
  task: Task, name: number,
): { readonly result: number; readonly context: bigint } {
  const port = receiveRight(task, name)
  if (typeof port === 'number') return { result: port, context: 0n }
  return { result: KERN_SUCCESS, context: port.isStrictGuarded ? 0n : port.context }
}

/** @xnu osfmk/ipc/mach_port.c mach_port_set_context — faithful */
export function mach_port_set_context(task: Task, name: number, context: bigint): number {
  const port = receiveRight(task, name)
  if (typeof port === 'number') return port
  if (port.isStrictGuarded) {
    return guardedBy(port, kGUARD_EXC_SET_CONTEXT, KERN_INVALID_ARGUMENT)
  }
  port.context = context
  return KERN_SUCCESS
}

export interface NotificationRequest {
  /** Right that is watched. */
  readonly name: number
  /** MACH_NOTIFY_DEAD_NAME, _SEND_POSSIBLE, _NO_SENDERS or _PORT_DESTROYED. */
  readonly id: number
  /** Make-send count for no-senders; not 0 arms a send-possible request at once. */
  readonly sync: number
  /** Name to which the notification goes; 0 takes a request back. */
  readonly notify: number
  /** How `notify` becomes a send-once right: made (as a rule) or moved. */
  readonly disposition?: Disposition
}

export interface NotificationResult {
  readonly result: number
  /** Send-once right of the request that was replaced, 0 for none. */
  readonly previous: number
}

const refused = (result: number): NotificationResult => ({ result, previous: MACH_PORT_NULL })

/** Asks for a notification. @xnu osfmk/ipc/mach_port.c mach_port_request_notification — faithful */
export function mach_port_request_notification(task: Task, request: NotificationRequest): NotificationResult {
  const notify = notifyRight(task, request)
  if (typeof notify === 'number') return refused(notify)
  const { result, previous } = register(task, request, notify)
  if (result !== KERN_SUCCESS && notify !== null) releaseRight(notify, MACH_MSG_TYPE_MOVE_SEND_ONCE)
  return { result, previous: copyoutRight(task.space, previous, MACH_MSG_TYPE_MOVE_SEND_ONCE) }
}

function notifyRight(
  task: Task, { notify, disposition = MACH_MSG_TYPE_MAKE_SEND_ONCE }: NotificationRequest,
): Port | null | number {
  if (notify === MACH_PORT_NULL) return null
  if (notify === MACH_PORT_DEAD) return KERN_INVALID_CAPABILITY
  if (carriedRight(disposition) !== MACH_MSG_TYPE_MOVE_SEND_ONCE) return KERN_INVALID_VALUE
  const entry = task.space.lookup(notify)
  if (entry === null) return KERN_INVALID_RIGHT
  const port = copyinEntry(task.space, entry, disposition, COPYIN_DEADOK)
  return port === IP_DEAD ? KERN_INVALID_CAPABILITY : port
}

interface Registered {
  readonly result: number
  readonly previous: Port | null
}

function register(task: Task, request: NotificationRequest, notify: Port | null): Registered {
  const { id, name, sync } = request
  if (id === MACH_NOTIFY_PORT_DESTROYED) return portDestroyed(task, request, notify)
  if (id === MACH_NOTIFY_NO_SENDERS) return noSenders(task, request, notify)
  if (id !== MACH_NOTIFY_DEAD_NAME && id !== MACH_NOTIFY_SEND_POSSIBLE) {
    return { result: KERN_INVALID_VALUE, previous: null }
  }
  if (!isValidName(name)) return { result: KERN_INVALID_ARGUMENT, previous: null }
  const entry = task.space.lookup(name)
  if (entry === null) return { result: KERN_INVALID_NAME, previous: null }
  return requestOnEntry(task.space, entry, { id, isArmed: id === MACH_NOTIFY_SEND_POSSIBLE && sync !== 0 },
    notify)
}

function portDestroyed(task: Task, request: NotificationRequest, notify: Port | null): Registered {
  if (request.sync !== 0) return { result: KERN_INVALID_VALUE, previous: null }
  const port = receiveRight(task, request.name)
  if (typeof port === 'number') return { result: port, previous: null }
  if (port.isReplyPort) {
    const result = guarded(task.space, request.name, kGUARD_EXC_INVALID_RIGHT, KERN_INVALID_RIGHT)
    return { result, previous: null }
  }
  if (port.portDestroyedNotify !== null) {
    const result = guarded(task.space, request.name, kGUARD_EXC_KERN_FAILURE, KERN_FAILURE)
    return { result, previous: null }
  }
  port.portDestroyedNotify = notify
  return { result: KERN_SUCCESS, previous: null }
}

/** @xnu osfmk/ipc/ipc_port.c ipc_port_nsrequest — faithful */
function noSenders(task: Task, request: NotificationRequest, notify: Port | null): Registered {
  const port = receiveRight(task, request.name)
  if (typeof port === 'number') return { result: port, previous: null }
  if (port.isReplyPort) {
    const result = guarded(task.space, request.name, kGUARD_EXC_INVALID_RIGHT, KERN_INVALID_RIGHT)
    return { result, previous: null }
  }
  const previous = port.noSendersNotify
  if (port.sendRights === 0 && request.sync <= port.makeSendCount && notify !== null) {
    port.noSendersNotify = null
    sendNotification(notify, MACH_NOTIFY_NO_SENDERS, port.makeSendCount)
  } else port.noSendersNotify = notify
  return { result: KERN_SUCCESS, previous }
}

