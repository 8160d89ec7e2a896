import {
  IOInterruptEventSource, IOLog, IOService, IOTimerEventSource, IOWorkLoop, wait, type KernelThread,
} from 'com.apple.kpi.iokit'
import { defineMetaClass } from 'com.apple.kpi.libkern'

/** One entry of a ring that this driver forgets to allocate. */
interface Ring {
  head: number
}

/**
 * A driver with a mistake: it starts a timer, raises its own interrupt source from it, and the handler reads
 * the head of a ring that was never made.
 */
export class NullDereference extends IOService {
  static override readonly metaClass = defineMetaClass('NullDereference', NullDereference, IOService)

  private workLoop!: IOWorkLoop
  private interrupts!: IOInterruptEventSource
  private timer!: IOTimerEventSource
  private ring!: Ring;

  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    this.workLoop = IOWorkLoop.workLoop()
    const interrupts = IOInterruptEventSource.interruptEventSource(this, this.interruptOccurred)
    if (interrupts === null) return false
    this.interrupts = interrupts
    this.timer = IOTimerEventSource.timerEventSource(this, this.timeoutOccurred)
    this.workLoop.addEventSource(this.interrupts)
    this.workLoop.addEventSource(this.timer)
    this.timer.setTimeoutMS(100)
    IOLog('NullDereference: started, the first interrupt comes in 100 ms\n')
    this.registerService()
    return true
  }

  timeoutOccurred = (): void => {
    this.interrupts.interruptOccurred(null, 0)
  };

  interruptOccurred = (): void => {
    const head = this.ring.head
    IOLog(`NullDereference: the ring stands at ${head}\n`)
  }
}
