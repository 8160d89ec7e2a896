import { IOLog, IOService, wait, type KernelThread } from 'com.apple.kpi.iokit'
import { defineMetaClass } from 'com.apple.kpi.libkern'

/** The smallest driver. */
export class HelloIOKit extends IOService {
  static override readonly metaClass = defineMetaClass('HelloIOKit', HelloIOKit, IOService);

  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    IOLog('HelloIOKit: hello from a kext\n')
    this.setProperty('Greeting', 'Hello, I/O Kit')
    this.registerService()
    return true
  }

  override stop(provider: IOService): void {
    IOLog('HelloIOKit: goodbye\n')
    super.stop(provider)
  }
}
