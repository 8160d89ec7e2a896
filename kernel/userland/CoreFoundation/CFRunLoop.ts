import {
  mach_msg_receive, mach_msg_send, mach_port_allocate, mach_port_destroy, mach_port_extract_member,
  mach_port_insert_member,
  mach_port_insert_right, MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND, MACH_PORT_RIGHT_PORT_SET,
  MACH_PORT_RIGHT_RECEIVE, type ReceivedMessage, type Task,
} from '../../mach/user.ts'
import { kernelState, scheduler, type KernelThread, type Thread } from '../../sim/index.ts'

export const kCFRunLoopDefaultMode = 'kCFRunLoopDefaultMode'
/** Stands for all modes that were declared common. */
export const kCFRunLoopCommonModes = 'kCFRunLoopCommonModes'

export const kCFRunLoopRunFinished = 1
export const kCFRunLoopRunStopped = 2
export const kCFRunLoopRunTimedOut = 3
export const kCFRunLoopRunHandledSource = 4
export type CFRunLoopRunResult = 1 | 2 | 3 | 4

const WAKE_UP_ID = 0

/** Something a run loop waits for: a port, and what its messages call. */
export interface CFRunLoopSource {
  readonly port: number
  isValid: boolean
  perform(message: ReceivedMessage): KernelThread
}

/** The sources of one mode, and the port set on which the loop waits for them. */
interface Mode {
  readonly portSet: number
  readonly sources: Map<number, CFRunLoopSource>
}

/**
 * The run loop of one thread: waits on the port set of a mode and calls the source whose port got a message.
 * @xnu CF CFRunLoop.c CFRunLoop — simplified: sources of ports only; no timers, observers or blocks
 */
export class CFRunLoop {
  private readonly modes = new Map<string, Mode>()
  private readonly commonModes = new Set([kCFRunLoopDefaultMode])
  private readonly commonSources = new Set<CFRunLoopSource>()
  private readonly wakeUpPort: number
  private isStopped = false

  constructor(readonly task: Task) {
    this.wakeUpPort = mach_port_allocate(task, MACH_PORT_RIGHT_RECEIVE).name
    mach_port_insert_right(task, this.wakeUpPort, MACH_MSG_TYPE_MAKE_SEND)
  }

  /** @xnu CF CFRunLoop.c CFRunLoopAddSource — faithful */
  addSource(source: CFRunLoopSource, modeName: string): void {
    if (!source.isValid) return
    if (modeName === kCFRunLoopCommonModes) {
      this.commonSources.add(source)
      for (const name of this.commonModes) this.addSource(source, name)
      return
    }
    const mode = this.mode(modeName)
    mode.sources.set(source.port, source)
    mach_port_insert_member(this.task, source.port, mode.portSet)
  }

  /** @xnu CF CFRunLoop.c CFRunLoopRemoveSource — faithful */
  removeSource(source: CFRunLoopSource, modeName: string): void {
    if (modeName === kCFRunLoopCommonModes) {
      this.commonSources.delete(source)
      for (const name of this.commonModes) this.removeSource(source, name)
      return
    }
    const mode = this.modes.get(modeName)
    if (mode?.sources.get(source.port) !== source) return
    mode.sources.delete(source.port)
    mach_port_extract_member(this.task, source.port, mode.portSet)
  }

  containsSource(source: CFRunLoopSource, modeName: string): boolean {
    if (modeName === kCFRunLoopCommonModes) return this.commonSources.has(source)
    return this.modes.get(modeName)?.sources.get(source.port) === source
  }

  /**
   * Makes a mode common: it gets what was added to the common modes.
   * @xnu CF CFRunLoop.c CFRunLoopAddCommonMode — faithful
   */
  addCommonMode(modeName: string): void {
    if (this.commonModes.has(modeName)) return
    this.commonModes.add(modeName)
    for (const source of this.commonSources) this.addSource(source, modeName)
  }

