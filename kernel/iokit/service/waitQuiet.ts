import {
  kIOReturnSuccess, kIOReturnTimeout, kIOServiceBusyStateMask, kIOServiceBusyWaiterState, kIOServiceModuleStallState,
  type IOReturn,
} from '../../abi/index.ts'
import { OSNumber } from '../../libkern/index.ts'
import { IOLog, panic } from '../../mach/index.ts'
import { THREAD_TIMED_OUT, scheduler, type KernelThread } from '../../sim/index.ts'
import { gIOServicePlane } from '../registry/index.ts'
import { debugFlags, kIOWaitQuietPanics } from './debugFlags.ts'
import type { IOService } from './IOService.ts'
import { serviceState } from './serviceState.ts'

/** Option of `waitQuietWithOptions`: the caller wants a panic rather than a time-out. */
export const kIOWaitQuietPanicOnFailure = 0x00000001

/** Below this no message is logged and nothing panics. */
const kReportThresholdNs = 41_000_000_000
/** Size of the buffer for the names of busy services. */
const kBusyTextLimit = 256
const kMaxExtensions = 8

/**
 * Sleeps until the bits of the second state word under `mask` are `value`. Thread context.
 * @xnu iokit/Kernel/IOService.cpp waitForState — faithful
 */
export function* waitForState(
  service: IOService, mask: number, value: number, timeoutNs: number,
): KernelThread<IOReturn> {
  const { internals } = service
  const deadlineNs = scheduler().nowNs + timeoutNs
  while ((internals.state1 & mask) !== value) {
    internals.state1 |= kIOServiceBusyWaiterState
    scheduler().assertWait(internals.queue(), deadlineNs)
    if ((yield) === THREAD_TIMED_OUT && (internals.state1 & mask) !== value) return kIOReturnTimeout
  }
  return kIOReturnSuccess
}

/**
 * Sleeps until a service and all below it are quiet. Long waits are reported when they end in vain, extended a few
 * times, and may panic. @xnu iokit/Kernel/IOService.cpp waitQuietWithOptions — simplified: no spindump
 */
export function* waitQuietWithOptions(
  service: IOService, timeoutNs: number, options: number,
): KernelThread<IOReturn> {
  const startNs = scheduler().nowNs
  for (let loop = 0; ; loop++) {
    const result = yield* waitForState(service, kIOServiceBusyStateMask, 0, timeoutNs)
    if (result !== kIOReturnTimeout) {
      if (loop > 0) IOLog(`busy extended ok[${loop}], (${seconds(timeoutNs)}s, ${seconds(sinceNs(startNs))}s)\n`)
      return result
    }
    if (timeoutNs < kReportThresholdNs) return result
    const report = busyReport(service)
    const message = `${report.prefix}[${loop}], (${seconds(sinceNs(startNs))}s): ${report.text}`
    const isLast = loop >= report.extensions
    if (isLast && mayPanic(options)) panic(message)
    IOLog(`${message}\n`)
    if (isLast) return result
  }
}

function sinceNs(startNs: number): number {
  return scheduler().nowNs - startNs
}

function seconds(ns: number): number {
  return Math.floor(ns / 1e9)
}

function mayPanic(options: number): boolean {
  if ((options & kIOWaitQuietPanicOnFailure) === 0 || serviceState().isShuttingDown) return false
  return (debugFlags() & kIOWaitQuietPanics) !== 0
}

/** What holds a service busy, in the words of the panic log. */
interface BusyReport {
  readonly prefix: string
  readonly text: string
  readonly extensions: number
}

/** @xnu iokit/Kernel/IOService.cpp waitQuietWithOptions (message) — faithful */
export function busyReport(service: IOService): BusyReport {
  const state = serviceState()
  const busy = busyLeaves(service)
  let extensions = state.timeoutExtensions
  let isStalled = state.pendingDaemonRequests > 0
  for (const leaf of busy) {
    isStalled ||= (leaf.internals.state1 & kIOServiceModuleStallState) !== 0
    const own = leaf.getProperty('IOServiceBusyTimeoutExtensions')
    if (own instanceof OSNumber) extensions = Math.max(extensions, Math.min(own.unsigned32BitValue(), kMaxExtensions))
  }
  const prefix = isStalled ? 'IOKit Daemon (kernelmanagerd) stall' : 'busy timeout'
  return { prefix, text: busyText(busy), extensions }
}

function busyText(leaves: readonly IOService[]): string {
  const { root, daemonHasLaunched, termination } = serviceState()
  if (leaves.length === 1 && leaves[0] === root) {
    return `registry root held busy, kernelmanagerd ${daemonHasLaunched ? 'has' : 'has not'} checked in`
  }
  const names = leaves.map((leaf) => {
    const { state0, state1 } = leaf.internals
    return `'${leaf.getName()}' (${(state0 >>> 0).toString(16)},${(state1 >>> 0).toString(16)})`
  })
  const list = names.join(', ').slice(0, kBusyTextLimit - 1)
  if (leaves.length < 2) return list
  return `multiple entries holding the registry busy, IOKit termination queue depth ${termination.work}: ${list}`
}

/** Busy services below (or the one itself) that have no busy service below them, in pre-order. */
function busyLeaves(service: IOService): IOService[] {
  const leaves: IOService[] = []
  const seen = new Set<IOService>()
  const visit = (step: IOService): void => {
    if (seen.has(step)) return
    seen.add(step)
    if ((step.internals.state1 & kIOServiceBusyStateMask) === 0) return
    const clients = step.children(gIOServicePlane).map((entry) => entry.asService())
    const busy = clients.filter((client) => client !== null
      && (client.internals.state1 & kIOServiceBusyStateMask) !== 0)
    if (busy.length === 0) leaves.push(step)
    for (const client of busy) if (client !== null) visit(client)
  }
  visit(service)
  return leaves
}
