import { IOLog, IOService, wait } from 'com.apple.kpi.iokit'
import { defineMetaClass } from 'com.apple.kpi.libkern'

/** The smallest driver. */
export class HelloIOKit extends IOService {
  static readonly metaClass = defineMetaClass('HelloIOKit', HelloIOKit, IOService);

  *start(provider: IOService): Generator<void, boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    IOLog('HelloIOKit: hello from a kext\n')
    this.setProperty('Greeting', 'Hello, I/O Kit')
    this.registerService()
    return true
  }

  stop(provider: IOService): void {
    IOLog('HelloIOKit: goodbye\n')
    super.stop(provider)
  }
}
