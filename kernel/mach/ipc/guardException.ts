import type { IpcSpace } from './IpcSpace.ts'
import type { Port } from './Port.ts'

/** What was wrong with a port name. Up to `MSG_FILTERED` the task dies of it, whatever it is. */
export const kGUARD_EXC_DESTROY = 1
export const kGUARD_EXC_SET_CONTEXT = 4
export const kGUARD_EXC_UNGUARDED = 8
export const kGUARD_EXC_INCORRECT_GUARD = 16
export const kGUARD_EXC_IMMOVABLE = 32
const kGUARD_EXC_MSG_FILTERED = 128
export const kGUARD_EXC_INVALID_RIGHT = 256
export const kGUARD_EXC_INVALID_NAME = 512
export const kGUARD_EXC_INVALID_VALUE = 0x400
export const kGUARD_EXC_INVALID_ARGUMENT = 0x800
export const kGUARD_EXC_KERN_FAILURE = 0x4000
export const kGUARD_EXC_SEND_INVALID_REPLY = 0x10000
export const kGUARD_EXC_SEND_INVALID_RIGHT = 0x40000
export const kGUARD_EXC_RCV_INVALID_NAME = 0x80000
export const kGUARD_EXC_REQUIRE_REPLY_PORT_SEMANTICS = 0x800000

/** What becomes of the others: nothing, an exception, that one once, or death. */
export const TASK_EXC_GUARD_NONE = 0
export const TASK_EXC_GUARD_MP_DELIVER = 0x10
export const TASK_EXC_GUARD_MP_ONCE = 0x20
export const TASK_EXC_GUARD_MP_FATAL = 0x80

const GUARD_TYPE_MACH_PORT = 1n

/** An `EXC_GUARD` exception of a task. */
export interface GuardException {
  /** Kind of guard, what was wrong, and the port's name. */
  readonly code: bigint
  /** The guard that was there, if any. */
  readonly subcode: bigint
  /** Whether the task dies of it. */
  readonly isFatal: boolean
}

/** How a task takes its mistakes with ports. */
export class PortGuards {
  behavior = TASK_EXC_GUARD_NONE
  /** A binary of the platform: its reply ports are what they say. */
  isHardened = false
  /** Hears of each exception that is delivered; who runs the task ends it where it is fatal. */
  onException: ((exception: GuardException) => void) | null = null
}

/**
 * A mistake with a port name: some kill the task, others do what it has chosen. Any context.
 * @xnu osfmk/ipc/ipc_policy.c mach_port_guard_exception — faithful
 */
export function mach_port_guard_exception(
  { guards }: IpcSpace, target: number, payload: bigint, reason: number,
): void {
  const isAlwaysFatal = reason <= kGUARD_EXC_MSG_FILTERED
  if (!isAlwaysFatal && (guards.behavior & TASK_EXC_GUARD_MP_DELIVER) === 0) return
  if (!isAlwaysFatal && (guards.behavior & TASK_EXC_GUARD_MP_ONCE) !== 0) {
    guards.behavior &= ~TASK_EXC_GUARD_MP_DELIVER
  }
  const isOptionallyFatal = (guards.behavior & TASK_EXC_GUARD_MP_FATAL) !== 0
    && reason <= kGUARD_EXC_RCV_INVALID_NAME
  guards.onException?.({
    code: GUARD_TYPE_MACH_PORT << 61n | BigInt(reason) << 32n | BigInt(target),
    subcode: payload, isFatal: isAlwaysFatal || isOptionallyFatal,
  })
}

/** The same, as the answer of a routine that refuses a name. */
export function guarded(space: IpcSpace, name: number, reason: number, result: number): number {
  mach_port_guard_exception(space, name, 0n, reason)
  return result
}

/** The same for a receive right of the space whose guard or context forbids it. */
export function guardedBy({ receiver, receiverName, context }: Port, reason: number, result: number): number {
  if (receiver !== null) mach_port_guard_exception(receiver, receiverName, context, reason)
  return result
}
