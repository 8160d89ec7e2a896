import {
  kIOReturnSuccess, kIOReturnTimeout, kIOServiceBusyStateMask, kIOServiceBusyWaiterState, kIOServiceModuleStallState,
  type IOReturn,
} from '../../abi/index.ts'
import { OSNumber } from '../../libkern/index.ts'
import { IOLog, panic } from '../../mach/index.ts'
import { THREAD_TIMED_OUT, scheduler, type KernelThread } from '../../sim/index.ts'
import { gIOServicePlane, kIORegistryIterateParents, kIORegistryIterateRecursively } from
  '../registry/index.ts'
import { debugFlags, kIOWaitQuietPanics } from './debugFlags.ts'
import type { IOService } from './IOService.ts'
import { serviceState } from './serviceState.ts'

/** Option of `waitQuietWithOptions`: the caller wants a panic rather than a time-out. */
export const kIOWaitQuietPanicOnFailure = 0x00000001

/** Below this no message is logged and nothing panics. */
const kReportThresholdNs = 41_000_000_000
/** Sizes of the buffers for the names of busy services and for the whole message. */
const kBusyTextSize = 256
const kPanicTextSize = 256
const kMaxExtensions = 8
const kExtensionsKey = 'IOServiceBusyTimeoutExtensions'
const upwards = kIORegistryIterateRecursively | kIORegistryIterateParents

/**
 * Sleeps until the bits of the second state word under `mask` are `value`, or kIOReturnTimeout. Thread
 * context.
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
 * Sleeps until a service and all below it are quiet, or kIOReturnTimeout. A wait of 41 s or more that ends in
 * vain is logged and begun anew, as often as the platform or a busy service allows; the last one panics where
 * the caller and the boot-args want it. Infinity waits for ever. Thread context.
 * @xnu iokit/Kernel/IOService.cpp waitQuietWithOptions — simplified: no spindump
 */
export function* waitQuietWithOptions(
  service: IOService, timeoutNs: number, options: number,
): KernelThread<IOReturn> {
  const startNs = scheduler().nowNs
  let { timeoutExtensions } = serviceState()
  for (let loop = 0; loop < timeoutExtensions; loop++) {
    const result = yield* waitForState(service, kIOServiceBusyStateMask, 0, timeoutNs)
    if (result !== kIOReturnTimeout) {
      const took = scheduler().nowNs - startNs
      if (loop > 0) IOLog(`busy extended ok[${loop}], (${seconds(timeoutNs)}s, ${seconds(took)}s)\n`)
      return result
    }
    if (timeoutNs < kReportThresholdNs) return result
    const report = busyReport(service, timeoutExtensions)
    timeoutExtensions = report.extensions
    const all = `${report.prefix}[${loop}], (${seconds(timeoutNs)}s): ${report.text}`
    const message = all.slice(0, kPanicTextSize - 1)
    IOLog(`${message}\n`)
    if (loop >= timeoutExtensions - 1 && mayPanic(options)) panic(message)
  }
  return kIOReturnTimeout
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
  /** How often in all the wait may be tried. */
  readonly extensions: number
}

/**
 * Names the busy services below one (itself included) that have no busy service below them. Any context.
 * @xnu iokit/Kernel/IOService.cpp waitQuietWithOptions (message) — faithful
 */
export function busyReport(service: IOService, allowed = serviceState().timeoutExtensions): BusyReport {
  let extensions = allowed
  let isStalled = serviceState().pendingDaemonRequests > 0
  const leaves = new Set<IOService>()
  const passed = new Set<IOService>()
  for (const each of busyServices(service)) {
    if (passed.has(each)) continue
    isStalled ||= (each.internals.state1 & kIOServiceModuleStallState) !== 0
    extensions = Math.max(extensions, ownExtensions(each))
    leaves.add(each)
    for (let above = each.getProvider(); above !== null; above = above.getProvider()) {
      passed.add(above)
      leaves.delete(above)
    }
  }
  const prefix = isStalled ? 'IOKit Daemon (kernelmanagerd) stall' : 'busy timeout'
  return { prefix, text: busyText([...leaves].reverse()), extensions }
}

/** `IOServiceBusyTimeoutExtensions` of a service or of what is above it, where it is in range. */
function ownExtensions(service: IOService): number {
  const own = service.getPropertyInPlane(kExtensionsKey, gIOServicePlane, upwards)
  const value = own instanceof OSNumber ? own.unsigned32BitValue() : 0
  return value <= kMaxExtensions ? value : 0
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
  const list = names.join(', ').slice(0, kBusyTextSize - 1)
  if (leaves.length < 2) return list
  return `multiple entries holding the registry busy, IOKit termination queue depth ${termination.work}: ${list}`
}

/**
 * The busy ones of a service and all below it, each once: the service itself, then those below, last ones
 * first.
 */
function busyServices(service: IOService): IOService[] {
  const below: IOService[] = []
  const seen = new Set<IOService>([service])
  const visit = (step: IOService): void => {
    for (const client of step.clients()) {
      if (seen.has(client)) continue
      seen.add(client)
      below.push(client)
      visit(client)
    }
  }
  visit(service)
  return [service, ...below.reverse()].filter((each) => each.getBusyState() !== 0)
}
