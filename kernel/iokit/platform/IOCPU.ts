import { defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import { kernelState, wait, type KernelThread } from '../../sim/index.ts'
import { IOService } from '../service/index.ts'

const processors = kernelState((): IOCPU[] => [])

/** Processor states as the registry writes them. */
export type CPUState = 'Unregistered' | 'Uninitialized' | 'Stopped' | 'Running'

/**
 * A processor. All of them share the one virtual processor that runs threads; only the first is the boot
 * processor.
 * @xnu iokit/Kernel/IOCPU.cpp IOCPU — simplified: no start, quiesce or halt of other processors
 */
export class IOCPU extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOCPU', IOCPU, IOService, { abstract: true })

  /** Matching thread. @xnu IOCPU.cpp start — faithful */
  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    const number = processors().length
    processors().push(this)
    this.setProperty('IOCPUID', this.getRegistryEntryID(), 64)
    this.setProperty('IOCPUNumber', number, 32)
    this.setCPUState('Uninitialized')
    return true
  }

  setCPUState(state: CPUState): void {
    this.setProperty('IOCPUState', state)
  }

  getCPUNumber(): number {
    return processors().indexOf(this)
  }

  /** The processors that have started, in their order. */
  static processors(): readonly IOCPU[] {
    return processors()
  }
}
