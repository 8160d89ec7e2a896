import { assert, kernelState, type KernelThread } from '../../sim/index.ts'
import { thread_create } from '../../mach/user.ts'
import { ECHILD, EINTR, EPERM, ESRCH } from './errno.ts'
import { createTask, guardTask, terminateTask } from './machTask.ts'
import type { OpenFile } from './OpenFile.ts'
import { Process } from './Process.ts'
import { ProcessExit, type WaitStatus } from './ProcessExit.ts'
import type { Tty } from './tty/Tty.ts'
import { SIGKILL } from './signals.ts'

const FIRST_USER_PID = 301
const LAST_PID = 99_998
/** A process that asks for more children than this gets none: a fork bomb ends here. */
const MAX_PROCESSES = 2000

class ProcessTable {
  readonly processes = new Map<number, Process>()
  nextPid = FIRST_USER_PID
}

const table = kernelState(() => new ProcessTable())

export interface SpawnOptions {
  /** Null for the children of launchd. */
  readonly parent: Process | null
  readonly argv: readonly string[]
  /** Descriptors of the child; inherited from the parent when absent. */
  readonly files?: ReadonlyMap<number, OpenFile>
  readonly env?: ReadonlyMap<string, string>
  readonly cwd?: string
  readonly uid?: number
  readonly gid?: number
  /** Process group to join; `new` starts one. Inherited when absent. */
  readonly pgid?: number | 'new'
  /** Starts a session with this controlling terminal. */
  readonly session?: { readonly tty: Tty | null }
  readonly body: (process: Process) => KernelThread<number>
  /** Called once when the process has ended. */
  readonly onExit?: (status: WaitStatus) => void
}

/** Starts a process; null when the table is full. */
export function spawnProcess(options: SpawnOptions): Process | null {
  const { processes } = table()
  if (processes.size >= MAX_PROCESSES) return null
  const process = makeProcess(options)
  processes.set(process.pid, process)
  options.parent?.children.add(process)
  for (const [fd, file] of options.files ?? options.parent?.files ?? []) process.setFile(fd, file)
  process.thread = thread_create(process.task, process.name, run(process, options))
  return process
}

function makeProcess(options: SpawnOptions): Process {
  const { parent } = options
  const pid = takePid()
  const startsGroup = options.pgid === 'new' || options.session !== undefined || parent === null
  const uid = options.uid ?? parent?.uid ?? 0
  const gid = options.gid ?? parent?.gid ?? 0
  const process = new Process({
    pid,
    parent,
    pgid: startsGroup ? pid : (options.pgid ?? parent.pgid),
    sid: options.session !== undefined || parent === null ? pid : parent.sid,
    argv: options.argv,
    env: new Map(options.env ?? parent?.env ?? []),
    cwd: options.cwd ?? parent?.cwd ?? '/',
    uid,
    gid,
    umask: parent?.umask ?? 0o022,
    tty: options.session === undefined ? (parent?.tty ?? null) : options.session.tty,
    task: createTask({ name: options.argv[0] ?? '', pid, uid, gid }),
  })
  guardTask(process.task, () => process.post(SIGKILL))
  return process
}

function takePid(): number {
  const state = table()
  for (;;) {
    const pid = state.nextPid
    state.nextPid = pid === LAST_PID ? FIRST_USER_PID : pid + 1
    if (!state.processes.has(pid)) return pid
  }
}

function* run(process: Process, options: SpawnOptions): KernelThread {
  const status = yield* bodyOf(process, options)
  finish(process, status)
  options.onExit?.(status)
}

function* bodyOf(process: Process, options: SpawnOptions): KernelThread<WaitStatus> {
  try {
    const status = yield* exitStatusOf(process, options)
    yield* process.stdout.flush()
    return { kind: 'exited', status: status & 0xff }
  } catch (thrown) {
    if (!(thrown instanceof ProcessExit)) throw thrown
    return thrown.signal === 0
      ? { kind: 'exited', status: thrown.status & 0xff }
      : { kind: 'signaled', signal: thrown.signal }
  }
}

function* exitStatusOf(process: Process, options: SpawnOptions): KernelThread<number> {
  try {
    return yield* options.body(process)
  } catch (thrown) {
    if (thrown instanceof ProcessExit && thrown.signal === 0) return thrown.status
    throw thrown
  }
}

function finish(process: Process, status: WaitStatus): void {
  for (const fd of [...process.files.keys()]) process.close(fd)
  for (const child of process.children) {
    child.parent = null
    if (child.state === 'zombie') table().processes.delete(child.pid)
  }
  process.children.clear()
  process.state = 'zombie'
  terminateTask(process.task)
  if (process.parent === null) table().processes.delete(process.pid)
  process.notifyParent(status)
}

/** All processes, oldest first. */
export function allProcesses(): Process[] {
  return [...table().processes.values()]
}

/** The process with this identifier, or null. */
export function processByPid(pid: number): Process | null {
  return table().processes.get(pid) ?? null
}

/** Sends a signal to every process of a group. Any context. */
export function signalGroup(pgid: number, signal: number): void {
  for (const process of allProcesses()) if (process.pgid === pgid) process.post(signal)
}

/** Sends a signal to every process of a session. Any context. */
export function signalSession(sid: number, signal: number): void {
  for (const process of allProcesses()) if (process.sid === sid) process.post(signal)
}

/** kill(2): 0 or an error number. A negative pid names a group; signal 0 only asks. */
export function kill(sender: Process, pid: number, signal: number): number {
  const targets = allProcesses().filter((process) => (pid > 0 ? process.pid === pid : process.pgid === -pid))
  if (targets.length === 0) return ESRCH
  const allowed = targets.filter((target) => sender.uid === 0 || sender.uid === target.uid)
  if (allowed.length === 0) return EPERM
  if (signal !== 0) for (const target of allowed) target.post(signal)
  return 0
}

/**
 * waitpid(2): sleeps until `child` ends, or stops when `untraced` is set. Ended children leave the table.
 * A number is an error number (EINTR when a signal handler ran first).
 */
export function* waitFor(parent: Process, child: Process, untraced = false): KernelThread<WaitStatus | number> {
  if (child.parent !== parent) return ECHILD
  for (;;) {
    const change = takeChange(parent, child, untraced)
    if (change !== null) return change
    if (!(yield* parent.sleepOn(parent.childChanged))) return EINTR
  }
}

/** waitpid(2) with WNOHANG: the child's change of state, or null when there is none. */
export function takeChange(parent: Process, child: Process, untraced: boolean): WaitStatus | null {
  const { change } = child
  if (change === null) return null
  if (change.kind === 'stopped') {
    if (!untraced || child.changeReported) return null
    child.changeReported = true
    return change
  }
  assert(child.state === 'zombie', 'a child that ended is a zombie')
  parent.childrenCpuNs += (child.thread?.cpuNs ?? 0) + child.childrenCpuNs
  parent.children.delete(child)
  table().processes.delete(child.pid)
  return change
}
