import { IOTimerEventSource, type IOService, type IOWorkLoop } from '../../../iokit/index.ts'

/** How long commands may be with the device before it is asked whether it is still there. */
const LOOK_NS = 1_000_000_000

/** What a watch asks and tells. */
export interface WatchedDevice {
  /** Whether commands are with the device. */
  readonly isBusy: () => boolean
  /** Whether its registers still answer. */
  readonly isPresent: () => boolean
  /** It was pulled out: nothing that is with it will come back. */
  readonly onGone: () => void
}

/**
 * Looks after commands of a device that may be pulled out: a removed function raises no interrupt and completes
 * nothing. Idle devices are not looked at.
 */
export class DeviceWatch {
  private readonly timer: IOTimerEventSource
  private isArmed = false

  constructor(owner: IOService, private readonly workLoop: IOWorkLoop, private readonly device: WatchedDevice) {
    this.timer = IOTimerEventSource.timerEventSource(owner, () => this.look())
    workLoop.addEventSource(this.timer)
  }

  /** A command went to the device. */
  arm(): void {
    if (this.isArmed) return
    this.isArmed = true
    this.timer.setTimeout(LOOK_NS)
  }

  stop(): void {
    this.timer.cancelTimeout()
    this.workLoop.removeEventSource(this.timer)
    this.timer.release()
  }

  /** Work-loop context. */
  private look(): void {
    this.isArmed = false
    if (!this.device.isBusy()) return
    if (this.device.isPresent()) this.arm()
    else this.device.onGone()
  }
}
