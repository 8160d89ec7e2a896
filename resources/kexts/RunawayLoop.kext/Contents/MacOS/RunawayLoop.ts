import { IOService, wait, type KernelThread } from 'com.apple.kpi.iokit'
import { defineMetaClass } from 'com.apple.kpi.libkern'

/** A driver with a mistake: its start routine polls for ever. */
export class RunawayLoop extends IOService {
  static override readonly metaClass = defineMetaClass('RunawayLoop', RunawayLoop, IOService)

  private ready = false;

  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    while (!this.ready) this.poll()
    return true
  }

  poll(): void {
    // The bit would be read from a status register here.
  }
}
