import {
  IOCommandGate, IOLog, IOService, IOTimerEventSource, IOUserClient, IOWorkLoop, kIOReturnBadArgument,
  kIOReturnSuccess, wait, type Blocking, type IOExternalMethodArguments, type IOExternalMethodDispatch,
  type IOReturn, type KernelThread,
} from 'com.apple.kpi.iokit'
import { defineMetaClass, OSDynamicCast } from 'com.apple.kpi.libkern'
import { clock_interval_to_deadline } from 'com.apple.kpi.mach'

const kMillisecondScale = 1000000
const kLongestIntervalMS = 10000

/**
 * A counter that only changes behind its work loop's gate: the timer's action holds the gate already, and
 * everybody else comes in through the command gate.
 */
export class TimerGate extends IOService {
  static override readonly metaClass = defineMetaClass('TimerGate', TimerGate, IOService)

  private workLoop!: IOWorkLoop
  private gate!: IOCommandGate
  private timer!: IOTimerEventSource
  private intervalMS = 100
  private ticks = 0;

  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    this.workLoop = IOWorkLoop.workLoop()
    this.gate = IOCommandGate.commandGate(this)
    this.timer = IOTimerEventSource.timerEventSource(this, this.timeoutOccurred)
    this.workLoop.addEventSource(this.gate)
    this.workLoop.addEventSource(this.timer)
    this.timer.setTimeoutMS(this.intervalMS)
    this.setProperty('Interval', this.intervalMS, 32)
    this.registerService()
    return true
  }

  override stop(provider: IOService): void {
    IOLog(`TimerGate: stopped after ${this.ticks} ticks\n`)
    this.timer.cancelTimeout()
    this.workLoop.removeEventSource(this.timer)
    this.workLoop.removeEventSource(this.gate)
    super.stop(provider)
  }

  override free(): void {
    this.timer?.release()
    this.gate?.release()
    this.workLoop?.release()
    super.free()
  }

  /** Any thread: the ticks so far. */
  *readTicks(answer: { ticks: number }): KernelThread<IOReturn> {
    return yield* this.gate.runAction(() => {
      answer.ticks = this.ticks
      return kIOReturnSuccess
    })
  }

  /** Any thread: another pace, from now on. */
  *setInterval(intervalMS: number): KernelThread<IOReturn> {
    if (intervalMS < 1 || intervalMS > kLongestIntervalMS) return kIOReturnBadArgument
    return yield* this.gate.runAction(() => {
      this.intervalMS = intervalMS
      this.ticks = 0
      this.setProperty('Interval', intervalMS, 32)
      this.arm()
      return kIOReturnSuccess
    })
  }

  /** Behind the gate. */
  timeoutOccurred = (): void => {
    this.ticks++
    this.arm()
  }

  private arm(): void {
    this.timer.wakeAtTime(clock_interval_to_deadline(this.intervalMS, kMillisecondScale))
  }
}

/** Selector 0 reads the ticks into one scalar; selector 1 takes the interval in milliseconds. */
export class TimerGateUserClient extends IOUserClient {
  static override readonly metaClass = defineMetaClass('TimerGateUserClient', TimerGateUserClient, IOUserClient)

  private driver: TimerGate | null = null;

  override *start(provider: IOService): KernelThread<boolean> {
    this.driver = OSDynamicCast(TimerGate, provider)
    return this.driver !== null && (yield* wait(super.start(provider)))
  }

  override clientClose(): IOReturn {
    this.terminate()
    return kIOReturnSuccess
  }

  override getService(): IOService | null {
    return this.driver
  }

  override externalMethod(selector: number, args: IOExternalMethodArguments): Blocking<IOReturn> {
    const method = sMethods[selector]
    return method === undefined ? kIOReturnBadArgument : super.externalMethod(selector, args, method)
  }

  /** The connection's thread, which may sleep at the gate. */
  *readTicks(args: IOExternalMethodArguments): KernelThread<IOReturn> {
    const answer = { ticks: 0 }
    const result = yield* this.timerGate.readTicks(answer)
    args.scalarOutput[0] = BigInt(answer.ticks)
    return result
  }

  setInterval(args: IOExternalMethodArguments): KernelThread<IOReturn> {
    return this.timerGate.setInterval(Number(args.scalarInput[0]))
  }

  /** Who is called has been started, and so has its driver. */
  private get timerGate(): TimerGate {
    return this.driver!
  }
}

const sReadTicks: IOExternalMethodDispatch<TimerGateUserClient> = {
  function: (client, _reference, args) => client.readTicks(args),
  checkScalarInputCount: 0, checkStructureInputSize: 0, checkScalarOutputCount: 1, checkStructureOutputSize: 0,
}

const sSetInterval: IOExternalMethodDispatch<TimerGateUserClient> = {
  function: (client, _reference, args) => client.setInterval(args),
  checkScalarInputCount: 1, checkStructureInputSize: 0, checkScalarOutputCount: 0, checkStructureOutputSize: 0,
}

const sMethods = [sReadTicks, sSetInterval]
