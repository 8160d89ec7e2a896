import { defineMetaClass, OSObject, type OSMetaClass } from '../../libkern/index.ts'
import { kernelTrap } from '../../mach/index.ts'
import type { Blocking, KernelThread } from '../../sim/index.ts'
import { beginUsage, endUsage, type DriverUsage } from './accounting.ts'
import type { IOWorkLoop } from './IOWorkLoop.ts'

/** Says whether a work loop asks a source for work, whatever `checkForWork` it has. */
export const kPassive = 0x0001
export const kActive = 0x0002

/**
 * Something that gives a work loop work. Abstract. @xnu iokit/Kernel/IOEventSource.cpp IOEventSource —
 * faithful
 */
export abstract class IOEventSource extends OSObject {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOEventSource', IOEventSource, OSObject, { abstract: true })

  protected workLoop: IOWorkLoop | null = null
  protected enabled = true
  /** `kPassive`, `kActive` or neither: then it is active if it has a `checkForWork` of its own. */
  protected flags = 0
  private refcon: unknown = null
  private usageRecord: DriverUsage | null = null

  constructor(readonly owner: OSObject) {
    super()
  }

  /**
   * Asked by the work loop's thread, gate held. True when more work waits.
   * @xnu IOEventSource.cpp checkForWork — faithful
   */
  checkForWork(): Blocking<boolean> {
    return false
  }

  /** The loop it belongs to, not retained. @xnu IOEventSource.cpp getWorkLoop — faithful */
  getWorkLoop(): IOWorkLoop | null {
    return this.workLoop
  }

  /**
   * Called by the work loop when the source comes and goes; one that goes is disabled first.
   * @xnu IOEventSource.cpp setWorkLoop — faithful
   */
  setWorkLoop(workLoop: IOWorkLoop | null): void {
    if (workLoop === null) this.disable()
    this.workLoop = workLoop
  }

  /** Lets it work, and has the loop ask it. Any context. @xnu IOEventSource.cpp enable — faithful */
  enable(): void {
    this.enabled = true
    if (this.workLoop !== null) this.signalWorkAvailable()
  }

  /** Any context. @xnu IOEventSource.cpp disable — faithful */
  disable(): void {
    this.enabled = false
  }

  /** @xnu IOEventSource.cpp isEnabled — faithful */
  isEnabled(): boolean {
    return this.enabled
  }

  /** True on the work loop's own thread. @xnu IOEventSource.cpp onThread — faithful */
  onThread(): boolean {
    return this.workLoop !== null && this.workLoop.onThread()
  }

  /** Keeps a word for the owner. @xnu IOEventSource.cpp setRefcon — faithful */
  setRefcon(refcon: unknown): void {
    this.refcon = refcon
  }

  /** @xnu IOEventSource.cpp getRefcon — faithful */
  getRefcon(): unknown {
    return this.refcon
  }

  /**
   * Whether its loop asks it for work, or leaves it in the passive chain. @xnu IOWorkLoop.cpp
   * eventSourcePerformsWork — faithful
   */
  performsWork(): boolean {
    if ((this.flags & kPassive) !== 0) return false
    return (this.flags & kActive) !== 0 || this.checkForWork !== IOEventSource.prototype.checkForWork
  }

  /**
   * Wakes the work loop. Any context. Without a work loop it is the null dereference that it is in the
   * kernel. @xnu IOEventSource.cpp signalWorkAvailable — faithful
   */
  signalWorkAvailable(): void {
    if (this.workLoop === null) kernelTrap({ kind: 'page-fault', address: 0n, access: 'read' })
    this.workLoop.signalWorkAvailable()
  }

  /** Takes the loop's gate. Thread context. @xnu IOEventSource.cpp closeGate — faithful */
  protected *closeGate(): KernelThread {
    yield* this.attachedLoop().closeGate()
  }

  /** Takes the loop's gate if it is free. Thread context. @xnu IOEventSource.cpp tryCloseGate — faithful */
  protected tryCloseGate(): boolean {
    return this.attachedLoop().tryCloseGate()
  }

  /** Gives the loop's gate back. @xnu IOEventSource.cpp openGate — faithful */
  protected openGate(): void {
    this.attachedLoop().openGate()
  }

  /** Sleeps on `event` with the gate open. Gate held. @xnu IOEventSource.cpp sleepGate — faithful */
  protected *sleepGate(event: unknown, deadlineNs: number, interruptible: boolean): KernelThread<number> {
    return yield* this.attachedLoop().sleepGate(event, deadlineNs, interruptible)
  }

  /** Wakes who sleeps on `event`. @xnu IOEventSource.cpp wakeupGate — faithful */
  protected wakeupGate(event: unknown, oneThread: boolean): void {
    this.attachedLoop().wakeupGate(event, oneThread)
  }

  /** The loop; without one, the null dereference that the kernel has there. */
  protected attachedLoop(): IOWorkLoop {
    return this.workLoop ?? kernelTrap({ kind: 'page-fault', address: 0n, access: 'read' })
  }

  /** Where the owner's time is counted. */
  protected get usage(): DriverUsage {
    this.usageRecord ??= beginUsage(this.owner)
    return this.usageRecord
  }

  /**
   * What the owner used is counted to the end.
   * @xnu iokit/Kernel/IOEventSource.cpp free — faithful
   */
  override free(): void {
    if (this.usageRecord !== null) endUsage(this.usageRecord)
    super.free()
  }
}
