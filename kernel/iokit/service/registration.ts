import {
  kIOServiceAsynchronous, kIOServiceBusyStateMask, kIOServiceConfigRunning, kIOServiceInactiveState,
  kIOServiceNeedConfigState, kIOServiceSynchronous, kIOServiceSynchronousState, kIOServiceSyncPubState,
} from '../../abi/index.ts'
import { IOLog } from '../../mach/index.ts'
import { scheduler, type KernelThread } from '../../sim/index.ts'
import { gIOServicePlane, getRegistryRoot } from '../registry/index.ts'
import { adjustBusy } from './busy.ts'
import { kIOLogConfig, kIOLogRegister } from './debugFlags.ts'
import { logIf } from './debugLog.ts'
import { doServiceMatch } from './doServiceMatch.ts'
import { inKernelFrame } from './driverFrames.ts'
import type { IOService } from './IOService.ts'
import { serviceState } from './serviceState.ts'
import { waitForState } from './waitQuiet.ts'

/**
 * Publishes a service: notifications go out and drivers are matched to it, on a config thread. Any thread.
 * @xnu iokit/Kernel/IOService.cpp registerService, startMatching — simplified: a service that inherits
 * kIOServiceSynchronous is still served by a config thread; who registered the outermost one waits for all
 */
export function registerService(service: IOService, options: number): void {
  if (mayRegister(service)) startMatching(service, options)
}

/**
 * Lets drivers match a service that is registered already. Any thread.
 * @xnu iokit/Kernel/IOService.cpp startMatching — simplified: as registerService
 */
export function startMatching(service: IOService, options: number): void {
  if (markForConfig(service, options)) enqueueJob(service, options)
}

/** `registerService` with kIOServiceSynchronous: matches in the calling thread and returns when all of it is done. */
export function* registerServiceSynchronously(service: IOService, options: number): KernelThread {
  if (!mayRegister(service)) return
  service.retain()
  const busyBefore = service.internals.state1 & kIOServiceBusyStateMask
  if (markForConfig(service, options | kIOServiceSynchronous)) yield* doServiceMatch(service, options)
  yield* waitForState(service, kIOServiceBusyStateMask, busyBefore, Infinity)
  service.release()
}

function mayRegister(service: IOService): boolean {
  if (!isBelowRoot(service)) {
    IOLog(`${service.getName()}: not registry member at registerService()\n`)
    return false
  }
  const { platformAdjustService } = serviceState()
  if (platformAdjustService !== null && !platformAdjustService(service)) return false
  if (service !== serviceState().resources) logIf(kIOLogRegister, () => `Registering: ${shortPath(service)}\n`)
  return true
}

/** Room for the path in the line of a registration, and how much of its end is shown, from a component on. */
const kMaxPathLength = 256
const kMaxShownLength = 63

function shortPath(service: IOService): string {
  const path = service.getPath(gIOServicePlane, kMaxPathLength)
  if (path === null) return service.getName()
  if (path.length <= kMaxShownLength) return path
  const end = path.slice(-kMaxShownLength)
  const component = end.indexOf('/')
  return `..${component === -1 ? end : end.slice(component)}`
}

/** Whether a service is connected to the registry root. */
function isBelowRoot(service: IOService): boolean {
  const root = getRegistryRoot()
  let step = service.getParentEntry(gIOServicePlane)
  while (step !== null && step !== root) step = step.getParentEntry(gIOServicePlane)
  return step !== null
}

/**
 * Sets the states of a registration and makes the service busy with it. False when a pass that is queued or under
 * way will see to it.
 */
function markForConfig(service: IOService, options: number): boolean {
  const { internals } = service
  const provider = service.getProvider()
  const isInherited = provider !== null && (provider.internals.state1 & kIOServiceSynchronousState) !== 0
  const isSynchronous = (options & kIOServiceAsynchronous) === 0
    && ((options & kIOServiceSynchronous) !== 0 || isInherited)
  const isPending = (internals.state1 & (kIOServiceNeedConfigState | kIOServiceConfigRunning)) !== 0
  const needsConfig = !isPending && (internals.state0 & kIOServiceInactiveState) === 0
  internals.state1 |= kIOServiceNeedConfigState
  if (isSynchronous) internals.state1 |= kIOServiceSynchronousState | kIOServiceSyncPubState
  else internals.state1 &= ~kIOServiceSynchronousState
  if (needsConfig) adjustBusy(service, 1)
  return needsConfig
}

function enqueueJob(service: IOService, options: number): void {
  const state = serviceState()
  service.retain()
  const job = { service, options }
  if (service === state.resources || service === state.userResources) state.jobs.unshift(job)
  else state.jobs.push(job)
  if (state.jobs.length <= state.freeConfigThreads || state.configThreads >= state.maxConfigThreads) return
  logIf(kIOLogConfig, () => `config(${state.configThreads}): creating\n`)
  state.configThreads++
  state.freeConfigThreads++
  scheduler().spawn(`IOConfigThread_'${service.getName()}'`, inKernelFrame('_IOConfigThread::main(void*, int)', configThread()))
}

/**
 * Serves the queue of registrations until it is empty.
 * @xnu iokit/Kernel/IOService.cpp _IOConfigThread::main — faithful
 */
function* configThread(): KernelThread {
  const state = serviceState()
  for (;;) {
    const job = state.jobs.shift()
    if (job === undefined) break
    state.freeConfigThreads--
    const { service, options } = job
    logIf(kIOLogConfig, () => {
      const id = scheduler().current?.id ?? 0
      return `config(0x${id.toString(16)}): starting on ${service.getName()}, ${state.jobs.length + 1}\n`
    })
    yield* doServiceMatch(service, options)
    service.release()
    state.freeConfigThreads++
  }
  state.configThreads--
  state.freeConfigThreads--
}
