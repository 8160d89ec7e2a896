import { kIOReturnNoResources, kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import { defineMetaClass, type OSMetaClass, type OSObject } from '../../libkern/index.ts'
import { popFrame, pushFrame } from '../../mach/index.ts'
import { isKernelThread, scheduler, type Blocking, type Frame, type KernelThread, type TimedEvent } from '../../sim/index.ts'
import { ACTION_COST_NS, chargeDriver } from './accounting.ts'
import { actionName, driverFrame } from './driverFrame.ts'
import { IOEventSource } from './IOEventSource.ts'
import type { IOWorkLoop } from './IOWorkLoop.ts'

export type IOTimerAction = (owner: OSObject, sender: IOTimerEventSource) => Blocking<void>

/**
 * A timer whose action runs on the work loop, gate held.
 * @xnu iokit/Kernel/IOTimerEventSource.cpp IOTimerEventSource — simplified: every timer is of the WorkLoop type
 */
export class IOTimerEventSource extends IOEventSource implements TimedEvent {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOTimerEventSource', IOTimerEventSource, IOEventSource)

  queueSlot = -1
  private expired = false
  private deadlineNs = 0
  private readonly frame: Frame

  constructor(owner: OSObject, private readonly action: IOTimerAction | null) {
    super(owner)
    this.frame = driverFrame(owner, `${action === null ? 'timer' : actionName(action)}(IOTimerEventSource*)`)
  }

  /** One reference to the caller. */
  static timerEventSource(owner: OSObject, action: IOTimerAction | null): IOTimerEventSource {
    return new IOTimerEventSource(owner, action)
  }

  /** Fires `intervalNs` from now, once. A later call replaces it. Any context. */
  setTimeout(intervalNs: number): IOReturn {
    return this.wakeAtTime(scheduler().nowNs + intervalNs)
  }

  setTimeoutMS(milliseconds: number): IOReturn {
    return this.setTimeout(milliseconds * 1e6)
  }

  setTimeoutUS(microseconds: number): IOReturn {
    return this.setTimeout(microseconds * 1e3)
  }

  /** Fires at an absolute virtual time. */
  wakeAtTime(deadlineNs: number): IOReturn {
    if (this.action === null) return kIOReturnNoResources
    this.deadlineNs = deadlineNs
    this.disarm()
    if (this.enabled && this.workLoop !== null) this.arm()
    return kIOReturnSuccess
  }

  /** Forgets the deadline. */
  cancelTimeout(): void {
    this.disarm()
    this.expired = false
    this.deadlineNs = 0
  }

  /** Re-arms the last deadline, also one that has passed. */
  override enable(): void {
    this.enabled = true
    if (this.deadlineNs !== 0 && this.workLoop !== null && this.queueSlot === -1) this.arm()
  }

  override disable(): void {
    this.disarm()
    this.enabled = false
  }

  override setWorkLoop(workLoop: IOWorkLoop | null): void {
    if (workLoop === null) this.cancelTimeout()
    this.workLoop = workLoop
    if (workLoop !== null && this.enabled && this.deadlineNs !== 0) this.arm()
  }

  fire(): void {
    this.expired = true
    this.signalWorkAvailable()
  }

  override checkForWork(): Blocking<boolean> {
    if (!this.expired) return false
    this.expired = false
    const depth = pushFrame(this.frame)
    chargeDriver(this.usage, ACTION_COST_NS)
    const body = this.action!(this.owner, this)
    if (isKernelThread(body)) return finish(body, depth)
    popFrame(depth)
    return false
  }

  override free(): void {
    this.disarm()
    super.free()
  }

  private arm(): void {
    const { events, nowNs } = scheduler()
    events.schedule(this, Math.max(this.deadlineNs, nowNs))
  }

  private disarm(): void {
    scheduler().events.cancel(this)
  }
}

function* finish(body: KernelThread, depth: number): KernelThread<boolean> {
  yield* body
  popFrame(depth)
  return false
}
