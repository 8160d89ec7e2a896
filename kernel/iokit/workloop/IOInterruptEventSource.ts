import { kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import { defineMetaClass, type OSMetaClass, type OSObject } from '../../libkern/index.ts'
import { popFrame, pushFrame } from '../../mach/index.ts'
import { isKernelThread, type Blocking, type Frame, type KernelThread } from '../../sim/index.ts'
import { ACTION_COST_NS, chargeDriver } from './accounting.ts'
import { actionName, driverFrame, kernelFrame } from './driverFrame.ts'
import { IOEventSource } from './IOEventSource.ts'
import type { IOWorkLoop } from './IOWorkLoop.ts'

/** Type of an interrupt line. */
export const kIOInterruptTypeEdge = 0
export const kIOInterruptTypeLevel = 1
export const kIOInterruptTypeMessage = 0x10000

/** Runs at interrupt level: must not block. */
export type IOInterruptHandler = (nub: OSObject, source: number) => void

/** What an interrupt source needs of its provider; every IOService has it. */
export interface InterruptProvider extends OSObject {
  registerInterrupt(source: number, target: OSObject, handler: IOInterruptHandler): IOReturn
  unregisterInterrupt(source: number): IOReturn
  enableInterrupt(source: number): IOReturn
  disableInterrupt(source: number): IOReturn
  getInterruptType(source: number): { readonly result: IOReturn; readonly type: number }
}

/** Work-loop action; `count` is how many interrupts came since the last time. */
export type IOInterruptEventAction = (owner: OSObject, sender: IOInterruptEventSource, count: number) => Blocking<void>

const CHECK_FOR_WORK = kernelFrame('IOInterruptEventSource::checkForWork()')

/** Interrupts of a provider, or of software, as work-loop actions. @xnu iokit/Kernel/IOInterruptEventSource.cpp IOInterruptEventSource — faithful */
export class IOInterruptEventSource extends IOEventSource {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOInterruptEventSource', IOInterruptEventSource, IOEventSource)

  protected provider: InterruptProvider | null = null
  protected index = 0
  protected autoDisable = false
  private explicitDisable = true
  private registered = false
  private producerCount = 0
  private consumerCount = 0
  private readonly frame: Frame

  constructor(owner: OSObject, protected readonly action: IOInterruptEventAction) {
    super(owner)
    this.frame = driverFrame(owner, `${actionName(action)}(IOInterruptEventSource*, int)`)
  }

  /** Null when the provider has no such interrupt. The line starts disabled. One reference to the caller. */
  static interruptEventSource(
    owner: OSObject, action: IOInterruptEventAction, provider: InterruptProvider | null = null, index = 0,
  ): IOInterruptEventSource | null {
    return prepared(new IOInterruptEventSource(owner, action), provider, index)
  }

  /** @internal Second stage of construction. */
  initWithProvider(provider: InterruptProvider | null, index: number): boolean {
    this.provider = provider
    this.index = index
    return index >= 0 && (provider === null || this.registerLine() === kIOReturnSuccess)
  }

  getIntIndex(): number {
    return this.index
  }

  getAutoDisable(): boolean {
    return this.autoDisable
  }

  override enable(): void {
    if (this.provider === null) return
    this.enabled = true
    this.explicitDisable = false
    this.provider.enableInterrupt(this.index)
  }

  override disable(): void {
    if (this.provider === null) return
    this.explicitDisable = true
    this.provider.disableInterrupt(this.index)
    this.enabled = false
  }

  override setWorkLoop(workLoop: IOWorkLoop | null): void {
    if (workLoop === null) {
      if (this.registered) this.provider?.unregisterInterrupt(this.index)
      this.registered = false
    } else if (!this.registered && this.provider !== null) this.registerLine()
    this.workLoop = workLoop
    if (workLoop !== null && this.producerCount !== this.consumerCount) this.signalWorkAvailable()
  }

  /** Called by the provider, or by hand for a software source. Interrupt level. */
  interruptOccurred(_nub: OSObject | null, _source: number): void {
    if (this.autoDisable) this.provider?.disableInterrupt(this.index)
    this.signalInterrupt()
  }

  /** Counts one and wakes the work loop. Any context. */
  signalInterrupt(): void {
    this.producerCount++
    this.signalWorkAvailable()
  }

  override checkForWork(): Blocking<boolean> {
    const seen = this.producerCount
    const count = seen - this.consumerCount
    if (count === 0) return false
    const depth = pushFrame(CHECK_FOR_WORK)
    pushFrame(this.frame)
    chargeDriver(this.usage, ACTION_COST_NS)
    const body = this.action(this.owner, this, count)
    if (isKernelThread(body)) return this.finishBlocking(body, seen, depth)
    popFrame(depth)
    this.consumed(seen)
    return false
  }

  override free(): void {
    if (this.registered) this.provider?.unregisterInterrupt(this.index)
    this.registered = false
    super.free()
  }

  private *finishBlocking(body: KernelThread, seen: number, depth: number): KernelThread<boolean> {
    yield* body
    popFrame(depth)
    this.consumed(seen)
    return false
  }

  private consumed(seen: number): void {
    this.consumerCount = seen
    if (this.autoDisable && !this.explicitDisable) this.provider?.enableInterrupt(this.index)
  }

  private registerLine(): IOReturn {
    const provider = this.provider!
    const { result, type } = provider.getInterruptType(this.index)
    if (result !== kIOReturnSuccess) return result
    this.autoDisable = type === kIOInterruptTypeLevel
    const answer = provider.registerInterrupt(this.index, this.owner, (nub, source) => this.interruptOccurred(nub, source))
    this.registered = answer === kIOReturnSuccess
    return answer
  }
}

/** Finishes a source or drops it. */
export function prepared<Source extends IOInterruptEventSource>(source: Source, provider: InterruptProvider | null, index: number): Source | null {
  if (source.initWithProvider(provider, index)) return source
  source.release()
  return null
}
