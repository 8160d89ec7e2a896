import { defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import { ml_install_interrupt_handler } from '../../mach/index.ts'
import { WaitQueue, kernelState, scheduler, type KernelThread } from '../../sim/index.ts'
import {
  IOInterruptController, registerInterruptController, type IOInterruptVector,
} from '../interrupts/index.ts'
import type { IOService } from '../service/index.ts'
import { gIOPlatformInterruptControllerName } from './IOPlatformExpert.ts'

/**
 * The processors' own interrupt inputs, as a controller that platform controllers hang on: one vector per
 * processor.
 * @xnu iokit/Kernel/IOCPU.cpp IOCPUInterruptController — simplified: every interrupt goes to the boot
 * processor
 */
export class IOCPUInterruptController extends IOInterruptController {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOCPUInterruptController', IOCPUInterruptController, IOInterruptController)

  /**
   * Publishes this below a processor and connects it to the interrupt entry. @xnu IOCPU.cpp
   * registerCPUInterruptController — faithful
   */
  publish(provider: IOService): void {
    this.setProperty('IOPlatformInterruptController', true)
    this.attach(provider)
    registerInterruptController(gIOPlatformInterruptControllerName, this)
    ml_install_interrupt_handler((vector) => {
      ready().vector = vector
      this.handleInterrupt(0)
    })
    ready().published = true
    scheduler().wakeAll(ready().waiters)
    this.registerService()
  }

  protected override enableVector(_vector: IOInterruptVector): void {}

  protected override disableVectorHard(_vector: IOInterruptVector): void {}
}

const ready = kernelState(() => ({ published: false, vector: 0, waiters: new WaitQueue() }))

/**
 * Processor vector of the interrupt that is being handled: what an Intel processor was handed by its APIC.
 */
export function presentedVector(): number {
  return ready().vector
}

/**
 * Sleeps until the processors' interrupt inputs are a controller that others can hang on. Matching thread.
 */
export function* waitForCPUInterruptController(): KernelThread {
  while (!ready().published) {
    scheduler().assertWait(ready().waiters)
    yield
  }
}
