import { assert } from './assert.ts'
import { EventQueue, type TimedEvent } from './EventQueue.ts'
import { EVENT_FIRED, THREAD_RAN, type EventLog } from './EventLog.ts'
import { Trace } from './Trace.ts'
import { FrameStack } from './FrameStack.ts'

/** Why a blocked thread runs again; the numbers are osfmk's. */
export const THREAD_AWAKENED = 0
export const THREAD_TIMED_OUT = 1
export const THREAD_INTERRUPTED = 2
export const THREAD_RESTART = 3
/** Why a wait ended. */
export type WaitResult = 0 | 1 | 2 | 3

/**
 * The body of a simulated thread. `yield` suspends it: either it has called `assertWait` before and sleeps until
 * woken, or it has not and merely lets others run. What `yield` returns is the wait result.
 */
export type KernelThread<T = void> = Generator<void, T, WaitResult>

/** A result that a plain method or a generator method may give; `yield* wait(x)` takes either. */
export type Blocking<T> = T | KernelThread<T>

/** Runs a `Blocking` value to its end inside the calling thread. */
export function* wait<T>(value: Blocking<T>): KernelThread<T> {
  if (isKernelThread(value)) return yield* value
  return value
}

/** The value of a call that has nothing to sleep for. */
export function atOnce<T>(value: Blocking<T>): T {
  assert(!isKernelThread(value), 'a call that has nothing to sleep for answers at once')
  return value
}

/** Whether a hook answered with a thread body rather than with its value. */
export function isKernelThread<T>(value: Blocking<T>): value is KernelThread<T> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value && 'throw' in value && 'next' in value
}

/** Where threads sleep: first in, first out. */
export class WaitQueue {
  head: Thread | null = null
  tail: Thread | null = null
}

/** Where a thread is between two dispatches. */
export type ThreadState = 'ready' | 'running' | 'waiting' | 'dead'

/** One simulated thread. Its virtual CPU time is charged per dispatch and through `Scheduler.charge`. */
export class Thread implements TimedEvent {
  queueSlot = -1
  state: ThreadState = 'ready'
  waitResult: WaitResult = THREAD_AWAKENED
  waitQueue: WaitQueue | null = null
  nextWaiter: Thread | null = null
  previousWaiter: Thread | null = null
  /** Virtual CPU time used so far, in nanoseconds. */
  cpuNs = 0
  /** Whether `interrupt` may end its present wait (as THREAD_ABORTSAFE in XNU). */
  interruptible = false
  /** The simulated call stack, innermost last: what a panic prints. */
  readonly frames = new FrameStack()
  /** The gate of a work loop that it closed last and holds; I/O Kit owns its type. */
  innermostGate: object | null = null
  /** The task this thread belongs to; osfmk owns its type. */
  task: object | null = null
  /** Called once when the body has ended. */
  onExit: (() => void) | null = null

  constructor(
    readonly scheduler: Scheduler,
    readonly id: number,
    public name: string,
    readonly body: KernelThread<unknown>,
  ) {}

  /** The wait's time-out: the queue calls it in interrupt context. */
  fire(): void {
    this.scheduler.endWait(this, THREAD_TIMED_OUT)
  }
}

/** Virtual cost of one thread dispatch (switch and a typical burst) and of one event, in nanoseconds. */
export const DISPATCH_COST_NS = 1_000
export const EVENT_COST_NS = 200
/** The same for the two hot paths: an exported binding is read anew each time, a private one is folded. */
const dispatchCostNs = DISPATCH_COST_NS
const eventCostNs = EVENT_COST_NS

/**
 * Virtual clock, event queue and run queue of one simulated machine with one virtual CPU.
 * Order is (virtual time, sequence); due events run before threads; ready threads run first in, first out.
 */
