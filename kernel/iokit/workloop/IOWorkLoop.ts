import { kIOReturnBadArgument, kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import { defineMetaClass, OSObject, type OSMetaClass } from '../../libkern/index.ts'
import { IOLog, kernelPointer, panic, popFrame, pushFrame } from '../../mach/index.ts'
import {
  scheduler, wait, WaitQueue, type Blocking, type KernelThread, type Scheduler, type Thread,
} from '../../sim/index.ts'
import {
  doneWaitingForGate, forgetGate, noteNestedGate, noteWaitingForGate, type AnalysedGate,
} from '../analysis/index.ts'
import { blockedAtInterruptLevel } from './contexts.ts'
import { kernelFrame } from './driverFrame.ts'
import { queueFor, queuesOf, type EventQueues } from './gateEvents.ts'
import { IOCommandGate } from './IOCommandGate.ts'
import type { IOEventSource } from './IOEventSource.ts'
import { IOInterruptEventSource } from './IOInterruptEventSource.ts'

const THREAD_MAIN = kernelFrame('IOWorkLoop::threadMain()')
const RUN_EVENT_SOURCES = kernelFrame('IOWorkLoop::runEventSources()')

/** The thread keeps its stack while it sleeps; here every thread does. */
export const kPreciousStack = 0x00000001
/** A gate that is held too long is a panic, not a message. */
export const kTimeLockPanics = 0x00000002

/**
 * One thread and one recursive gate that serialise all work of a driver.
 * @xnu iokit/Kernel/IOWorkLoop.cpp IOWorkLoop — faithful
 */
export class IOWorkLoop extends OSObject implements AnalysedGate {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOWorkLoop', IOWorkLoop, OSObject)

  private readonly eventChain: IOEventSource[] = []
  private readonly passiveEventChain: IOEventSource[] = []
  private readonly clock: Scheduler = scheduler()
  private controlG: IOCommandGate | null = null
  /** @internal Who holds the gate; for the analysis of gates. */
  gateOwner: Thread | null = null
  /** @internal The gate that its holder had closed before. */
  outerGate: IOWorkLoop | null = null
  private gateDepth = 0
  private readonly gateQueue = new WaitQueue()
  private readonly sleepQueue = new WaitQueue()
  private readonly ownEvents: EventQueues = new Map()
  private thread: Thread | null = null
  private isNamed = false
  private workToDo = false
  private restart = false
  private terminating = false
  private options = 0
  private lockIntervalNs = 0
  private lockTimeNs = 0

  /**
   * A work loop and its thread; one reference to the caller. Thread context. @xnu IOWorkLoop.cpp workLoop —
   * faithful
   */
  static workLoop(): IOWorkLoop {
    return IOWorkLoop.workLoopWithOptions(0)
  }

  /**
   * The same with `kPreciousStack`. One reference to the caller.
   * @xnu IOWorkLoop.cpp workLoopWithOptions — faithful: stacks cost nothing here, so all are kept
   */
  static workLoopWithOptions(options: number): IOWorkLoop {
    const workLoop = new IOWorkLoop()
    workLoop.options = options
    const gate = IOCommandGate.commandGate(workLoop)
    workLoop.controlG = gate
    gate.setWorkLoop(workLoop)
    workLoop.thread = workLoop.clock.spawn('IOWorkLoop', workLoop.threadMain())
    return workLoop
  }

  /** The loop's thread; null once it is ending. @xnu IOWorkLoop.cpp getThread — faithful */
  getThread(): Thread | null {
    return this.thread
  }

  /** Whether the running thread is the loop's own. @xnu IOWorkLoop.cpp onThread — faithful */
  onThread(): boolean {
    const { current } = this.clock
    return current !== null && current === this.thread
  }

  /** @internal How messages call its gate. @xnu ours: the original's messages give the lock's address */
  gateName(): string {
    return `gate of ${this.thread?.name ?? 'IOWorkLoop'}`
  }

  /** Whether the running thread holds the gate. @xnu IOWorkLoop.cpp inGate — faithful */
  inGate(): boolean {
    return this.gateOwner !== null && this.gateOwner === this.clock.current
  }

  /**
   * Takes the gate; sleeps while another thread has it. Thread context. @xnu IOWorkLoop.cpp closeGate —
   * faithful
   */
  closeGate(): KernelThread {
    if (this.clock.inInterrupt) this.closedAtInterruptLevel()
    return this.closing()
  }

  /** Takes the gate if nobody else has it. Thread context. @xnu IOWorkLoop.cpp tryCloseGate — faithful */
  tryCloseGate(): boolean {
    const { current, inInterrupt } = this.clock
    if (inInterrupt || current === null) this.closedAtInterruptLevel()
    if (this.gateOwner === null) {
      this.outerGate = current.innermostGate as IOWorkLoop | null
      current.innermostGate = this
      this.gateOwner = current
    } else if (this.gateOwner !== current) return false
    this.gateDepth++
    if (this.lockIntervalNs !== 0) this.lockTimeNs = this.clock.nowNs
    return true
  }

  /** Gives the gate back. @xnu IOWorkLoop.cpp openGate — faithful */
  openGate(): void {
    if (this.lockIntervalNs !== 0) this.lockTime()
    if (!this.inGate()) this.notOwned()
    if (--this.gateDepth > 0) return
    const owner = this.gateOwner!
    if (owner.innermostGate === this) owner.innermostGate = this.outerGate
    else this.openedOutOfOrder(owner)
    this.outerGate = null
    this.gateOwner = null
    if (this.gateQueue.head !== null) this.clock.wakeOne(this.gateQueue)
  }

  /** Runs `action` inside the gate. Thread context; may sleep. @xnu IOWorkLoop.cpp runAction — faithful */
  runAction<T>(action: () => Blocking<T>): KernelThread<T> {
    if (this.clock.inInterrupt) this.closedAtInterruptLevel()
    return this.runInside(action)
  }

  private *runInside<T>(action: () => Blocking<T>): KernelThread<T> {
    yield* this.closing()
    const result = yield* wait(action())
    this.openGate()
    return result
  }

  /** The same; actions are blocks here. @xnu IOWorkLoop.cpp runActionBlock — faithful */
  runActionBlock<T>(action: () => Blocking<T>): KernelThread<T> {
    return this.runAction(action)
  }

  /**
   * Releases the gate however deep, sleeps on `event`, and takes it again. Gate held. Answers
   * THREAD_AWAKENED, THREAD_TIMED_OUT or THREAD_INTERRUPTED. @xnu IOWorkLoop.cpp sleepGate — faithful
   */
  *sleepGate(event: unknown, deadlineNs: number, interruptible: boolean): KernelThread<number> {
    if (!this.inGate()) this.notOwned()
    const depth = this.gateDepth
    const queues = queuesOf(event, this.ownEvents)
    const queue = queueFor(queues, event)
    this.clock.assertWait(queue, deadlineNs, interruptible)
    this.gateDepth = 1
    this.openGate()
    const result = yield
    if (queue.head === null && queues.get(event) === queue) queues.delete(event)
    yield* this.closeGate()
    this.gateDepth = depth
    return result
  }

  /** Wakes who sleeps on `event`. Any context. @xnu IOWorkLoop.cpp wakeupGate — faithful */
  wakeupGate(event: unknown, oneThread: boolean): void {
    const queue = queuesOf(event, this.ownEvents).get(event)
    if (queue === undefined) return
    if (oneThread) this.clock.wakeOne(queue)
    else this.clock.wakeAll(queue)
  }

  /**
   * Says how long the gate may be held; longer is a line in the message buffer, or a panic with
   * `kTimeLockPanics`. 0: as long as one likes. @xnu IOWorkLoop.cpp setMaximumLockTime — faithful
   */
  setMaximumLockTime(intervalNs: number, options: number): void {
    this.lockIntervalNs = intervalNs
    this.options = (this.options & ~kTimeLockPanics) | (options & kTimeLockPanics)
  }

  /**
   * Adds a source to the end of its chain and retains it; one that has a loop already is left alone, as a
   * success. The first owner that is not a command pool names the thread. Thread context. @xnu
   * IOWorkLoop.cpp addEventSource — simplified: does not wait while another thread is inside
   */
  addEventSource(source: IOEventSource): IOReturn {
    if (this.thread !== null && !this.isNamed && !isCommandPool(source.owner)) {
      this.thread.name = source.owner.getMetaClass().className
      this.isNamed = true
    }
    if (source.getWorkLoop() !== null) return kIOReturnSuccess
    this.restart = true
    source.retain()
    source.setWorkLoop(this)
    this.chainOf(source).push(source)
    return kIOReturnSuccess
  }

  /**
   * Takes a source away, disabled, and releases it. Success without effect if it has no loop;
   * kIOReturnBadArgument if it is in another one. Thread context.
   * @xnu IOWorkLoop.cpp removeEventSource — simplified: does not wait while another thread is inside
   */
  removeEventSource(source: IOEventSource): IOReturn {
    if (source.getWorkLoop() === null) return kIOReturnSuccess
    const chain = this.chainOf(source)
    const place = chain.indexOf(source)
    if (place === -1) return kIOReturnBadArgument
    chain.splice(place, 1)
    source.setWorkLoop(null)
    source.release()
    this.restart = true
    return kIOReturnSuccess
  }

  /** @xnu IOWorkLoop.cpp enableAllEventSources — faithful */
  enableAllEventSources(): void {
    for (const source of [...this.eventChain, ...this.passiveEventChain]) source.enable()
  }

  /** All but the loop's own control gate. @xnu IOWorkLoop.cpp disableAllEventSources — faithful */
  disableAllEventSources(): void {
    for (const source of [...this.eventChain, ...this.passiveEventChain]) source.disable()
  }

  /** @xnu IOWorkLoop.cpp enableAllInterrupts — faithful */
  enableAllInterrupts(): void {
    for (const source of [...this.eventChain]) if (source instanceof IOInterruptEventSource) source.enable()
  }

  /** @xnu IOWorkLoop.cpp disableAllInterrupts — faithful */
  disableAllInterrupts(): void {
    for (const source of [...this.eventChain]) if (source instanceof IOInterruptEventSource) source.disable()
  }

  /** Says that a source may have work. Any context. @xnu IOWorkLoop.cpp signalWorkAvailable — faithful */
  signalWorkAvailable(): void {
    this.workToDo = true
    if (this.sleepQueue.head !== null) this.clock.wakeOne(this.sleepQueue)
  }

  /**
   * Disables every source and has the thread end; the thread then lets go of the sources and of the loop
   * itself. @xnu IOWorkLoop.cpp free — simplified: does not wait while another thread is inside
   */
  override free(): void {
    const { current, inInterrupt } = this.clock
    const isInside = current !== null && !inInterrupt && this.tryCloseGate()
    this.disableAllEventSources()
    if (isInside) this.openGate()
    this.terminating = true
    this.restart = true
    this.clock.wakeOne(this.sleepQueue)
  }

  /** Second half of `free`, on the loop's own thread. */
  private freeSources(): void {
    this.thread = null
    for (const chain of [this.eventChain, this.passiveEventChain]) {
      for (const source of chain.splice(0)) {
        source.setWorkLoop(null)
        source.release()
      }
    }
    this.controlG?.release()
    this.controlG = null
    forgetGate(this)
    super.free()
  }

  private chainOf(source: IOEventSource): IOEventSource[] {
    return source.performsWork() ? this.eventChain : this.passiveEventChain
  }

  private *threadMain(): KernelThread {
    pushFrame(THREAD_MAIN)
    while (!this.terminating) {
      if (this.workToDo) {
        if (!this.tryCloseGate()) yield* this.closeGate()
        const depth = pushFrame(RUN_EVENT_SOURCES)
        for (let more = true; more && !this.terminating;) {
          this.restart = false
          this.workToDo = false
          const answer = this.scan(0, false)
          more = typeof answer === 'boolean' ? answer : yield* answer
        }
        popFrame(depth)
        this.openGate()
      }
      if (this.workToDo || this.terminating) continue
      this.clock.assertWait(this.sleepQueue)
      yield
    }
    yield* this.closeGate()
    this.openGate()
    this.freeSources()
  }

  /**
   * Asks the sources from `start` on; whether more waits. A source that came or went starts the scan again.
   * @xnu IOWorkLoop.cpp runEventSources — faithful
   */
  private scan(start: number, hasMore: boolean): Blocking<boolean> {
    let more = hasMore
    for (let i = start; i < this.eventChain.length && !this.restart; i++) {
      const answer = this.eventChain[i]!.checkForWork()
      if (typeof answer !== 'boolean') return this.scanBlocking(answer, i + 1, more)
      if (answer) more = true
    }
    return more || this.restart
  }

  /** Waits for the source that blocks, then asks the rest. */
  private *scanBlocking(
    source: KernelThread<boolean>, next: number, hasMore: boolean,
  ): KernelThread<boolean> {
    const more = yield* source
    const rest = this.scan(next, hasMore || more)
    return typeof rest === 'boolean' ? rest : yield* rest
  }

  /** @xnu IOWorkLoop.cpp lockTime — faithful */
  private lockTime(): void {
    const heldNs = this.clock.nowNs - this.lockTimeNs
    if (heldNs <= this.lockIntervalNs) return
    const text = `IOWorkLoop ${kernelPointer(this)} lock time ${Math.floor(heldNs / 1000)} us`
    if ((this.options & kTimeLockPanics) !== 0) panic(text)
    IOLog(`${text}\n`)
  }

  private *closing(): KernelThread {
    const thread = this.clock.current!
    const isNested = thread.innermostGate !== null && this.gateOwner !== thread
    if (isNested) noteNestedGate(thread, this)
    while (!this.tryCloseGate()) {
      if (isNested) noteWaitingForGate(thread, this)
      this.clock.assertWait(this.gateQueue)
      yield
      if (isNested) doneWaitingForGate(thread)
    }
  }

  /** The gate was opened before one that was closed after it: takes it out of its holder's list. */
  private openedOutOfOrder(owner: Thread): void {
    let gate = owner.innermostGate as IOWorkLoop | null
    while (gate !== null && gate.outerGate !== this) gate = gate.outerGate
    if (gate !== null) gate.outerGate = this.outerGate
  }

  private closedAtInterruptLevel(): never {
    if (this.gateOwner === null) panic(`Attempt to take mutex ${kernelPointer(this)} in IRQ context`)
    blockedAtInterruptLevel()
  }

  private notOwned(): never {
    const { current } = this.clock
    panic(`Mutex ${kernelPointer(this)} is unexpectedly not owned by thread ${kernelPointer(current)}`)
  }
}

/**
 * Whether the owner is one of those that do not name a thread; by class name, they would import each other.
 */
function isCommandPool(owner: OSObject): boolean {
  return owner.metaCast('IOCommandPool') !== null
}
