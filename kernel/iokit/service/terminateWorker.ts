import {
  kIOMessageServiceIsTerminated, kIOServiceConfigState, kIOServiceFinalized, kIOServiceInactiveState,
  kIOServiceNeedWillTerminate, kIOServiceStartState, kIOServiceTermPhase1State, kIOServiceTermPhase2State,
  kIOServiceTermPhase3State, kIOWillTerminateNotification, kIOServiceBusyStateMask,
} from '../../abi/index.ts'
import { IOLog } from '../../mach/index.ts'
import { THREAD_TIMED_OUT, scheduler, wait, type Blocking, type KernelThread } from '../../sim/index.ts'
import { copyNotifiers, invokeNotifiers } from '../notification/matchingNotifications.ts'
import { gIOServicePlane } from '../registry/index.ts'
import { logIf, tag } from './debugLog.ts'
import { kIOLogYield } from './debugFlags.ts'
import { callBlockingHook, inKernelFrame } from './driverFrames.ts'
import type { IOService } from './IOService.ts'
import { messageClients } from './messages.ts'
import { serviceState, type StopPair } from './serviceState.ts'

/** How long a synchronous caller waits before it complains. */
const kSynchronousWaitNs = 15_000_000_000

/** Body of `IOServiceTerminateThread`: works whenever something is queued. */
export function* terminateThread(): KernelThread {
  const { termination } = serviceState()
  for (;;) {
    if (termination.isWorking || !hasWork()) {
      scheduler().assertWait(termination.workQueue)
      yield
      continue
    }
    yield* work()
  }
}

/** Works until `service` is quiet; where another thread works, waits for it. */
export function* terminateSynchronously(service: IOService): KernelThread {
  const { termination } = serviceState()
  const { internals } = service
  if (termination.isWorking && termination.worker === scheduler().current) return
  while ((internals.state1 & kIOServiceBusyStateMask) !== 0) {
    if (!termination.isWorking && hasWork()) {
      yield* work()
      continue
    }
    scheduler().assertWait(internals.queue(), scheduler().nowNs + kSynchronousWaitNs)
    if ((yield) !== THREAD_TIMED_OUT) continue
    IOLog(`${tag(service)}::terminate(kIOServiceSynchronous): THREAD_TIMED_OUT. `
      + 'Attempting to auto-resolve your deadlock. PLEASE FIX!\n')
  }
}

/** Whether a list holds something that can be done now. */
function hasWork(): boolean {
  const { phase2, finalize, stops } = serviceState().termination
  return phase2.length > 0 || finalize.length > 0 || stops.some((pair) => !mustWait(pair))
}

/** One run over all lists, as the one worker of this world. */
function* work(): KernelThread {
  const { termination } = serviceState()
  termination.isWorking = true
  termination.worker = scheduler().current
  yield* inKernelFrame('IOService::terminateWorker(unsigned int)', terminateWorker())
  termination.isWorking = false
  termination.worker = null
  scheduler().wakeAll(termination.workQueue)
}

/**
 * Phases 2 and 3 of termination, until no list holds anything that can go on.
 * @xnu iokit/Kernel/IOService.cpp terminateWorker — faithful
 */
function* terminateWorker(): KernelThread {
  const { termination } = serviceState()
  while (hasWork()) {
    while (termination.phase2.length > 0) {
      const { victim, options } = termination.phase2.shift()!
      termination.work--
      yield* runPhase2(victim, options)
      victim.release()
    }
    yield* runPhase3()
  }
  logIf(kIOLogYield, () => `iokit terminate done, ${termination.stops.length} stops remain\n`)
}

/** Phase 2 of a victim and, breadth first, of its clients; then they are told, deepest first, that it is over. */
function* runPhase2(first: IOService, options: number): KernelThread {
  first.retain()
  const queue: IOService[] = [first]
  const did: IOService[] = []
  for (let i = 0; i < queue.length; i++) {
    const victim = queue[i]!
    if (!mayBeginPhase2(victim)) continue
    victim.internals.state1 |= kIOServiceTermPhase2State
    yield* willTerminateVictim(victim, options)
    for (const client of clientsOf(victim)) {
      client.retain()
      queue.push(client)
    }
    did.unshift(victim)
  }
  for (const victim of did) yield* didTerminateVictim(victim, options)
  for (const victim of queue) victim.release()
}

function mayBeginPhase2(victim: IOService): boolean {
  const { state0, state1 } = victim.internals
  if ((state0 & kIOServiceInactiveState) === 0) return false
  if ((state1 & (kIOServiceTermPhase1State | kIOServiceTermPhase2State | kIOServiceConfigState)) !== 0) return false
  return !clientsOf(victim).some((client) => (client.internals.state1 & kIOServiceStartState) !== 0)
}

