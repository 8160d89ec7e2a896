import { kIOReturnNoResources, kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import { defineMetaClass, type OSMetaClass, type OSObject } from '../../libkern/index.ts'
import {
  popFrame, pushFrame, thread_call_allocate_with_options, thread_call_cancel, thread_call_enter_delayed,
  THREAD_CALL_OPTIONS_ONCE, THREAD_CALL_OPTIONS_SIGNAL, type ThreadCall,
} from '../../mach/index.ts'
import { isKernelThread, scheduler, type Blocking, type Frame, type KernelThread } from '../../sim/index.ts'
import { ACTION_COST_NS, chargeDriver } from './accounting.ts'
import { actionName, driverFrame, kernelFrame } from './driverFrame.ts'
import { IOEventSource, kActive, kPassive } from './IOEventSource.ts'
import type { IOWorkLoop } from './IOWorkLoop.ts'
import {
  areTimerOptions, isWorkLoopTimer, kIOTimerEventSourceOptionsAllowReenter, kIOTimerEventSourceOptionsDefault,
  threadCallPriority,
} from './timerOptions.ts'

/** Runs with the gate closed when the time has come. */
export type IOTimerAction = (owner: OSObject, sender: IOTimerEventSource) => Blocking<void>

const TIMEOUT = kernelFrame('IOTimerEventSource::timeoutAndRelease(void*, void*)')
const CHECK_FOR_WORK = kernelFrame('IOTimerEventSource::checkForWork()')
/** One tick of the old clock. */
const TICK_NS = 10_000_000

/**
 * A timer. A thread call closes the work loop's gate and calls the action; a timer of the WorkLoop kind has
 * the loop's own thread do it. @xnu iokit/Kernel/IOTimerEventSource.cpp IOTimerEventSource — faithful
 */
export class IOTimerEventSource extends IOEventSource {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOTimerEventSource', IOTimerEventSource, IOEventSource)

  private readonly call: ThreadCall
  private deadlineNs = 0
  private calloutGeneration = 0
  private calloutGenerationSignaled = -1
  /** The loop that a waiting passive callout holds a reference to. */
  private calloutLoop: IOWorkLoop | null = null
  private frame: Frame

  constructor(
    owner: OSObject, private action: IOTimerAction | null, options = kIOTimerEventSourceOptionsDefault,
  ) {
    super(owner)
    this.frame = timerFrame(owner, action)
    const once = (options & kIOTimerEventSourceOptionsAllowReenter) === 0 ? THREAD_CALL_OPTIONS_ONCE : 0
    const isActive = isWorkLoopTimer(options)
    this.flags |= isActive ? kActive : kPassive
    this.call = isActive
      ? thread_call_allocate_with_options((generation) => this.timeoutSignaled(generation),
        threadCallPriority(options), once | THREAD_CALL_OPTIONS_SIGNAL)
      : thread_call_allocate_with_options((generation) => this.timeoutAndRelease(generation),
        threadCallPriority(options), once)
  }

  /**
   * One reference to the caller. With `options` (`kIOTimerEventSourceOptions…`) null for a kind that there
   * is not. @xnu IOTimerEventSource.cpp timerEventSource — faithful
   */
  static timerEventSource(owner: OSObject, action: IOTimerAction | null): IOTimerEventSource
  static timerEventSource(
    options: number, owner: OSObject, action: IOTimerAction | null,
  ): IOTimerEventSource | null
  static timerEventSource(
    first: OSObject | number, second: OSObject | IOTimerAction | null, third: IOTimerAction | null = null,
  ): IOTimerEventSource | null {
    if (typeof first !== 'number') return new IOTimerEventSource(first, second as IOTimerAction | null)
    return areTimerOptions(first) ? new IOTimerEventSource(second as OSObject, third, first) : null
  }

  /** Changes the action. @xnu IOEventSource.cpp setAction — faithful */
  setAction(action: IOTimerAction | null): void {
    this.action = action
    this.frame = timerFrame(this.owner, action)
  }

  /** @xnu IOEventSource.cpp getAction — faithful */
  getAction(): IOTimerAction | null {
    return this.action
  }

  /**
   * Fires `intervalNs` from now, once. A later call replaces it. Any context.
   * @xnu IOTimerEventSource.cpp setTimeout — faithful
   */
  setTimeout(intervalNs: number, options = 0, leewayNs = 0): IOReturn {
    return this.wakeAtTime(scheduler().nowNs + intervalNs, options, leewayNs)
  }

  /** @xnu IOTimerEventSource.cpp setTimeoutMS — faithful */
  setTimeoutMS(milliseconds: number): IOReturn {
    return this.setTimeout(milliseconds * 1e6)
  }

  /** @xnu IOTimerEventSource.cpp setTimeoutUS — faithful */
  setTimeoutUS(microseconds: number): IOReturn {
    return this.setTimeout(microseconds * 1e3)
  }

  /** In ticks of 10 ms. @xnu IOTimerEventSource.cpp setTimeoutTicks — faithful */
  setTimeoutTicks(ticks: number): IOReturn {
    return this.setTimeout(ticks * TICK_NS)
  }

  /** @xnu IOTimerEventSource.cpp wakeAtTimeMS — faithful */
  wakeAtTimeMS(milliseconds: number): IOReturn {
    return this.wakeAtTime(milliseconds * 1e6)
  }

  /** @xnu IOTimerEventSource.cpp wakeAtTimeUS — faithful */
  wakeAtTimeUS(microseconds: number): IOReturn {
    return this.wakeAtTime(microseconds * 1e3)
  }

  /** @xnu IOTimerEventSource.cpp wakeAtTimeTicks — faithful */
  wakeAtTimeTicks(ticks: number): IOReturn {
    return this.wakeAtTime(ticks * TICK_NS)
  }

  /**
   * Fires at an absolute time, once; a time that has passed: at once. Recorded only while the timer is
   * disabled or has no loop. kIOReturnNoResources without an action. Any context. @xnu
   * IOTimerEventSource.cpp wakeAtTime — simplified: leeway and sleep of the machine change nothing
   */
  wakeAtTime(deadlineNs: number, _options = 0, _leewayNs = 0): IOReturn {
    if (this.action === null) return kIOReturnNoResources
    this.deadlineNs = deadlineNs
    const { workLoop } = this
    if (!this.enabled || deadlineNs === 0 || workLoop === null) return kIOReturnSuccess
    const isPassive = (this.flags & kPassive) !== 0
    if (isPassive) {
      this.retain()
      workLoop.retain()
    }
    this.calloutGeneration++
    const former = this.calloutLoop
    this.calloutLoop = workLoop
    const wasWaiting = thread_call_enter_delayed(this.call, this.calloutGeneration, deadlineNs)
    if (wasWaiting && isPassive) this.dropCallout(former ?? workLoop)
    return kIOReturnSuccess
  }

  /** Forgets the deadline. Any context. @xnu IOTimerEventSource.cpp cancelTimeout — faithful */
  cancelTimeout(): void {
    this.withdraw()
    this.deadlineNs = 0
  }

  /** Arms the last deadline again, also one that has passed. @xnu IOTimerEventSource.cpp enable — faithful */
  override enable(): void {
    super.enable()
    if (this.wakeAtTime(this.deadlineNs) !== kIOReturnSuccess) super.disable()
  }

  /** Keeps the deadline for `enable`. @xnu IOTimerEventSource.cpp disable — faithful */
  override disable(): void {
    this.withdraw()
    super.disable()
  }

  /** A deadline set before counts from then. @xnu IOTimerEventSource.cpp setWorkLoop — faithful */
  override setWorkLoop(workLoop: IOWorkLoop | null): void {
    super.setWorkLoop(workLoop)
    if (this.enabled && this.deadlineNs !== 0 && this.workLoop !== null) this.wakeAtTime(this.deadlineNs)
  }

  /**
   * Calls the action of a WorkLoop timer whose time has come. @xnu IOTimerEventSource.cpp checkForWork —
   * faithful
   */
  override checkForWork(): Blocking<boolean> {
    if (this.calloutGenerationSignaled !== this.calloutGeneration || !this.enabled) return false
    if (this.action === null) return false
    this.calloutGenerationSignaled = ~this.calloutGeneration
    const body = this.invokeAction(CHECK_FOR_WORK)
    return isKernelThread(body) ? noMore(body) : false
  }

  /** Cancels what is set. @xnu IOTimerEventSource.cpp free — faithful */
  override free(): void {
    this.cancelTimeout()
    super.free()
  }

  /** The time of a WorkLoop timer: the loop's thread does the rest. Interrupt level. */
  private timeoutSignaled(generation: number): void {
    this.calloutGenerationSignaled = generation
    if (this.enabled) this.signalWorkAvailable()
  }

  /** The time of any other timer. Thread call. */
  private *timeoutAndRelease(generation: number): KernelThread {
    const workLoop = this.calloutLoop
    if (this.enabled && this.action !== null && workLoop !== null) {
      yield* workLoop.closeGate()
      if (this.getAction() !== null && this.calloutGeneration === generation) {
        const body = this.invokeAction(TIMEOUT)
        if (isKernelThread(body)) yield* body
      }
      workLoop.openGate()
    }
    workLoop?.release()
    this.release()
  }

  private invokeAction(caller: Frame): Blocking<void> {
    const depth = pushFrame(caller)
    pushFrame(this.frame)
    chargeDriver(this.usage, ACTION_COST_NS)
    const body = this.action!(this.owner, this)
    if (isKernelThread(body)) return leaving(body, depth)
    popFrame(depth)
  }

  /** Takes the callout back and lets go of what it held. */
  private withdraw(): void {
    this.calloutGeneration++
    const wasWaiting = thread_call_cancel(this.call)
    if (wasWaiting && (this.flags & kPassive) !== 0) this.dropCallout(this.calloutLoop)
  }

  private dropCallout(workLoop: IOWorkLoop | null): void {
    this.release()
    workLoop?.release()
  }
}

function timerFrame(owner: OSObject, action: IOTimerAction | null): Frame {
  return driverFrame(owner, `${action === null ? 'timer' : actionName(action)}(IOTimerEventSource*)`)
}

function* leaving(body: KernelThread, depth: number): KernelThread {
  yield* body
  popFrame(depth)
}

function* noMore(body: KernelThread): KernelThread<boolean> {
  yield* body
  return false
}
