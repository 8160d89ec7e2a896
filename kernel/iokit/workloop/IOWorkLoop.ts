import { kIOReturnBadArgument, kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import { defineMetaClass, OSObject, type OSMetaClass } from '../../libkern/index.ts'
import { panic, popFrame, pushFrame } from '../../mach/index.ts'
import { scheduler, wait, WaitQueue, type Blocking, type KernelThread, type Thread } from '../../sim/index.ts'
import { kernelFrame } from './driverFrame.ts'
import type { IOEventSource } from './IOEventSource.ts'

const THREAD_MAIN = kernelFrame('IOWorkLoop::threadMain()')
const RUN_EVENT_SOURCES = kernelFrame('IOWorkLoop::runEventSources()')

/**
 * One thread and one recursive gate that serialise all work of a driver.
 * @xnu iokit/Kernel/IOWorkLoop.cpp IOWorkLoop — simplified: sources are added and removed without passing through a
 * control gate, since nothing else runs meanwhile; no lock-time statistics
 */
export class IOWorkLoop extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOWorkLoop', IOWorkLoop, OSObject)

  private readonly eventChain: IOEventSource[] = []
  private readonly passiveEventChain: IOEventSource[] = []
  private gateOwner: Thread | null = null
  private gateDepth = 0
  private readonly gateQueue = new WaitQueue()
  private readonly sleepQueue = new WaitQueue()
  private readonly eventQueues = new Map<unknown, WaitQueue>()
  private thread: Thread | null = null
  private workToDo = false
  private restart = false
  private ending = false

  /** A work loop and its thread; one reference to the caller. Thread context. */
  static workLoop(): IOWorkLoop {
    const workLoop = new IOWorkLoop()
    workLoop.thread = scheduler().spawn('IOWorkLoop', workLoop.threadMain())
    return workLoop
  }

  getThread(): Thread | null {
    return this.thread
  }

  onThread(): boolean {
    return scheduler().current !== null && scheduler().current === this.thread
  }

  /** Whether the running thread holds the gate. */
  inGate(): boolean {
    return this.gateOwner !== null && this.gateOwner === scheduler().current
  }

  /** Takes the gate; sleeps while another thread has it. Thread context. */
  *closeGate(): KernelThread {
    while (!this.tryCloseGate()) {
      scheduler().assertWait(this.gateQueue)
      yield
    }
  }

  /** Takes the gate if nobody else has it. Thread context. */
  tryCloseGate(): boolean {
    const { current, inInterrupt } = scheduler()
    if (inInterrupt || current === null) panic('IOWorkLoop gate closed at interrupt level')
    if (this.gateOwner !== null && this.gateOwner !== current) return false
    this.gateOwner = current
    this.gateDepth++
    return true
  }

  /** Gives the gate back. */
  openGate(): void {
    if (!this.inGate()) panic('IOWorkLoop::openGate not holding the gate')
    if (--this.gateDepth > 0) return
    this.gateOwner = null
    scheduler().wakeOne(this.gateQueue)
  }

  /** Runs `action` inside the gate. @xnu IOWorkLoop.cpp runAction — faithful */
  *runAction<T>(action: () => Blocking<T>): KernelThread<T> {
    yield* this.closeGate()
    const result = yield* wait(action())
    this.openGate()
    return result
  }

  /** Releases the gate however deep, sleeps on `event`, and takes it again. Gate held. */
  *sleepGate(event: unknown, deadlineNs: number, interruptible: boolean): KernelThread<number> {
    if (!this.inGate()) panic('IOWorkLoop::sleepGate not holding the gate')
    const depth = this.gateDepth
    let queue = this.eventQueues.get(event)
    if (queue === undefined) {
      queue = new WaitQueue()
      this.eventQueues.set(event, queue)
    }
    scheduler().assertWait(queue, deadlineNs, interruptible)
    this.gateDepth = 1
    this.openGate()
    const result = yield
    if (queue.head === null) this.eventQueues.delete(event)
    yield* this.closeGate()
    this.gateDepth = depth
    return result
  }

  /** Wakes who sleeps on `event`. */
  wakeupGate(event: unknown, oneThread: boolean): void {
    const queue = this.eventQueues.get(event)
    if (queue === undefined) return
    if (oneThread) scheduler().wakeOne(queue)
    else scheduler().wakeAll(queue)
  }

  /** Adds a source to the end of its chain and retains it. Again: no effect. */
  addEventSource(source: IOEventSource): IOReturn {
    if (source.getWorkLoop() === this) return kIOReturnSuccess
    if (source.getWorkLoop() !== null) return kIOReturnBadArgument
    source.retain()
    const chain = source.isActive ? this.eventChain : this.passiveEventChain
    chain.push(source)
    if (chain.length === 1 && this.thread !== null && source.isActive) {
      this.thread.name = source.owner.getMetaClass().className
    }
    source.setWorkLoop(this)
    this.restart = true
    this.signalWorkAvailable()
    return kIOReturnSuccess
  }

  /** Takes a source away and releases it. */
  removeEventSource(source: IOEventSource): IOReturn {
    if (source.getWorkLoop() === null) return kIOReturnSuccess
    if (source.getWorkLoop() !== this) return kIOReturnBadArgument
    const chain = source.isActive ? this.eventChain : this.passiveEventChain
    chain.splice(chain.indexOf(source), 1)
    source.setWorkLoop(null)
    source.release()
    this.restart = true
    return kIOReturnSuccess
  }

  /** Says that a source may have work. Any context. */
  signalWorkAvailable(): void {
    this.workToDo = true
    scheduler().wakeOne(this.sleepQueue)
  }

  /** Disables every source and ends the thread. */
  override free(): void {
    for (const source of [...this.eventChain, ...this.passiveEventChain]) this.removeEventSource(source)
    this.ending = true
    scheduler().wakeOne(this.sleepQueue)
    super.free()
  }

  private *threadMain(): KernelThread {
    pushFrame(THREAD_MAIN)
    while (!this.ending) {
      if (this.workToDo) {
        if (!this.tryCloseGate()) yield* this.closeGate()
        const depth = pushFrame(RUN_EVENT_SOURCES)
        for (let more = true; more && !this.ending;) {
          this.restart = false
          this.workToDo = false
          const answer = this.scan(0, false)
          more = typeof answer === 'boolean' ? answer : yield* answer
        }
        popFrame(depth)
        this.openGate()
      }
      if (this.workToDo || this.ending) continue
      scheduler().assertWait(this.sleepQueue)
      yield
    }
  }

  /** Asks the sources from `start` on; whether more waits. @xnu IOWorkLoop.cpp runEventSources — faithful */
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
}
