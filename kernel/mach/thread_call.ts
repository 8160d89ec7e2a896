import {
  assert, isKernelThread, kernelState, scheduler, WaitQueue,
  type Blocking, type KernelThread, type Thread, type TimedEvent, type WaitResult,
} from '../sim/index.ts'
import { panic } from './debug.ts'

/** Which group of threads runs a call: the most urgent first. */
export const THREAD_CALL_PRIORITY_HIGH = 0
export const THREAD_CALL_PRIORITY_KERNEL = 1
export const THREAD_CALL_PRIORITY_USER = 2
export const THREAD_CALL_PRIORITY_LOW = 3
export const THREAD_CALL_PRIORITY_KERNEL_HIGH = 4

/** Never runs twice at once: asked for while it runs, it runs again afterwards. */
export const THREAD_CALL_OPTIONS_ONCE = 1
/** Runs at interrupt level when its time comes, without a thread. */
export const THREAD_CALL_OPTIONS_SIGNAL = 2

const MAX_THREADS = 500

/** What a call runs, on a thread of its group; `context` is what it was entered with. */
export type ThreadCallFunction = (context: number) => Blocking<void>

/** A function that runs apart, at once or at a time. Made by `thread_call_allocate_with_options`. */
export class ThreadCall implements TimedEvent {
  queueSlot = -1
  context = 0
  isPending = false
  isRunning = false
  runsAgain = false

  constructor(readonly func: ThreadCallFunction, readonly group: CallGroup, readonly options: number) {}

  /** Its time has come. Interrupt context. */
  fire(): void {
    if ((this.options & THREAD_CALL_OPTIONS_SIGNAL) !== 0) void this.func(this.context)
    else this.group.enqueue(this)
  }
}

/** The threads of one priority and the calls that wait for them. */
class CallGroup {
  private readonly pending: ThreadCall[] = []
  private readonly idleQueue = new WaitQueue()
  private readonly workers: Thread[] = []
  private idleCount = 0
  private readonly busy = new Set<Thread>()

  constructor(private readonly name: string, private readonly isParallel: boolean) {}

  enqueue(call: ThreadCall): void {
    if (call.isRunning && (call.options & THREAD_CALL_OPTIONS_ONCE) !== 0) {
      call.runsAgain = true
      return
    }
    call.isPending = true
    this.pending.push(call)
    this.wake()
  }

  /** Takes a call back before a thread has it. */
  remove(call: ThreadCall): boolean {
    const wasWaiting = call.isPending || call.runsAgain
    if (call.isPending) this.pending.splice(this.pending.indexOf(call), 1)
    call.isPending = false
    call.runsAgain = false
    return wasWaiting
  }

  /** Gives waiting calls a thread: an idle one, or a new one when all others sleep in their calls. */
  private wake(): void {
    if (this.pending.length === 0 || (!this.isParallel && this.isAnyActive())) return
    if (this.idleCount > 0) {
      this.idleCount--
      this.busy.add(this.idleQueue.head!)
      scheduler().wakeOne(this.idleQueue)
    } else if (!this.isAnyActive()) this.addThread()
  }

  private isAnyActive(): boolean {
    for (const worker of this.busy) if (worker.waitQueue === null) return true
    return false
  }

  private addThread(): void {
    if (this.workers.length >= MAX_THREADS) {
      panic(`thread_call group '${this.name}' reached max thread cap (${MAX_THREADS}): active: 0, `
        + `blocked: ${this.busy.size}, idle: ${this.idleCount}`)
    }
    const thread = scheduler().spawn(`thread call ${this.name} #${this.workers.length}`, this.main())
    this.workers.push(thread)
    this.busy.add(thread)
  }

  private *main(): KernelThread {
    const self = scheduler().current
    assert(self !== null, 'a thread call thread runs')
    for (;;) {
      const call = this.pending.shift()
      if (call === undefined) {
        this.busy.delete(self)
        this.idleCount++
        scheduler().assertWait(this.idleQueue)
        yield
        continue
      }
      call.isPending = false
      call.isRunning = true
      const body = call.func(call.context)
      if (isKernelThread(body)) yield* this.runBlocking(body, self)
      call.isRunning = false
      if (call.runsAgain) {
        call.runsAgain = false
        this.enqueue(call)
      }
    }
  }

  /** Runs a body that may sleep; while it does, other calls get another thread. */
  private *runBlocking(body: KernelThread, self: Thread): KernelThread {
    let result: WaitResult = 0
    for (;;) {
      if (body.next(result).done === true) return
      if (self.waitQueue !== null) this.wake()
      result = yield
    }
  }
}

const groups = kernelState(() => [
  new CallGroup('high', false), new CallGroup('kernel', true), new CallGroup('user', true),
  new CallGroup('low', true), new CallGroup('kernel-high', false),
])

/**
 * A call that runs `func` on a thread of `priority`, each time it is entered. Any context. @xnu
 * osfmk/kern/thread_call.c thread_call_allocate_with_options — simplified: groups differ by their threads
 * alone, all threads are served in turn
 */
export function thread_call_allocate_with_options(
  func: ThreadCallFunction, priority: number, options: number,
): ThreadCall {
  return new ThreadCall(func, groups()[priority]!, options)
}

/**
 * Lets the call run at `deadlineNs` with `context`; one that was waiting is moved. True when it was waiting.
 * Any context. @xnu osfmk/kern/thread_call.c thread_call_enter1_delayed — faithful
 */
export function thread_call_enter_delayed(call: ThreadCall, context: number, deadlineNs: number): boolean {
  const wasWaiting = thread_call_cancel(call)
  call.context = context
  const { events, nowNs } = scheduler()
  events.schedule(call, Math.max(deadlineNs, nowNs))
  return wasWaiting
}

/**
 * Lets the call run as soon as a thread has time. True when it was waiting already. Any context.
 * @xnu osfmk/kern/thread_call.c thread_call_enter1 — faithful
 */
export function thread_call_enter1(call: ThreadCall, context: number): boolean {
  const wasWaiting = thread_call_cancel(call)
  call.context = context
  call.group.enqueue(call)
  return wasWaiting
}

/**
 * Takes a call back that has not begun. True when there was one. Any context.
 * @xnu osfmk/kern/thread_call.c thread_call_cancel — faithful
 */
export function thread_call_cancel(call: ThreadCall): boolean {
  const wasTimed = call.queueSlot !== -1
  if (wasTimed) scheduler().events.cancel(call)
  return call.group.remove(call) || wasTimed
}
