import { IOKit, kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import { mach_port_deallocate, mach_task_self, type Task } from '../../mach/user.ts'
import type { KernelThread } from '../../sim/index.ts'
import { iokitCall, iokitValue, kIOMainPortDefault, type Answer, type io_connect_t, type io_service_t } from
  './call.ts'
import { IORegistryEntryFromPath } from './IORegistryEntry.ts'

/** Bits of `IOServiceGetState`. */
export const kIOServiceInactiveState = 0x01n
export const kIOServiceRegisteredState = 0x02n
export const kIOServiceMatchedState = 0x04n
export const kIOServiceFirstPublishState = 0x08n
export const kIOServiceFirstMatchState = 0x10n

export interface ServiceState {
  readonly state: bigint
  readonly busyState: number
  readonly accumulatedBusyTimeNs: number
}

const NO_STATE: ServiceState = { state: 0n, busyState: 0, accumulatedBusyTimeNs: 0 }

/** Opens a connection for the task itself. @xnu IOKitUser IOKitLib.c IOServiceOpen — faithful */
export function* IOServiceOpen(
  task: Task, service: io_service_t, type: number,
): KernelThread<Answer<io_connect_t>> {
  const self = mach_task_self(task)
  const { result, body } = yield* iokitCall(task, service, IOKit.service_open_extended, self, type, null)
  if (result !== kIOReturnSuccess) return { result, value: 0 }
  const [opened, connection] = body as readonly [IOReturn, io_connect_t]
  return { result: opened >>> 0, value: opened === kIOReturnSuccess ? connection : 0 }
}

/** Closes a connection and gives its name back. @xnu IOKitUser IOKitLib.c IOServiceClose — faithful */
export function* IOServiceClose(task: Task, connect: io_connect_t): KernelThread<IOReturn> {
  const { result } = yield* iokitCall(task, connect, IOKit.service_close)
  mach_port_deallocate(task, connect)
  return result
}

/** Asks a bus to look for new devices. */
export function* IOServiceRequestProbe(
  task: Task, service: io_service_t, options: number,
): KernelThread<IOReturn> {
  return (yield* iokitCall(task, service, IOKit.service_request_probe, options)).result
}

/** State, busy count and the time it was busy; zeros on failure. */
export function* IOServiceGetBusyStateAndTime(
  task: Task, service: io_service_t,
): KernelThread<Answer<ServiceState>> {
  const { result, body } = yield* iokitCall(task, service, IOKit.service_get_state)
  if (result !== kIOReturnSuccess) return { result, value: NO_STATE }
  const [state, busyState, time] = body as readonly [number | bigint, number, number | bigint]
  return { result, value: { state: BigInt(state), busyState, accumulatedBusyTimeNs: Number(time) } }
}

/** The state bits; 0 on failure. */
export function* IOServiceGetState(task: Task, service: io_service_t): KernelThread<Answer<bigint>> {
  const { result, value } = yield* IOServiceGetBusyStateAndTime(task, service)
  return { result, value: value.state }
}

/** How many things the service waits for; 0 on failure. */
export function IOServiceGetBusyState(task: Task, service: io_service_t): KernelThread<Answer<number>> {
  return iokitValue(iokitCall(task, service, IOKit.service_get_busy_state), 0)
}

/** Waits until a service and all below it are quiet; kIOReturnTimeout when that takes too long. */
export function* IOServiceWaitQuiet(
  task: Task, service: io_service_t, timeoutNs = Infinity,
): KernelThread<IOReturn> {
  return (yield* iokitCall(task, service, IOKit.service_wait_quiet, timeoutNs)).result
}

/** The busy count of the whole registry. */
export function IOKitGetBusyState(task: Task, mainPort = kIOMainPortDefault): KernelThread<Answer<number>> {
  return onServiceRoot(task, mainPort, (root) => IOServiceGetBusyState(task, root))
}

/** Waits until the whole registry is quiet. @xnu IOKitUser IOKitLib.c IOKitWaitQuiet — faithful */
export function IOKitWaitQuiet(
  task: Task, mainPort = kIOMainPortDefault, timeoutNs = Infinity,
): KernelThread<IOReturn> {
  return onServiceRoot(task, mainPort, (root) => IOServiceWaitQuiet(task, root, timeoutNs))
}

function* onServiceRoot<T>(
  task: Task, mainPort: number, use: (root: io_service_t) => KernelThread<T>,
): KernelThread<T> {
  const root = yield* IORegistryEntryFromPath(task, mainPort, 'IOService:/')
  const answer = yield* use(root)
  mach_port_deallocate(task, root)
  return answer
}
