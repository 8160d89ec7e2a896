import { kIOReturnAborted, kIOReturnBadArgument, kIOReturnCannotLock, kIOReturnNotPermitted, kIOReturnNotReady, type IOReturn } from '../../abi/index.ts'
import { defineMetaClass, type OSMetaClass, type OSObject } from '../../libkern/index.ts'
import { IOLog, panic } from '../../mach/index.ts'
import { scheduler, THREAD_AWAKENED, wait, WaitQueue, type Blocking, type KernelThread } from '../../sim/index.ts'
import { IOEventSource } from './IOEventSource.ts'
import type { IOWorkLoop } from './IOWorkLoop.ts'

/** An action of a command gate: runs with the gate closed. */
export type IOCommandGateAction<Arguments extends readonly unknown[]> = (...args: Arguments) => Blocking<IOReturn>

/** A door into a work loop's gate for other threads. @xnu iokit/Kernel/IOCommandGate.cpp IOCommandGate — faithful */
export class IOCommandGate extends IOEventSource {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOCommandGate', IOCommandGate, IOEventSource)

  override readonly isActive: boolean = false
  private readonly enableQueue = new WaitQueue()
  private removed = false

  /** One reference to the caller; add it to a work loop before use. */
  static commandGate(owner: OSObject): IOCommandGate {
    return new IOCommandGate(owner)
  }

  override checkForWork(): boolean {
    return false
  }

  /** Closes the gate, runs `action` with `args`, opens it. Thread context; may sleep. */
  *runAction<Arguments extends readonly unknown[]>(
    action: IOCommandGateAction<Arguments> | null, ...args: Arguments
  ): KernelThread<IOReturn> {
    if (action === null) return kIOReturnBadArgument
    const { workLoop } = this
    if (workLoop === null) return kIOReturnNotReady
    yield* workLoop.closeGate()
    while (!this.enabled && !workLoop.onThread()) {
      const result = yield* workLoop.sleepGate(this.enableQueue, Infinity, true)
      if (result !== THREAD_AWAKENED || this.removed) {
        workLoop.openGate()
        return kIOReturnAborted
      }
    }
    const answer = yield* wait(action(...args))
    workLoop.openGate()
    return answer
  }

  /** Like `runAction`, but gives up instead of sleeping. The action must not block. */
  attemptAction<Arguments extends readonly unknown[]>(action: ((...args: Arguments) => IOReturn) | null, ...args: Arguments): IOReturn {
    if (action === null) return kIOReturnBadArgument
    const { workLoop } = this
    if (workLoop === null) return kIOReturnNotReady
    if (!workLoop.tryCloseGate()) return kIOReturnCannotLock
    const answer = this.enabled ? action(...args) : kIOReturnNotPermitted
    workLoop.openGate()
    return answer
  }

  /** Lets go of the gate and sleeps on `event` until woken or `deadlineNs`; then holds it again. */
  *commandSleep(event: unknown, deadlineNs = Infinity, interruptible = false): KernelThread<number> {
    if (this.workLoop === null || !this.workLoop.inGate()) panic('invalid commandSleep while not holding the gate')
    return yield* this.workLoop.sleepGate(event, deadlineNs, interruptible)
  }

  /** Wakes who sleeps on `event`. */
  commandWakeup(event: unknown, oneThread = false): void {
    this.workLoop?.wakeupGate(event, oneThread)
  }

  override enable(): void {
    this.enabled = true
    this.workLoop?.wakeupGate(this.enableQueue, false)
  }

  override disable(): void {
    if (this.workLoop !== null && scheduler().current !== null && !this.workLoop.inGate()) {
      IOLog('IOCommandGate::disable() called when not gated\n')
    }
    this.enabled = false
  }

  override setWorkLoop(workLoop: IOWorkLoop | null): void {
    if (workLoop === null) {
      this.removed = true
      this.workLoop?.wakeupGate(this.enableQueue, false)
      this.enabled = false
    }
    this.workLoop = workLoop
  }
}
