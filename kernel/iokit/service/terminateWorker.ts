import {
  kIOMessageServiceIsTerminated, kIOServiceConfigState, kIOServiceFinalized, kIOServiceInactiveState,
  kIOServiceNeedWillTerminate, kIOServiceRequired, kIOServiceStartState, kIOServiceTermPhase1State,
  kIOServiceTermPhase2State, kIOServiceTermPhase3State, kIOWillTerminateNotification,
} from '../../abi/index.ts'
import { wait, type Blocking, type KernelThread } from '../../sim/index.ts'
import { copyNotifiers, invokeNotifiers } from '../notification/matchingNotifications.ts'
import { gIOServicePlane } from '../registry/index.ts'
import { tag, traceTermination } from './debugLog.ts'
import { callBlockingHook, inKernelFrame } from './driverFrames.ts'
import type { IOService } from './IOService.ts'
import { serviceState, type StopPair } from './serviceState.ts'

/**
 * One run over the lists of what terminates: phase 2 of the queued victims, then whatever can be finalized
 * and stopped. The caller is the terminate thread. What was touched is let go at the very end.
 * @xnu iokit/Kernel/IOService.cpp terminateWorker — faithful
 */
export function* terminateWorker(options: number): KernelThread {
  const held = new Set<IOService>()
  const run = runLists(options | kIOServiceRequired, held)
  yield* inKernelFrame('IOService::terminateWorker(unsigned int)', run)
  for (const service of held) service.release()
}

function* runLists(options: number, held: Set<IOService>): KernelThread {
  const { termination } = serviceState()
  do {
    const done = termination.work
    for (let victim = termination.phase2.shift(); victim !== undefined; victim = termination.phase2.shift()) {
      yield* runPhase2(victim, options)
    }
    while (yield* runPhase3(options, held));
    termination.work -= done
  } while (termination.work !== 0)
  traceTermination(() => `iokit terminate done, ${termination.stops.length} stops remain\n`)
}

/**
 * Phase 2 of a victim and, breadth first, of its clients; then they are told, deepest first, that it is over.
 */
function* runPhase2(first: IOService, options: number): KernelThread {
  const queue: IOService[] = [first]
  const did: IOService[] = []
  for (const victim of queue) {
    if (!mayBeginPhase2(victim)) continue
    victim.internals.state1 |= kIOServiceTermPhase2State
    yield* willTerminateVictim(victim, options, queue)
    did.unshift(victim)
  }
  for (const victim of did) yield* didTerminateVictim(victim, options)
  for (const victim of queue) victim.release()
}

function mayBeginPhase2(victim: IOService): boolean {
  const { state0, state1 } = victim.internals
  if ((state0 & kIOServiceInactiveState) === 0) return false
  if ((state1 & (kIOServiceTermPhase1State | kIOServiceTermPhase2State | kIOServiceConfigState)) !== 0) return false
  for (const client of victim.clients()) {
    if ((client.internals.state1 & kIOServiceStartState) === 0) continue
    traceTermination(() => `${tag(victim)}::defer phase2(${tag(client)})\n`)
    return false
  }
  return true
}

/** Runs a body inside the gate of the service's work loop, if it has one. @xnu _workLoopAction — faithful */
function* onWorkLoop<T>(service: IOService, body: () => Blocking<T>): KernelThread<T> {
  const workLoop = service.getWorkLoop()
  if (workLoop === null) return yield* wait(body())
  workLoop.retain()
  const result = yield* workLoop.runAction(body)
  workLoop.release()
  return result
}

/** Does something with each of these services, which are kept until all are done. */
function* forEach(services: readonly IOService[], body: (service: IOService) => KernelThread): KernelThread {
  for (const service of services) service.retain()
  for (const service of services) yield* body(service)
  for (const service of services) service.release()
}

/**
 * The clients of a victim hear that it will go, and are victims themselves, each with a reference in `queue`: on
 * the victim's work loop those of the kernel, then, outside of it, driver extensions.
 */
function* willTerminateVictim(victim: IOService, options: number, queue: IOService[]): KernelThread {
  const { internals } = victim
  if ((internals.state1 & kIOServiceNeedWillTerminate) !== 0) {
    const tell = (): KernelThread =>
      forEach(victim.providers(), (provider) => willTerminate(victim, provider, options))
    if (internals.isUserDriver) yield* tell()
    else yield* onWorkLoop(victim, tell)
  }
  yield* invokeNotifiers(victim, copyNotifiers(victim, kIOWillTerminateNotification))
  yield* onWorkLoop(victim, () => willTerminateClients(victim, false, { options, queue }))
  yield* willTerminateClients(victim, true, { options, queue })
}

