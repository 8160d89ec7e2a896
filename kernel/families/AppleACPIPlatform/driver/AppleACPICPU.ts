import { OSNumber, defineMetaClass, type OSMetaClass } from '../../../libkern/index.ts'
import { IOCPU, IOCPUInterruptController, getPlatform, kIOCPUStateRunning } from '../../../iokit/platform/index.ts'
import type { IOService } from '../../../iokit/service/index.ts'
import { wait, type KernelThread } from '../../../sim/index.ts'

/** The processors' interrupt inputs on a machine with ACPI. */
export class AppleACPICPUInterruptController extends IOCPUInterruptController {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass(
      'AppleACPICPUInterruptController', AppleACPICPUInterruptController, IOCPUInterruptController,
    )
}

/** A logical processor that the firmware's tables list as fitted. */
export class AppleACPICPU extends IOCPU {
  static override readonly metaClass: OSMetaClass = defineMetaClass('AppleACPICPU', AppleACPICPU, IOCPU)

  /** Refuses processor objects that no fitted processor stands behind. */
  override probe(provider: IOService, _score: { value: number }): IOService | null {
    return provider.getProperty('processor-lapic') instanceof OSNumber ? this : null
  }

  /** Matching thread. */
  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    this.setCPUNumber(this.getCPUGroupSize() - 1)
    if (this.getCPUNumber() === 0) {
      const controller = new AppleACPICPUInterruptController()
      controller.init()
      controller.publish(this)
      controller.release()
    }
    getPlatform()?.setCPUInterruptProperties(this)
    this.setCPUState(kIOCPUStateRunning)
    this.registerService()
    return true
  }
}