  /** Ends the innermost run. @xnu CF CFRunLoop.c CFRunLoopStop — faithful */
  *stop(): KernelThread {
    this.isStopped = true
    yield* this.wakeUp()
  }

  /**
   * Lets a loop that waits look again.
   * @xnu CF CFRunLoop.c CFRunLoopWakeUp — faithful: one message is enough
   */
  *wakeUp(): KernelThread {
    yield* mach_msg_send(this.task, {
      remotePort: this.wakeUpPort, remoteDisposition: MACH_MSG_TYPE_COPY_SEND, id: WAKE_UP_ID, body: [],
    }, 0)
  }

  /**
   * Runs in the default mode until it is stopped or has nothing to wait for.
   * @xnu CF CFRunLoop.c CFRunLoopRun — faithful
   */
  *run(): KernelThread<CFRunLoopRunResult> {
    for (;;) {
      const result = yield* this.runInMode(kCFRunLoopDefaultMode)
      if (result === kCFRunLoopRunStopped || result === kCFRunLoopRunFinished) return result
    }
  }

  /**
   * Waits in one mode for a time. Without sources it is finished at once.
   * @xnu CF CFRunLoop.c CFRunLoopRunInMode — faithful
   */
  *runInMode(
    modeName: string, timeoutNs = Infinity, returnAfterSourceHandled = false,
  ): KernelThread<CFRunLoopRunResult> {
    const mode = this.modes.get(modeName)
    if (mode === undefined || mode.sources.size === 0) return kCFRunLoopRunFinished
    const deadlineNs = scheduler().nowNs + timeoutNs
    for (;;) {
      if (this.takeStop()) return kCFRunLoopRunStopped
      const hasHandled = yield* this.handleOne(mode, Math.max(0, deadlineNs - scheduler().nowNs))
      this.forgetInvalid(mode)
      if (hasHandled && returnAfterSourceHandled) return kCFRunLoopRunHandledSource
      if (scheduler().nowNs >= deadlineNs && !hasHandled) return kCFRunLoopRunTimedOut
      if (this.takeStop()) return kCFRunLoopRunStopped
      if (mode.sources.size === 0) return kCFRunLoopRunFinished
    }
  }

  /** Whether a source was called. */
  private *handleOne(mode: Mode, timeoutNs: number): KernelThread<boolean> {
    const { message } = yield* mach_msg_receive(this.task, mode.portSet, timeoutNs)
    const source = message === null ? undefined : mode.sources.get(message.localPort)
    if (message === null || source === undefined) return false
    yield* source.perform(message)
    return true
  }

  private forgetInvalid(mode: Mode): void {
    for (const [port, source] of mode.sources) if (!source.isValid) mode.sources.delete(port)
  }

  private takeStop(): boolean {
    const was = this.isStopped
    this.isStopped = false
    return was
  }

  private mode(name: string): Mode {
    let mode = this.modes.get(name)
    if (mode === undefined) {
      mode = { portSet: mach_port_allocate(this.task, MACH_PORT_RIGHT_PORT_SET).name, sources: new Map() }
      this.modes.set(name, mode)
      mach_port_insert_member(this.task, this.wakeUpPort, mode.portSet)
    }
    return mode
  }

  /** Gives its ports back: its thread is over. */
  dispose(): void {
    for (const { portSet } of this.modes.values()) mach_port_destroy(this.task, portSet)
    mach_port_destroy(this.task, this.wakeUpPort)
  }
}

const loops = kernelState(() => new WeakMap<Thread, CFRunLoop>())

/**
 * The run loop of the running thread, made when it is first asked for.
 * @xnu CF CFRunLoop.c CFRunLoopGetCurrent — faithful
 */
export function CFRunLoopGetCurrent(task: Task): CFRunLoop {
  const thread = scheduler().current!
  let loop = loops().get(thread)
  if (loop === undefined) {
    loop = new CFRunLoop(task)
    loops().set(thread, loop)
  }
  return loop
}
