import { kIOReturnSuccess } from '../../../abi/index.ts'
import {
  IOInterruptController, registerInterruptController, type IOInterruptVector,
} from '../../../iokit/interrupts/index.ts'
import type { IOMemoryMap } from '../../../iokit/memory/index.ts'
import { deviceTreeWords, getPlatform, interruptControllerName, waitForCPUInterruptController }
  from '../../../iokit/platform/index.ts'
import type { IOService } from '../../../iokit/service/index.ts'
import { kIOInterruptTypeLevel } from '../../../iokit/workloop/index.ts'
import { defineMetaClass, type OSMetaClass } from '../../../libkern/index.ts'
import { present, wait, type KernelThread } from '../../../sim/index.ts'
import { AIC_CONFIG_ENABLE, AIC_EVENT_INTERRUPT, AIC_INFO_COUNT, AicRegister } from '../registers.ts'

/** A run of interrupt numbers that another controller serves: PCIe messages. */
interface ForwardedRange {
  readonly first: number
  readonly count: number
  readonly controller: IOInterruptController
}

/**
 * Drives the first Apple interrupt controller. Reading the event register takes an interrupt and masks it;
 * it is
 * unmasked when its handler has run and has not disabled it.
 */
export class AppleInterruptController extends IOInterruptController {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('AppleInterruptController', AppleInterruptController, IOInterruptController)

  private registers: IOMemoryMap | null = null
  private readonly forwarded: ForwardedRange[] = []

  /**
   * Masks everything, enables the controller, hangs it on the processors, publishes its name. Matching
   * thread.
   */
  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    const registers = provider.mapDeviceMemoryWithIndex(0)
    const phandle = deviceTreeWords(provider.getProperty('AAPL,phandle'))[0]
    if (registers === null || phandle === undefined) return false
    this.registers = registers
    const count = registers.read32(AicRegister.info) & AIC_INFO_COUNT
    for (let word = 0; word * 32 < count; word++) {
      registers.write32(AicRegister.maskSet + word * 4, 0xffffffff)
    }
    registers.write32(AicRegister.config, AIC_CONFIG_ENABLE)
    yield* waitForCPUInterruptController()
    getPlatform()?.setCPUInterruptProperties(provider)
    const result = yield* wait(provider.registerInterrupt(0, this, () => this.handleEvents()))
    if (result !== kIOReturnSuccess) return false
    provider.enableInterrupt(0)
    const name = interruptControllerName(phandle)
    provider.setProperty('InterruptControllerName', name)
    registerInterruptController(name, this)
    this.registerService()
    return true
  }

  /** Lets `controller` serve the interrupts [first, first + count). */
  forward(first: number, count: number, controller: IOInterruptController): void {
    this.forwarded.push({ first, count, controller })
  }

  /** Lets one interrupt through; also for controllers that others are forwarded to. Any context. */
  unmask(number: number): void {
    this.map.write32(AicRegister.maskClear + (number >> 5) * 4, (1 << (number & 31)) >>> 0)
  }

  /** Holds one interrupt back. Any context. */
  mask(number: number): void {
    this.map.write32(AicRegister.maskSet + (number >> 5) * 4, (1 << (number & 31)) >>> 0)
  }

  protected override enableVector(vector: IOInterruptVector): void {
    this.unmask(vector.vectorNumber)
  }

  protected override disableVectorHard(vector: IOInterruptVector): void {
    this.mask(vector.vectorNumber)
  }

  protected override getVectorType(): number {
    return kIOInterruptTypeLevel
  }

  /** Serves every pending event. Primary interrupt context. */
  private handleEvents(): void {
    for (;;) {
      const event = this.map.read32(AicRegister.event)
      if (event >>> 16 !== AIC_EVENT_INTERRUPT) return
      this.dispatch(event & 0xffff)
    }
  }

  private dispatch(number: number): void {
    const range = this.forwarded.find(({ first, count }) => number >= first && number < first + count)
    if (range !== undefined) {
      range.controller.handleInterrupt(number)
      this.unmask(number)
      return
    }
    this.handleInterrupt(number)
    const vector = this.vectorAt(number)
    if (vector === null || !vector.registered) return
    if (vector.interruptDisabledSoft) vector.interruptDisabledHard = true
    else this.unmask(number)
  }

  private get map(): IOMemoryMap {
    return present(this.registers, 'the controller has started')
  }
}