function clientsOf(service: IOService): IOService[] {
  const clients: IOService[] = []
  for (const entry of service.childLinks(gIOServicePlane)?.members ?? []) {
    const client = entry.asService()
    if (client !== null) clients.push(client)
  }
  return clients
}

function providersOf(service: IOService): IOService[] {
  const providers: IOService[] = []
  for (const entry of service.parentLinks(gIOServicePlane)?.members ?? []) {
    const provider = entry.asService()
    if (provider !== null) providers.push(provider)
  }
  return providers
}

/** Runs a hook inside the gate of the service's work loop, if it has one. */
function* onWorkLoop<T>(service: IOService, body: () => Blocking<T>): KernelThread<T> {
  const workLoop = service.getWorkLoop()
  return workLoop === null ? yield* wait(body()) : yield* workLoop.runAction(body)
}

function* willTerminateVictim(victim: IOService, options: number): KernelThread {
  if ((victim.internals.state1 & kIOServiceNeedWillTerminate) !== 0) {
    for (const provider of providersOf(victim)) {
      yield* callBlockingHook(victim, 'willTerminate', () => victim.willTerminate(provider, options))
    }
  }
  yield* invokeNotifiers(victim, copyNotifiers(victim, kIOWillTerminateNotification))
  yield* onWorkLoop(victim, function* (): KernelThread {
    for (const client of clientsOf(victim)) {
      yield* callBlockingHook(client, 'willTerminate', () => client.willTerminate(victim, options))
    }
  })
}

function* didTerminateVictim(victim: IOService, options: number): KernelThread {
  const { internals } = victim
  internals.state1 |= kIOServiceTermPhase3State
  const hasNoClients = victim.getChildCount(gIOServicePlane) === 0
  yield* onWorkLoop(victim, function* (): KernelThread {
    yield* messageClients(victim, kIOMessageServiceIsTerminated, options)
    for (const client of clientsOf(victim)) {
      const defer = { value: false }
      yield* callBlockingHook(client, 'didTerminate', () => client.didTerminate(victim, options, defer))
    }
  })
  if ((internals.state1 & kIOServiceNeedWillTerminate) !== 0) {
    for (const provider of providersOf(victim)) {
      const defer = { value: false }
      yield* callBlockingHook(victim, 'didTerminate', () => victim.didTerminate(provider, options, defer))
    }
  }
  if (hasNoClients) victim.scheduleFinalize(false)
}

/** Finalizes and stops until nothing moves any more. */
function* runPhase3(): KernelThread {
  const { termination } = serviceState()
  for (;;) {
    yield* drainFinalizeList()
    const pair = nextStop()
    if (pair === null) {
      if (termination.finalize.length === 0) return
      continue
    }
    yield* stopClient(pair)
    pair.client.release()
    pair.provider.release()
  }
}

function* drainFinalizeList(): KernelThread {
  const { termination } = serviceState()
  for (;;) {
    const next = termination.finalize.shift()
    if (next === undefined) return
    const { victim, options } = next
    termination.work--
    const { internals } = victim
    if ((internals.state1 & kIOServiceFinalized) === 0) {
      internals.state1 |= kIOServiceFinalized
      yield* onWorkLoop(victim, () => callBlockingHook(victim, 'finalize', () => victim.finalize(options)))
    }
    victim.release()
  }
}

/** A client that is going itself must be finalized before it is stopped. */
function mustWait({ client, provider }: StopPair): boolean {
  if (!provider.isChild(client, gIOServicePlane)) return false
  const isInactive = (client.internals.state0 & kIOServiceInactiveState) !== 0
  return isInactive && (client.internals.state1 & kIOServiceFinalized) === 0
}

/** Takes the first pair off the list that can be stopped; pairs that are no longer linked are dropped. */
function nextStop(): StopPair | null {
  const { termination } = serviceState()
  const { stops } = termination
  for (let i = 0; i < stops.length;) {
    const pair = stops[i]!
    if (mustWait(pair)) {
      i++
      continue
    }
    stops.splice(i, 1)
    termination.work--
    if (pair.provider.isChild(pair.client, gIOServicePlane)) return pair
    pair.client.release()
    pair.provider.release()
  }
  return null
}

/** Stop, close, detach. @xnu iokit/Kernel/IOService.cpp actionStop — faithful */
function* stopClient({ client, provider }: StopPair): KernelThread {
  yield* onWorkLoop(provider, function* (): KernelThread {
    yield* callBlockingHook(client, 'stop', () => client.stop(provider))
    if (provider.isOpen(client)) provider.close(client)
    client.detach(provider)
  })
}
