import { defineMetaClass, OSObject, type OSMetaClass } from '../../libkern/index.ts'
import type { Blocking } from '../../sim/index.ts'
import { driverUsage, type DriverUsage } from './accounting.ts'
import type { IOWorkLoop } from './IOWorkLoop.ts'

/** Something that gives a work loop work. Abstract. @xnu iokit/Kernel/IOEventSource.cpp IOEventSource — faithful */
export abstract class IOEventSource extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOEventSource', IOEventSource, OSObject, { abstract: true })

  protected workLoop: IOWorkLoop | null = null
  protected enabled = true
  private usageRecord: DriverUsage | null = null

  /** Sources that only guard (command gates) are passive: the work loop never asks them. */
  readonly isActive: boolean = true

  constructor(readonly owner: OSObject) {
    super()
  }

  /** Asked by the work loop's thread, gate held. True when more work waits. */
  abstract checkForWork(): Blocking<boolean>

  getWorkLoop(): IOWorkLoop | null {
    return this.workLoop
  }

  /** Called by the work loop when the source comes and goes. */
  setWorkLoop(workLoop: IOWorkLoop | null): void {
    if (workLoop === null) this.disable()
    this.workLoop = workLoop
  }

  enable(): void {
    this.enabled = true
    this.signalWorkAvailable()
  }

  disable(): void {
    this.enabled = false
  }

  isEnabled(): boolean {
    return this.enabled
  }

  /** True on the work loop's own thread. */
  onThread(): boolean {
    return this.workLoop !== null && this.workLoop.onThread()
  }

  /** Wakes the work loop. Any context. */
  signalWorkAvailable(): void {
    this.workLoop?.signalWorkAvailable()
  }

  /** Where the owner's time is counted. */
  protected get usage(): DriverUsage {
    this.usageRecord ??= driverUsage(this.owner)
    return this.usageRecord
  }
}