/** @xnu iokit/Kernel/IOService.cpp actionWillTerminate — faithful */
function willTerminateClients(
  victim: IOService, areUserDrivers: boolean, { options, queue }: { options: number, queue: IOService[] },
): KernelThread {
  return forEach(victim.clients(), function* (client): KernelThread {
    if (client.internals.isUserDriver !== areUserDrivers) return
    yield* willTerminate(client, victim, options)
    client.retain()
    queue.push(client)
  })
}

function* willTerminate(client: IOService, provider: IOService, options: number): KernelThread {
  traceTermination(() => `${tag(client)}::willTerminate(${tag(provider)}, ${hex8(options)})\n`)
  yield* callBlockingHook(client, 'willTerminate', () => client.willTerminate(provider, options))
}

function* didTerminateVictim(victim: IOService, options: number): KernelThread {
  const { internals } = victim
  internals.state1 |= kIOServiceTermPhase3State
  const hasNoClients = victim.getChildCount(gIOServicePlane) === 0
  yield* onWorkLoop(victim, function* (): KernelThread {
    yield* victim.messageClients(kIOMessageServiceIsTerminated, options)
    yield* forEach(victim.clients(), (client) => didTerminate(client, victim, options, { value: false }))
  })
  if ((internals.state1 & kIOServiceNeedWillTerminate) !== 0) {
    const defer = { value: false }
    yield* onWorkLoop(victim, () =>
      forEach(victim.providers(), (provider) => didTerminate(victim, provider, options, defer)))
  }
  if (hasNoClients) victim.scheduleFinalize(false)
}

function* didTerminate(
  client: IOService, provider: IOService, options: number, defer: { value: boolean },
): KernelThread {
  const line = (end: string): string => `${tag(client)}::didTerminate(${tag(provider)}, ${end})\n`
  traceTermination(() => line(hex8(options)))
  yield* callBlockingHook(client, 'didTerminate', () => client.didTerminate(provider, options, defer))
  traceTermination(() => line(`defer ${defer.value ? 1 : 0}`))
}

const hex8 = (options: number): string => options.toString(16).padStart(8, '0')

/** Finalizes what is listed and does the first stop that can be done; whether there was one. */
function* runPhase3(options: number, held: Set<IOService>): KernelThread<boolean> {
  yield* drainFinalizeList(options, held)
  const pair = nextStop(held)
  if (pair === null) return false
  yield* stopClient(pair)
  hold(held, pair.client)
  hold(held, pair.provider)
  return true
}

/** Takes a reference over: one per service stays until the worker is done. */
function hold(held: Set<IOService>, service: IOService): void {
  if (held.has(service)) service.release()
  else held.add(service)
}

function* drainFinalizeList(options: number, held: Set<IOService>): KernelThread {
  const { termination } = serviceState()
  for (;;) {
    const victim = termination.finalize.shift()
    if (victim === undefined) return
    yield* finalizeVictim(victim, options)
    hold(held, victim)
  }
}

function* finalizeVictim(victim: IOService, options: number): KernelThread {
  const { internals } = victim
  if ((internals.state1 & kIOServiceFinalized) !== 0) return
  internals.state1 |= kIOServiceFinalized
  yield* onWorkLoop(victim, () => {
    traceTermination(() => `${tag(victim)}::finalize(${hex8(options)})\n`)
    return callBlockingHook(victim, 'finalize', () => victim.finalize(options))
  })
}

/**
 * Takes the first pair off the list that can be stopped; pairs that are no longer linked are dropped. A
 * client that goes itself must be finalized before it is stopped.
 */
function nextStop(held: Set<IOService>): StopPair | null {
  const { stops } = serviceState().termination
  for (let i = 0; i < stops.length;) {
    const { client, provider } = stops[i]!
    const { state0, state1 } = client.internals
    const isLinked = provider.isChild(client, gIOServicePlane)
    if (isLinked && (state0 & kIOServiceInactiveState) !== 0 && (state1 & kIOServiceFinalized) === 0) {
      traceTermination(() => `${tag(client)}::defer stop()\n`)
      i++
      continue
    }
    const [pair] = stops.splice(i, 1)
    if (isLinked) return pair!
    traceTermination(() => `${tag(client)}::nop stop(${tag(provider)})\n`)
    hold(held, client)
    hold(held, provider)
    i = 0
  }
  return null
}

/** Stop, close, detach, on the provider's work loop. @xnu iokit/Kernel/IOService.cpp actionStop — faithful */
function* stopClient({ client, provider }: StopPair): KernelThread {
  yield* onWorkLoop(provider, function* (): KernelThread {
    traceTermination(() => `${tag(client)}::stop(${tag(provider)})\n`)
    yield* callBlockingHook(client, 'stop', () => client.stop(provider))
    if (yield* provider.isOpenWaiting(client)) yield* provider.closeWaiting(client)
    traceTermination(() => `${tag(client)}::detach(${tag(provider)})\n`)
    client.detach(provider)
  })
}
