import {
  IOPCIMessagedInterruptController, type IOInterruptVector, type MessageTarget,
} from '../../../iokit/interrupts/index.ts'
import { defineMetaClass, type OSMetaClass } from '../../../libkern/index.ts'
import type { AppleInterruptController } from '../../AppleInterruptController/index.ts'

/** The page that PCIe functions write their messages to, and the numbers their messages become. */
export interface MessageWindow {
  readonly name: string
  readonly address: bigint
  /** Interrupt number of message 0. */
  readonly first: number
  readonly count: number
}

/** Messages of PCIe functions as interrupts of the chip's controller: message n is interrupt `first + n`. */
export class ApplePCIEMSIController extends IOPCIMessagedInterruptController {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('ApplePCIEMSIController', ApplePCIEMSIController, IOPCIMessagedInterruptController)

  private parentController: AppleInterruptController | null = null

  /** Second stage of construction. */
  initWithWindow(parent: AppleInterruptController, window: MessageWindow): boolean {
    this.parentController = parent
    const { name, first, count, address } = window
    const messageFor = (vector: number): MessageTarget => ({ address, data: vector - first })
    if (!this.initWithVectors({ name, first, count, messageFor })) return false
    this.removeProperty('Base Vector Number')
    this.setName(name)
    parent.forward(first, count, this)
    return true
  }

  protected override enableVector(vector: IOInterruptVector): void {
    this.parentController?.unmask(this.inputOf(vector))
  }

  /** Entries of a function that share a message go on without the one. */
  protected override disableVectorHard(vector: IOInterruptVector): void {
    if (this.vectorAt(vector.vectorNumber) === vector) this.parentController?.mask(this.inputOf(vector))
  }
}