export class Scheduler {
  readonly events = new EventQueue()
  readonly trace = new Trace()
  /** Where every step is noted; null when nobody wants to know. */
  log: EventLog | null = null
  /** Virtual time since power-on, in nanoseconds. */
  nowNs = 0
  /** Dispatches so far: events fired plus threads resumed. The journal's second coordinate. */
  steps = 0
  eventsFired = 0
  /** Virtual CPU time of the interrupt level so far, in nanoseconds. */
  interruptNs = 0
  /** Told of each thread that has ended, with its last account. */
  threadEnded: ((thread: Thread) => void) | null = null
  current: Thread | null = null
  /** True while an event fires: nothing may block. */
  inInterrupt = false
  /** The simulated call stack of the interrupt level. */
  readonly interruptFrames = new FrameStack()
  readonly threads = new Map<number, Thread>()
  private ring: (Thread | null)[] = Array.from<Thread | null>({ length: 64 }).fill(null)
  private ringHead = 0
  private ringCount = 0
  private nextThreadId = 1
  private extraNs = 0

  /** Makes a thread and puts it at the end of the run queue. */
  spawn(name: string, body: KernelThread<unknown>, task: object | null = null): Thread {
    const thread = new Thread(this, this.nextThreadId++, name, body)
    thread.task = task
    this.threads.set(thread.id, thread)
    this.makeReady(thread)
    return thread
  }

  /** Announces that the running thread will sleep on `queue` at its next `yield`. */
  assertWait(queue: WaitQueue, deadlineNs = Infinity, interruptible = false): void {
    const thread = this.current
    assert(thread !== null && !this.inInterrupt, 'assertWait outside a thread')
    assert(thread.waitQueue === null, 'assertWait while already waiting')
    thread.waitQueue = queue
    thread.interruptible = interruptible
    thread.nextWaiter = null
    thread.previousWaiter = queue.tail
    if (queue.tail === null) queue.head = thread
    else queue.tail.nextWaiter = thread
    queue.tail = thread
    if (deadlineNs !== Infinity) this.events.schedule(thread, Math.max(deadlineNs, this.nowNs))
  }

  /** Withdraws `assertWait` before the `yield`. */
  clearWait(): void {
    const thread = this.current
    if (thread !== null && thread.waitQueue !== null) this.leaveQueue(thread)
  }

  /** Wakes the first sleeper of `queue`; false when there is none. */
  wakeOne(queue: WaitQueue, result: WaitResult = THREAD_AWAKENED): boolean {
    const thread = queue.head
    if (thread === null) return false
    this.endWait(thread, result)
    return true
  }

  /** Wakes all sleepers of `queue` in their order. */
  wakeAll(queue: WaitQueue, result: WaitResult = THREAD_AWAKENED): void {
    while (queue.head !== null) this.endWait(queue.head, result)
  }

  /** Ends one thread's wait, if it is interruptible, with THREAD_INTERRUPTED. */
  interrupt(thread: Thread): void {
    if (thread.waitQueue !== null && thread.interruptible) this.endWait(thread, THREAD_INTERRUPTED)
  }

  /** Ends a wait with `result`; nothing happens when the thread is not waiting. */
  endWait(thread: Thread, result: WaitResult): void {
    if (thread.waitQueue === null) return
    this.leaveQueue(thread)
    thread.waitResult = result
    if (thread.state === 'waiting') this.makeReady(thread)
  }

  /** Adds virtual CPU time to whatever runs now; the clock moves when it has finished. */
  charge(ns: number): void {
    this.extraNs += ns
  }

  /** Whether a thread could run now. */
  get hasReadyThread(): boolean {
    return this.ringCount > 0
  }

  /** Time of the next thing to do, or Infinity when the machine is idle for ever. */
  nextTimeNs(): number {
    return this.ringCount > 0 ? this.nowNs : this.events.nextTimeNs()
  }

