import { kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import { defineMetaClass, type OSMetaClass, type OSObject } from '../../libkern/index.ts'
import { mach_absolute_time, popFrame, pushFrame } from '../../mach/index.ts'
import { atOnce, isKernelThread, type Blocking, type Frame, type KernelThread } from '../../sim/index.ts'
import { IOInterruptAccountingData } from '../reporting/IOInterruptAccounting.ts'
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

interface InterruptType {
  readonly result: IOReturn
  readonly type: number
}

/** What an interrupt source needs of its provider; every IOService has it. */
export interface InterruptProvider extends OSObject {
  registerInterrupt(source: number, target: OSObject, handler: IOInterruptHandler): Blocking<IOReturn>
  unregisterInterrupt(source: number): IOReturn
  enableInterrupt(source: number): IOReturn
  disableInterrupt(source: number): IOReturn
  getInterruptType(source: number): Blocking<InterruptType>
  addInterruptStatistics(statistics: IOInterruptAccountingData, source: number): IOReturn
  removeInterruptStatistics(source: number): IOReturn
}

/** Work-loop action; `count` is how many interrupts came since the last time. */
export type IOInterruptEventAction =
  (owner: OSObject, sender: IOInterruptEventSource, count: number) => Blocking<void>

const CHECK_FOR_WORK = kernelFrame('IOInterruptEventSource::checkForWork()')

/**
 * Interrupts of a provider, or of software, as work-loop actions.
 * @xnu iokit/Kernel/IOInterruptEventSource.cpp IOInterruptEventSource — faithful
 */
export class IOInterruptEventSource extends IOEventSource {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOInterruptEventSource', IOInterruptEventSource, IOEventSource)

  protected provider: InterruptProvider | null = null
  /** The provider's interrupt; complemented (and so negative) while no handler is registered there. */
  protected intIndex = -1
  protected autoDisable = false
  private explicitDisable = false
  /** 32-bit counts that wrap, as the kernel's. */
  private producerCount = 0
  private consumerCount = 0
  private frame: Frame
  protected readonly statistics = this.newStatistics()
  private isAccounted = false

  constructor(owner: OSObject, protected action: IOInterruptEventAction) {
    super(owner)
    this.frame = interruptFrame(owner, action)
  }

  /**
   * Null when the provider has no such interrupt or it has a handler. The line starts disabled. Without a
   * provider it is a source of software: `interruptOccurred` is called by hand. One reference to the caller.
   * Thread context: with a provider it sleeps while the interrupt's controller is not there.
   * @xnu IOInterruptEventSource.cpp interruptEventSource — faithful
   */
  static interruptEventSource(
    owner: OSObject, action: IOInterruptEventAction, provider?: null, index?: number,
  ): IOInterruptEventSource | null
  static interruptEventSource(
    owner: OSObject, action: IOInterruptEventAction, provider: InterruptProvider | null, index?: number,
  ): Blocking<IOInterruptEventSource | null>
  static interruptEventSource(
    owner: OSObject, action: IOInterruptEventAction, provider: InterruptProvider | null = null, index = 0,
  ): Blocking<IOInterruptEventSource | null> {
    return prepared(new IOInterruptEventSource(owner, action), provider, index)
  }

  /** @internal Second stage of construction. @xnu IOInterruptEventSource.cpp init — faithful */
  initWithProvider(provider: InterruptProvider | null, index: number): Blocking<boolean> {
    if (index < 0) return false
    this.provider = provider
    this.intIndex = ~index
    if (provider === null) return true
    const answer = this.registerInterruptHandler(provider, index)
    return isKernelThread(answer) ? this.initLater(answer, index) : this.didRegister(answer, index)
  }

  private *initLater(registering: KernelThread<IOReturn>, index: number): KernelThread<boolean> {
    return this.didRegister(yield* registering, index)
  }

  private didRegister(answer: IOReturn, index: number): boolean {
    if (answer !== kIOReturnSuccess) return false
    this.intIndex = index
    return true
  }

  /** Changes the action. @xnu IOEventSource.cpp setAction — faithful */
  setAction(action: IOInterruptEventAction): void {
    this.action = action
    this.frame = interruptFrame(this.owner, action)
  }

  /** @xnu IOEventSource.cpp getAction — faithful */
  getAction(): IOInterruptEventAction {
    return this.action
  }

  /** Whose interrupt it is, not retained. @xnu IOInterruptEventSource.cpp getProvider — faithful */
  getProvider(): InterruptProvider | null {
    return this.provider
  }

  /** Negative while no handler is registered. @xnu IOInterruptEventSource.cpp getIntIndex — faithful */
  getIntIndex(): number {
    return this.intIndex
  }

  /**
   * Whether the line is held back from an interrupt to its action: level. @xnu IOInterruptEventSource.cpp
   * getAutoDisable — faithful
   */
  getAutoDisable(): boolean {
    return this.autoDisable
  }

  /**
   * Lets the line through. No effect without a provider. Any context. @xnu IOInterruptEventSource.cpp enable
   * — faithful
   */
  override enable(): void {
    if (this.provider === null || this.intIndex < 0) return
    this.provider.enableInterrupt(this.intIndex)
    this.explicitDisable = false
    this.enabled = true
  }

  /**
   * Holds the line back; what was counted is delivered nevertheless. No effect without a provider. Any
   * context. @xnu IOInterruptEventSource.cpp disable — faithful
   */
  override disable(): void {
    if (this.provider === null || this.intIndex < 0) return
    this.provider.disableInterrupt(this.intIndex)
    this.explicitDisable = true
    this.enabled = false
  }

  /**
   * One that goes gives its handler up; one that comes again registers it again, and if that fails nobody
   * hears of it. @xnu IOInterruptEventSource.cpp setWorkLoop — faithful
   */
  override setWorkLoop(workLoop: IOWorkLoop | null): void {
    if (workLoop !== null) super.setWorkLoop(workLoop)
    const { provider, intIndex } = this
    if (provider !== null && workLoop === null && intIndex >= 0) {
      this.unregisterInterruptHandler(provider, intIndex)
      this.intIndex = ~intIndex
    } else if (provider !== null && workLoop !== null && intIndex < 0) {
      this.didRegister(atOnce(this.registerInterruptHandler(provider, ~intIndex)), ~intIndex)
    }
    if (workLoop === null) super.setWorkLoop(null)
  }

  /**
   * Called by the provider, or by hand for a source of software. Interrupt level.
   * @xnu IOInterruptEventSource.cpp interruptOccurred — faithful
   */
  interruptOccurred(nub: OSObject | null, source: number): void {
    if (this.autoDisable && nub !== null) this.provider!.disableInterrupt(source)
    this.statistics.firstLevelCount++
    this.signalInterrupt()
  }

  /**
   * Counts one and wakes the work loop. Any context. @xnu IOInterruptEventSource.cpp normalInterruptOccurred
   * — faithful
   */
  signalInterrupt(): void {
    this.producerCount = (this.producerCount + 1) | 0
    this.signalWorkAvailable()
  }

  /**
   * One action for all that were counted since; what comes meanwhile belongs to the next. Then a level line
   * is let through again, unless `disable` was called. @xnu IOInterruptEventSource.cpp checkForWork —
   * faithful
   */
  override checkForWork(): Blocking<boolean> {
    const seen = this.producerCount
    const count = (seen - this.consumerCount) | 0
    if (count === 0) return false
    const depth = pushFrame(CHECK_FOR_WORK)
    pushFrame(this.frame)
    chargeDriver(this.usage, ACTION_COST_NS)
    this.statistics.secondLevelCount++
    const body = this.action(this.owner, this, count)
    if (isKernelThread(body)) return this.finishBlocking(body, seen, depth)
    popFrame(depth)
    this.consumed(seen)
    return false
  }

  /** Gives the handler up. @xnu IOInterruptEventSource.cpp free — faithful */
  override free(): void {
    const { provider, intIndex } = this
    if (provider !== null && intIndex >= 0) this.unregisterInterruptHandler(provider, intIndex)
    super.free()
  }

  private *finishBlocking(body: KernelThread, seen: number, depth: number): KernelThread<boolean> {
    const startNs = mach_absolute_time()
    yield* body
    this.statistics.secondLevelSleepNs += mach_absolute_time() - startNs
    popFrame(depth)
    this.consumed(seen)
    return false
  }

  private consumed(seen: number): void {
    this.consumerCount = seen
    if (this.autoDisable && !this.explicitDisable) this.enable()
  }

  /** What its handlers cost: without a filter, the first level takes no time of its own. */
  protected newStatistics(): IOInterruptAccountingData {
    return new IOInterruptAccountingData({ firstLevelNs: 0, secondLevelNs: ACTION_COST_NS })
  }

  /** Its first call may sleep: the controller may not be there. */
  private registerInterruptHandler(provider: InterruptProvider, index: number): Blocking<IOReturn> {
    const type = provider.getInterruptType(index)
    return isKernelThread(type) ? this.registerLater(provider, index, type)
      : this.registerOfType(provider, index, type)
  }

  private *registerLater(
    provider: InterruptProvider, index: number, type: KernelThread<InterruptType>,
  ): KernelThread<IOReturn> {
    return this.registerOfType(provider, index, yield* type)
  }

  private registerOfType(
    provider: InterruptProvider, index: number, { result, type }: InterruptType,
  ): IOReturn {
    if (result !== kIOReturnSuccess) return result
    this.autoDisable = type === kIOInterruptTypeLevel
    const handler: IOInterruptHandler = (nub, at) => this.interruptOccurred(nub, at)
    const answer = atOnce(provider.registerInterrupt(index, this, handler))
    if (answer !== kIOReturnSuccess) return answer
    this.statistics.interruptIndex = index
    this.isAccounted = provider.addInterruptStatistics(this.statistics, index) === kIOReturnSuccess
    return answer
  }

  private unregisterInterruptHandler(provider: InterruptProvider, index: number): void {
    if (this.isAccounted) provider.removeInterruptStatistics(index)
    this.isAccounted = false
    provider.unregisterInterrupt(index)
  }
}

function interruptFrame(owner: OSObject, action: IOInterruptEventAction): Frame {
  return driverFrame(owner, `${actionName(action)}(IOInterruptEventSource*, int)`)
}

/** Finishes a source or drops it. */
export function prepared<Source extends IOInterruptEventSource>(
  source: Source, provider: InterruptProvider | null, index: number,
): Blocking<Source | null> {
  const done = source.initWithProvider(provider, index)
  return isKernelThread(done) ? preparedLater(source, done) : keptIf(done, source)
}

function* preparedLater<Source extends IOInterruptEventSource>(
  source: Source, done: KernelThread<boolean>,
): KernelThread<Source | null> {
  return keptIf(yield* done, source)
}

function keptIf<Source extends IOInterruptEventSource>(isPrepared: boolean, source: Source): Source | null {
  if (isPrepared) return source
  source.release()
  return null
}
