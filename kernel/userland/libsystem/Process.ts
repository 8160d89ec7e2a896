import {
  assert, scheduler, THREAD_AWAKENED, THREAD_INTERRUPTED, WaitQueue,
  type KernelThread, type Thread, type WaitResult,
} from '../../sim/index.ts'
import type { Task } from './machTask.ts'
import { EBADF } from './errno.ts'
import type { OpenFile } from './OpenFile.ts'
import { ProcessExit, type WaitStatus } from './ProcessExit.ts'
import { defaultAction, SIGCONT, SIGKILL, SIGSTOP } from './signals.ts'
import { InputStream, OutputStream } from './streams.ts'
import type { Tty } from './tty/Tty.ts'

/** What a process does with a signal: `default`, nothing, or its own handler (which may throw to unwind). */
export type SignalDisposition = 'default' | 'ignore' | ((signal: number) => void)

/** Virtual cost of one system call, in nanoseconds. */
const SYSTEM_CALL_COST_NS = 400
/** A process that only makes system calls that never sleep lets others run after this many. */
const CALLS_PER_QUANTUM = 16

export interface ProcessOptions {
  readonly pid: number
  readonly parent: Process | null
  readonly pgid: number
  readonly sid: number
  readonly argv: readonly string[]
  readonly env: Map<string, string>
  readonly cwd: string
  readonly uid: number
  readonly gid: number
  readonly umask: number
  readonly tty: Tty | null
  readonly task: Task
}

/**
 * One userland process: arguments, environment, descriptors, credentials, signals, one thread, one Mach task.
 * Its methods are the system calls; those that may sleep are generators and must be called from its own thread.
 */
export class Process {
  readonly pid: number
  parent: Process | null
  pgid: number
  sid: number
  argv: readonly string[]
  env: Map<string, string>
  cwd: string
  uid: number
  gid: number
  umask: number
  /** Controlling terminal. */
  tty: Tty | null
  readonly task: Task
  readonly files = new Map<number, OpenFile>()
  readonly children = new Set<Process>()
  /** Where the process sleeps in waitpid. */
  readonly childChanged = new WaitQueue()
  readonly startTimeNs = scheduler().nowNs
  state: 'running' | 'stopped' | 'zombie' = 'running'
  /** The latest change of state; `reported` once waitpid has told it. */
  change: WaitStatus | null = null
  changeReported = false
  /** Virtual CPU time of children that were waited for. */
  childrenCpuNs = 0
  readonly stdin = new InputStream(this, 0)
  readonly stdout = new OutputStream(this, 1)
  readonly stderr = new OutputStream(this, 2)
  thread: Thread | null = null
  private readonly pendingSignals: number[] = []
  private readonly dispositions = new Map<number, SignalDisposition>()
  private readonly resumed = new WaitQueue()
  private callsThisQuantum = 0

  constructor(options: ProcessOptions) {
    this.pid = options.pid
    this.parent = options.parent
    this.pgid = options.pgid
    this.sid = options.sid
    this.argv = options.argv
    this.env = options.env
    this.cwd = options.cwd
    this.uid = options.uid
    this.gid = options.gid
    this.umask = options.umask
    this.tty = options.tty
    this.task = options.task
  }

  /** Name under which the process was started. */
  get name(): string {
    return this.argv[0] ?? ''
  }

  /** Ends the process: buffered output is written, then `status` goes to the parent. */
  exit(status: number): never {
    throw new ProcessExit(status, 0)
  }

  /** Whether the descriptor is a terminal. */
  isTty(fd: number): boolean {
    return this.files.get(fd)?.tty != null
  }

  /** Width of the terminal on stdout; 0 when stdout is no terminal. */
  get columns(): number {
    return this.files.get(1)?.tty?.columns ?? 0
  }

  /** At most `maxBytes` bytes; empty at the end of the data; a number is an error number. */
  *read(fd: number, maxBytes: number): KernelThread<Uint8Array | number> {
    yield* this.systemCall()
    const file = this.files.get(fd)
    if (file === undefined) return EBADF
    return yield* file.read(this, maxBytes)
  }

  /** Writes all bytes; answers 0 or an error number. */
  *write(fd: number, bytes: Uint8Array): KernelThread<number> {
    yield* this.systemCall()
    const file = this.files.get(fd)
    if (file === undefined) return EBADF
    return yield* file.write(this, bytes)
  }

  /** Puts `file` at the lowest free descriptor at or above `minimum`. */
  addFile(file: OpenFile, minimum = 3): number {
    let fd = minimum
    while (this.files.has(fd)) fd++
    this.files.set(fd, file.retain())
    return fd
  }

