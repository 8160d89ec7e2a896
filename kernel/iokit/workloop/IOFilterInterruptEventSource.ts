import { defineMetaClass, type OSMetaClass, type OSObject } from '../../libkern/index.ts'
import { frameStack } from '../../mach/index.ts'
import type { Blocking, Frame } from '../../sim/index.ts'
import { IOInterruptAccountingData } from '../reporting/IOInterruptAccounting.ts'
import { ACTION_COST_NS, chargeDriver, PRIMARY_COST_NS } from './accounting.ts'
import { blockedAtInterruptLevel } from './contexts.ts'
import { actionName, driverFrame, kernelFrame } from './driverFrame.ts'
import {
  IOInterruptEventSource, prepared, type InterruptProvider, type IOInterruptEventAction,
} from './IOInterruptEventSource.ts'

/** Primary filter: true when the interrupt is ours and the work loop should hear of it. Interrupt level. */
export type IOFilterAction = (owner: OSObject, sender: IOFilterInterruptEventSource) => boolean

const PRIMARY = kernelFrame('IOFilterInterruptEventSource::normalInterruptOccurred(void*, IOService*, int)')

export interface FilterActions {
  readonly action: IOInterruptEventAction
  readonly filter: IOFilterAction
}

/**
 * An interrupt source that asks a filter first.
 * @xnu iokit/Kernel/IOFilterInterruptEventSource.cpp IOFilterInterruptEventSource — faithful
 */
export class IOFilterInterruptEventSource extends IOInterruptEventSource {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOFilterInterruptEventSource', IOFilterInterruptEventSource, IOInterruptEventSource)

  private readonly filter: IOFilterAction
  private readonly filterFrame: Frame

  constructor(owner: OSObject, actions: FilterActions) {
    super(owner, actions.action)
    this.filter = actions.filter
    this.filterFrame = driverFrame(owner, `${actionName(actions.filter)}(IOFilterInterruptEventSource*)`)
  }

  /**
   * Null when the provider has no such interrupt or it has a handler. One reference to the caller.
   * Thread context: sleeps while the interrupt's controller is not there.
   * @xnu IOFilterInterruptEventSource.cpp filterInterruptEventSource — faithful
   */
  static filterInterruptEventSource(
    owner: OSObject, actions: FilterActions, provider: InterruptProvider, index = 0,
  ): Blocking<IOFilterInterruptEventSource | null> {
    return prepared(new IOFilterInterruptEventSource(owner, actions), provider, index)
  }

  protected override newStatistics(): IOInterruptAccountingData {
    return new IOInterruptAccountingData({ firstLevelNs: PRIMARY_COST_NS, secondLevelNs: ACTION_COST_NS })
  }

  /** @xnu IOFilterInterruptEventSource.cpp getFilterAction — faithful */
  getFilterAction(): IOFilterAction {
    return this.filter
  }

  /**
   * Asks the filter; true: a level line is held back, the interrupt is counted and the loop woken. Interrupt
   * level. @xnu IOFilterInterruptEventSource.cpp normalInterruptOccurred, disableInterruptOccurred —
   * faithful
   */
  override interruptOccurred(nub: OSObject | null, source: number): void {
    const frames = frameStack()
    const depth = frames.push(PRIMARY)
    frames.push(this.filterFrame)
    const { usage } = this
    usage.interrupts++
    chargeDriver(usage, PRIMARY_COST_NS)
    const isOurs: unknown = this.filter(this.owner, this)
    this.statistics.firstLevelCount++
    frames.cut(depth)
    if (!isOurs) return
    if (typeof isOurs === 'object') blockedAtInterruptLevel()
    if (this.autoDisable && nub !== null) this.provider!.disableInterrupt(source)
    this.signalInterrupt()
  }
}
