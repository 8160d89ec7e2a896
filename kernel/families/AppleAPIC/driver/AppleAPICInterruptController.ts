import { kIOReturnSuccess } from '../../../abi/index.ts'
import {
  IOInterruptController, IOPCIMessagedInterruptController, knownInterruptController,
  registerInterruptController,
  type IOInterruptVector,
} from '../../../iokit/interrupts/index.ts'
import type { IOMemoryMap } from '../../../iokit/memory/index.ts'
import { presentedVector, waitForCPUInterruptController } from '../../../iokit/platform/index.ts'
import type { IOService } from '../../../iokit/service/index.ts'
import { kIOInterruptTypeEdge, kIOInterruptTypeLevel } from '../../../iokit/workloop/index.ts'
import { OSNumber, OSString, defineMetaClass, type OSMetaClass } from '../../../libkern/index.ts'
import { kprintf } from '../../../mach/index.ts'
import { present, wait, type KernelThread } from '../../../sim/index.ts'
import { IoApicIndex, IoApicRegister, Redirection } from '../registers.ts'

const MESSAGED_CONTROLLER = 'IOPCIMessagedInterruptController'
/** Bit 0 of a specifier's flag word: the input is a level. */
const SPECIFIER_LEVEL = 1
const PCI_INPUTS = 16

/**
 * Drives an I/O APIC, and being the controller the processors' vectors come to, passes the vectors of
 * messages on
 * to their own controller.
 */
export class AppleAPICInterruptController extends IOInterruptController {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('AppleAPICInterruptController', AppleAPICInterruptController, IOInterruptController)

  private registers: IOMemoryMap | null = null
  private baseVector = 0
  private inputCount = 0
  private messaged: IOPCIMessagedInterruptController | null = null

  /** Masks every input and hangs the controller on the processors. Matching thread. */
  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    const name = provider.getProperty('InterruptControllerName')
    const base = provider.getProperty('Base Vector Number')
    this.registers = provider.mapDeviceMemoryWithIndex(0)
    if (this.registers === null || !(name instanceof OSString) || !(base instanceof OSNumber)) return false
    this.baseVector = base.numberValue()
    this.inputCount = ((this.readIndirect(IoApicIndex.version) >>> 16) & 0xff) + 1
    for (let input = 0; input < this.inputCount; input++) this.writeEntry(input, Redirection.masked)
    this.setProperty('Vector Count', this.inputCount, 32)
    this.setProperty('Base Vector Number', this.baseVector, 32)
    yield* waitForCPUInterruptController()
    const result = yield* wait(provider.registerInterrupt(0, this, () => this.handleVector()))
    if (result !== kIOReturnSuccess) return false
    provider.enableInterrupt(0)
    registerInterruptController(name.getCStringNoCopy(), this)
    const messaged = knownInterruptController(MESSAGED_CONTROLLER)
    if (messaged instanceof IOPCIMessagedInterruptController) this.messaged = messaged
    this.registerService()
    return true
  }

  protected override vectorCanBeShared(): boolean {
    return true
  }

  protected override enableVector(vector: IOInterruptVector): void {
    const input = vector.vectorNumber
    const level = input >= PCI_INPUTS ? Redirection.level | Redirection.lowActive : 0
    this.writeEntry(input, (this.baseVector + input) | level)
  }

  protected override disableVectorHard(vector: IOInterruptVector): void {
    this.writeEntry(vector.vectorNumber, Redirection.masked)
  }

  protected override getVectorType(_input: number, specifier: Uint8Array): number {
    return ((specifier[4] ?? 0) & SPECIFIER_LEVEL) !== 0 ? kIOInterruptTypeLevel : kIOInterruptTypeEdge
  }

  /** Serves the vector that the processor was handed. Primary interrupt context. */
  private handleVector(): void {
    const vector = presentedVector()
    const input = vector - this.baseVector
    if (input >= 0 && input < this.inputCount) this.handleInterrupt(input)
    else if (this.messaged !== null) this.messaged.handleInterrupt(vector)
    else kprintf(`AppleAPIC: spurious vector ${vector}\n`)
  }

  private readIndirect(index: number): number {
    this.map.write32(IoApicRegister.select, index)
    return this.map.read32(IoApicRegister.window)
  }

  private writeEntry(input: number, low: number): void {
    this.map.write32(IoApicRegister.select, IoApicIndex.redirection + input * 2)
    this.map.write32(IoApicRegister.window, low >>> 0)
  }

  private get map(): IOMemoryMap {
    return present(this.registers, 'the controller has started')
  }
}
