import {
  kIOReturnAborted, kIOReturnBadArgument, kIOReturnCannotLock, kIOReturnNotPermitted, kIOReturnNotReady,
  type IOReturn,
} from '../../abi/index.ts'
import { defineMetaClass, type OSMetaClass, type OSObject } from '../../libkern/index.ts'
import { IOLog, panic } from '../../mach/index.ts'
import { scheduler, THREAD_AWAKENED, wait, type Blocking, type KernelThread } from '../../sim/index.ts'
import { mayBlock } from './contexts.ts'
import { IOEventSource } from './IOEventSource.ts'
import type { IOWorkLoop } from './IOWorkLoop.ts'

/** An action of a command gate: runs with the gate closed. */
export type IOCommandGateAction<Arguments extends readonly unknown[]> =
  (...args: Arguments) => Blocking<IOReturn>

/** The default action of a gate, for `runCommand`. */
export type IOCommandGateCommand = (...args: readonly unknown[]) => Blocking<IOReturn>

/**
 * A door into a work loop's gate for other threads. @xnu iokit/Kernel/IOCommandGate.cpp IOCommandGate —
 * faithful
 */
export class IOCommandGate extends IOEventSource {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOCommandGate', IOCommandGate, IOEventSource)

  private action: IOCommandGateCommand | null = null
  /** What those sleep on who wait for the gate to be enabled. */
  private readonly enableEvent = {}
  /** Taken from its loop while actions are inside: the last of them takes it out. */
  private removed = false
  private actionsInside = 0

  /**
   * One reference to the caller; add it to a work loop before use. @xnu IOCommandGate.cpp commandGate —
   * faithful
   */
  static commandGate(owner: OSObject, action: IOCommandGateCommand | null = null): IOCommandGate {
    const gate = new IOCommandGate(owner)
    gate.action = action
    return gate
  }

  /** The action of `runCommand`; null: there is none. @xnu IOEventSource.cpp setAction — faithful */
  setAction(action: IOCommandGateCommand | null): void {
    this.action = action
  }

  /** @xnu IOEventSource.cpp getAction — faithful */
  getAction(): IOCommandGateCommand | null {
    return this.action
  }

  /**
   * `runAction` of the gate's own action. Thread context; may sleep. @xnu IOCommandGate.cpp runCommand —
   * faithful
   */
  *runCommand(...args: readonly unknown[]): KernelThread<IOReturn> {
    return yield* this.runAction(this.action, ...args)
  }

  /** `attemptAction` of the gate's own action. @xnu IOCommandGate.cpp attemptCommand — faithful */
  attemptCommand(...args: readonly unknown[]): Blocking<IOReturn> {
    return this.attemptBlocking(this.action, args)
  }

  /**
   * Closes the gate, runs `action` with `args`, opens it. A disabled gate is waited for, except by its
   * loop's own thread; kIOReturnAborted when a signal or the gate's removal ends that. kIOReturnBadArgument
   * without an action, kIOReturnNotReady without a loop. Thread context; may sleep. @xnu IOCommandGate.cpp
   * runAction — faithful
   */
  runAction<Arguments extends readonly unknown[]>(
    action: IOCommandGateAction<Arguments> | null, ...args: Arguments
  ): KernelThread<IOReturn> {
    mayBlock()
    return this.runInside(action, args)
  }

  private *runInside<Arguments extends readonly unknown[]>(
    action: IOCommandGateAction<Arguments> | null, args: Arguments,
  ): KernelThread<IOReturn> {
    if (action === null) return kIOReturnBadArgument
    const { workLoop } = this
    if (workLoop === null) return kIOReturnNotReady
    yield* workLoop.closeGate()
    if (!this.enabled && !workLoop.onThread() && !(yield* this.becomesEnabled(workLoop))) {
      workLoop.openGate()
      return kIOReturnAborted
    }
    this.actionsInside++
    const answer = yield* wait(action(...args))
    this.actionsInside--
    if (this.removed && this.actionsInside === 0) {
      this.removed = false
      super.setWorkLoop(null)
    }
    workLoop.openGate()
    return answer
  }

