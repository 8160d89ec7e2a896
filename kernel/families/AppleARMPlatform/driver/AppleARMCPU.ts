import { IOCPU, IOCPUInterruptController, kIOCPUStateRunning } from '../../../iokit/platform/index.ts'
import type { IOService } from '../../../iokit/service/index.ts'
import { defineMetaClass, type OSMetaClass } from '../../../libkern/index.ts'
import { wait, type KernelThread } from '../../../sim/index.ts'

/** A processor core. The first one to start publishes the processors' interrupt inputs. */
export class AppleARMCPU extends IOCPU {
  static override readonly metaClass: OSMetaClass = defineMetaClass('AppleARMCPU', AppleARMCPU, IOCPU)

  /** Matching thread. */
  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    this.setCPUNumber(this.getCPUGroupSize() - 1)
    if (this.getCPUNumber() === 0) {
      const controller = new IOCPUInterruptController()
      controller.init()
      controller.publish(this)
      controller.release()
    }
    this.setCPUState(kIOCPUStateRunning)
    this.registerService()
    return true
  }
}