  /** Makes `fd` refer to `file`, closing what it was. */
  setFile(fd: number, file: OpenFile): void {
    file.retain()
    this.files.get(fd)?.release()
    this.files.set(fd, file)
  }

  /** Closes a descriptor; 0 or EBADF. */
  close(fd: number): number {
    const file = this.files.get(fd)
    if (file === undefined) return EBADF
    this.files.delete(fd)
    file.release()
    return 0
  }

  /** Lets other threads run, then takes signals. Loops that do not otherwise make system calls call this. */
  *checkpoint(): KernelThread {
    this.callsThisQuantum = 0
    yield
    if (this.pendingSignals.length > 0) yield* this.takeSignals()
  }

  /** Sleeps on `queue`; false when a signal ended the sleep (its handler has run by then). */
  *sleepOn(queue: WaitQueue, deadlineNs = Infinity): KernelThread<boolean> {
    return (yield* this.waitOn(queue, deadlineNs)) !== THREAD_INTERRUPTED
  }

  /** As `sleepOn`, with the reason for which the sleep ended. */
  *waitOn(queue: WaitQueue, deadlineNs = Infinity): KernelThread<WaitResult> {
    if (this.pendingSignals.length > 0) {
      yield* this.takeSignals()
      return THREAD_INTERRUPTED
    }
    this.callsThisQuantum = 0
    scheduler().assertWait(queue, deadlineNs, true)
    const result = yield
    if (this.pendingSignals.length > 0) yield* this.takeSignals()
    return result
  }

  /** Sleeps until the virtual time `deadlineNs`; false when a signal came first. */
  *sleepUntil(deadlineNs: number): KernelThread<boolean> {
    const queue = new WaitQueue()
    while (scheduler().nowNs < deadlineNs) if (!(yield* this.sleepOn(queue, deadlineNs))) return false
    return true
  }

  /** Sets what happens when `signal` comes. KILL and STOP cannot be changed. */
  setSignal(signal: number, disposition: SignalDisposition): void {
    assert(signal !== SIGKILL && signal !== SIGSTOP, 'setSignal: KILL and STOP have no disposition')
    this.dispositions.set(signal, disposition)
  }

  /** What the process does when `signal` comes. */
  signalDisposition(signal: number): SignalDisposition {
    return this.dispositions.get(signal) ?? 'default'
  }

  /** Sends itself a signal and takes it. */
  *raise(signal: number): KernelThread {
    this.post(signal)
    yield* this.takeSignals()
  }

  /** Queues a signal for the process and ends its interruptible sleep. Any context. */
  post(signal: number): void {
    if (this.state === 'zombie') return
    if (signal === SIGCONT || signal === SIGKILL) this.resume()
    const disposition = this.signalDisposition(signal)
    if (disposition === 'ignore') return
    if (disposition === 'default') {
      const action = defaultAction(signal)
      if (action === 'ignore' || action === 'continue') return
    }
    if (!this.pendingSignals.includes(signal)) this.pendingSignals.push(signal)
    if (this.thread !== null) scheduler().interrupt(this.thread)
  }

  /** Tells the parent that something happened to this process. */
  notifyParent(change: WaitStatus): void {
    this.change = change
    this.changeReported = false
    if (this.parent !== null) scheduler().wakeAll(this.parent.childChanged)
  }

  private *systemCall(): KernelThread {
    scheduler().charge(SYSTEM_CALL_COST_NS)
    if (++this.callsThisQuantum >= CALLS_PER_QUANTUM) yield* this.checkpoint()
    else if (this.pendingSignals.length > 0) yield* this.takeSignals()
  }

  private *takeSignals(): KernelThread {
    for (;;) {
      const signal = this.pendingSignals.shift()
      if (signal === undefined) return
      const disposition = this.signalDisposition(signal)
      if (typeof disposition === 'function') disposition(signal)
      else if (disposition === 'default') yield* this.takeDefault(signal)
    }
  }

  private *takeDefault(signal: number): KernelThread {
    const action = defaultAction(signal)
    if (action === 'terminate') throw new ProcessExit(0, signal)
    if (action !== 'stop') return
    this.state = 'stopped'
    this.notifyParent({ kind: 'stopped', signal })
    while (this.state === 'stopped') {
      scheduler().assertWait(this.resumed, Infinity, false)
      const result = yield
      assert(result === THREAD_AWAKENED, 'a stopped process was interrupted')
    }
  }

  private resume(): void {
    if (this.state !== 'stopped') return
    this.state = 'running'
    this.change = null
    scheduler().wakeAll(this.resumed)
  }
}