  /** The same; actions are blocks here. @xnu IOCommandGate.cpp runActionBlock — faithful */
  *runActionBlock(action: () => Blocking<IOReturn>): KernelThread<IOReturn> {
    return yield* this.runAction(action)
  }

  /**
   * Like `runAction`, but never waits to get in: kIOReturnCannotLock while another thread is inside,
   * kIOReturnNotPermitted while the gate is disabled. The action must not sleep.
   * @xnu IOCommandGate.cpp attemptAction — faithful
   */
  attemptAction<Arguments extends readonly unknown[]>(
    action: ((...args: Arguments) => IOReturn) | null, ...args: Arguments
  ): IOReturn {
    return this.attemptBlocking(action, args) as IOReturn
  }

  /**
   * Lets go of the gate and sleeps on `event` until woken or `deadlineNs`; then holds it again. Gate held,
   * or it panics. Answers THREAD_AWAKENED, THREAD_TIMED_OUT or THREAD_INTERRUPTED. @xnu IOCommandGate.cpp
   * commandSleep — faithful
   */
  commandSleep(event: unknown, deadlineNs = Infinity, interruptible = false): KernelThread<number> {
    if (!this.attachedLoop().inGate()) panic('invalid commandSleep while not holding the gate')
    return this.sleepGate(event, deadlineNs, interruptible)
  }

  /**
   * Wakes who sleeps on `event`: one, or all. Any context. @xnu IOCommandGate.cpp commandWakeup — faithful
   */
  commandWakeup(event: unknown, oneThread = false): void {
    this.wakeupGate(event, oneThread)
  }

  /**
   * Lets in who waits. No effect without a loop. @xnu IOCommandGate.cpp enable — simplified: does not wait
   * for the gate
   */
  override enable(): void {
    if (this.workLoop === null) return
    super.enable()
    this.workLoop.wakeupGate(this.enableEvent, false)
  }

  /**
   * Keeps new actions out. Inside the gate, or the message buffer says so. @xnu IOCommandGate.cpp disable —
   * faithful
   */
  override disable(): void {
    if (this.workLoop !== null && scheduler().current !== null && !this.workLoop.inGate()) {
      IOLog('IOCommandGate::disable() called when not gated\n')
    }
    super.disable()
  }

  /**
   * One that goes turns away who waits for it to be enabled; while actions are inside it stays until the
   * last one is through. @xnu IOCommandGate.cpp setWorkLoop — simplified: does not wait until the turned
   * away have left
   */
  override setWorkLoop(workLoop: IOWorkLoop | null): void {
    if (workLoop !== null || this.workLoop === null) return super.setWorkLoop(workLoop)
    this.workLoop.wakeupGate(this.enableEvent, false)
    if (this.actionsInside > 0) this.removed = true
    else this.leave()
  }

  /** @xnu IOCommandGate.cpp free — simplified: waits for nobody, as `setWorkLoop` */
  override free(): void {
    if (this.workLoop !== null) this.leave()
    super.free()
  }

  /**
   * Out of the loop, disabled, without the word that it was not gated: the loop does this for its sources.
   */
  private leave(): void {
    this.enabled = false
    this.workLoop = null
  }

  /** Sleeps until the gate is enabled; false when it is given up. Gate held. */
  private *becomesEnabled(workLoop: IOWorkLoop): KernelThread<boolean> {
    while (!this.enabled) {
      const result = yield* workLoop.sleepGate(this.enableEvent, Infinity, true)
      if (result !== THREAD_AWAKENED || this.workLoop === null || this.removed) return false
    }
    return true
  }

  private attemptBlocking<Arguments extends readonly unknown[]>(
    action: IOCommandGateAction<Arguments> | null, args: Arguments,
  ): Blocking<IOReturn> {
    if (action === null) return kIOReturnBadArgument
    const { workLoop } = this
    if (workLoop === null) return kIOReturnNotReady
    if (!workLoop.tryCloseGate()) return kIOReturnCannotLock
    const isAllowed = this.enabled || workLoop.onThread()
    const answer = isAllowed ? action(...args) : kIOReturnNotPermitted
    workLoop.openGate()
    return answer
  }
}
