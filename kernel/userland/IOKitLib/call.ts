import { kIOReturnSuccess, type IOReturn, type MigRoutine } from '../../abi/index.ts'
import {
  host_get_io_main, mach_host_self, mach_port_deallocate, mach_rpc, type Task,
} from '../../mach/user.ts'
import type { KernelThread } from '../../sim/index.ts'
import {
  IOCFSerializeBinary, IOCFUnserializeBinary, type CFOrder, type CFType,
} from '../CoreFoundation/index.ts'

/** Names of send rights in the caller's task; 0 is `IO_OBJECT_NULL`. */
export type io_object_t = number
export type io_iterator_t = io_object_t
export type io_registry_entry_t = io_object_t
export type io_service_t = io_object_t
export type io_connect_t = io_object_t

export const IO_OBJECT_NULL = 0
/** Stands for the host's own main port. */
export const kIOMainPortDefault = 0

/** What a call answers: its return code, and its out parameter, which means nothing after a failure. */
export interface Answer<T> {
  readonly result: IOReturn
  readonly value: T
}

/** Bytes that a matching dictionary may have to travel inside the message. */
export const INBAND_LIMIT = 4096

/** Sends one message of the subsystem; a message that does not get through answers its Mach error. */
export function* iokitCall(
  task: Task, port: number, routine: MigRoutine, ...body: readonly unknown[]
): KernelThread<{ readonly result: IOReturn; readonly body: readonly unknown[] }> {
  const { transport, code, body: answer } = yield* mach_rpc(task, port, routine.id, body, routine.portSlots)
  return { result: transport === 0 ? code >>> 0 : transport, body: answer }
}

/** As `iokitCall`, for routines with one out parameter; `otherwise` after a failure. */
export function* iokitValue<T>(
  call: KernelThread<{ readonly result: IOReturn; readonly body: readonly unknown[] }>, otherwise: T,
): KernelThread<Answer<T>> {
  const { result, body } = yield* call
  const [value] = body
  return { result, value: result === kIOReturnSuccess && value !== undefined ? (value as T) : otherwise }
}

/** Calls with a main port: the given one, or the host's own, which is given back. */
export function* onMainPort<T>(
  task: Task, mainPort: number, use: (port: number) => KernelThread<T>,
): KernelThread<T> {
  if (mainPort !== kIOMainPortDefault) return yield* use(mainPort)
  const { value } = IOMainPort(task)
  const answer = yield* use(value)
  mach_port_deallocate(task, value)
  return answer
}

/** A right to I/O Kit's main port, one reference. @xnu IOKitUser IOKitLib.c IOMainPort — faithful */
export function IOMainPort(task: Task): Answer<number> {
  const host = mach_host_self(task)
  const value = host_get_io_main(task, host)
  mach_port_deallocate(task, host)
  return { result: kIOReturnSuccess, value }
}

/** The property list in a reply; null for none. */
export function propertiesIn(bytes: unknown, order: CFOrder): CFType | null {
  return bytes instanceof Uint8Array ? IOCFUnserializeBinary(bytes, order) : null
}

export { IOCFSerializeBinary }