  /**
   * Does one thing: fires the earliest due event, else resumes the next ready thread, else jumps to the next event
   * if it lies at or before `untilNs`. False when there is nothing to do up to then.
   */
  step(untilNs: number): boolean {
    const eventNs = this.events.nextTimeNs()
    if (eventNs <= this.nowNs) {
      this.fireEvent()
      return true
    }
    if (this.ringCount > 0) {
      if (this.nowNs > untilNs) return false
      this.resume()
      return true
    }
    if (eventNs > untilNs || eventNs === Infinity) return false
    this.nowNs = eventNs
    this.fireEvent()
    return true
  }

  /** Runs until virtual time `untilNs` is reached, nothing is left before it, or `maxSteps` things were done. */
  run(untilNs: number, maxSteps: number): 'time' | 'steps' {
    const { events } = this
    for (let done = 0; done < maxSteps; done++) {
      const eventNs = events.nextTimeNs()
      if (eventNs > this.nowNs) {
        if (this.ringCount > 0 && this.nowNs <= untilNs) {
          this.resume()
          continue
        }
        if (this.ringCount > 0 || eventNs > untilNs || eventNs === Infinity) {
          if (this.nowNs < untilNs && untilNs !== Infinity) this.nowNs = untilNs
          return 'time'
        }
        this.nowNs = eventNs
      }
      this.fireEvent()
    }
    return 'steps'
  }

  private fireEvent(): void {
    this.steps++
    this.eventsFired++
    this.inInterrupt = true
    this.extraNs = eventCostNs
    const { log } = this
    const fired = log === null ? null : this.events.peek()
    this.events.fireNext()
    this.inInterrupt = false
    this.trace.mix(this.nowNs >>> 0)
    if (log !== null) log.note(EVENT_FIRED, fired!, this.extraNs, this)
    this.interruptNs += this.extraNs
    this.nowNs += this.extraNs
  }

  private resume(): void {
    const ring = this.ring
    const thread = ring[this.ringHead]!
    ring[this.ringHead] = null
    this.ringHead = (this.ringHead + 1) & (ring.length - 1)
    this.ringCount--
    this.steps++
    this.current = thread
    this.extraNs = dispatchCostNs
    thread.state = 'running'
    const result = thread.body.next(thread.waitResult)
    this.current = null
    this.trace.mix((this.nowNs >>> 0) ^ Math.imul(thread.id, 0x9e3779b1))
    if (this.log !== null) this.log.note(THREAD_RAN, thread, this.extraNs, this)
    thread.cpuNs += this.extraNs
    this.nowNs += this.extraNs
    if (result.done === true) this.finish(thread)
    else if (thread.waitQueue === null) this.makeReady(thread)
    else thread.state = 'waiting'
  }

  private finish(thread: Thread): void {
    assert(thread.waitQueue === null, 'a thread ended while waiting')
    thread.state = 'dead'
    this.threads.delete(thread.id)
    this.threadEnded?.(thread)
    thread.onExit?.()
  }

  private leaveQueue(thread: Thread): void {
    const queue = thread.waitQueue!
    if (thread.previousWaiter === null) queue.head = thread.nextWaiter
    else thread.previousWaiter.nextWaiter = thread.nextWaiter
    if (thread.nextWaiter === null) queue.tail = thread.previousWaiter
    else thread.nextWaiter.previousWaiter = thread.previousWaiter
    thread.waitQueue = null
    thread.nextWaiter = null
    thread.previousWaiter = null
    if (thread.queueSlot !== -1) this.events.cancel(thread)
  }

  private makeReady(thread: Thread): void {
    if (this.ringCount === this.ring.length) this.growRing()
    thread.state = 'ready'
    this.ring[(this.ringHead + this.ringCount) & (this.ring.length - 1)] = thread
    this.ringCount++
  }

  private growRing(): void {
    const old = this.ring
    const ring = Array.from<Thread | null>({ length: old.length * 2 }).fill(null)
    for (let i = 0; i < this.ringCount; i++) ring[i] = old[(this.ringHead + i) & (old.length - 1)]!
    this.ring = ring
    this.ringHead = 0
  }
}
