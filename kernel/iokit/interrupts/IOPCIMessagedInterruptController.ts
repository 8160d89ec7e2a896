import { defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import { kIOInterruptTypeMessage } from '../workloop/index.ts'
import { registerInterruptController } from './controllers.ts'
import { IOInterruptController, type IOInterruptVector } from './IOInterruptController.ts'

/** Where a device writes, and what, to raise a message-signalled vector. */
export interface MessageTarget {
  readonly address: bigint
  readonly data: number
}

/** What a controller of messages hands out, and what must be programmed into devices for it. */
export interface MessageVectors {
  /** Name under which nubs refer to the controller. */
  readonly name: string
  readonly first: number
  readonly count: number
  readonly messageFor: (vectorNumber: number) => MessageTarget
}

/**
 * Controller of message-signalled interrupts: hands out vectors in aligned runs and says what to program into devices.
 * @xnu IOPCIFamily IOPCIMessagedInterruptController.cpp — simplified: masking is the device's own (MSI-X mask bits)
 */
export class IOPCIMessagedInterruptController extends IOInterruptController {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOPCIMessagedInterruptController', IOPCIMessagedInterruptController, IOInterruptController)

  private range: MessageVectors = { name: '', first: 0, count: 0, messageFor: () => ({ address: 0n, data: 0 }) }
  private readonly taken = new Set<number>()

  /** Second stage of construction: which vectors, under which name. Registers the name. */
  initWithVectors(vectors: MessageVectors): boolean {
    if (!this.init()) return false
    this.range = vectors
    this.setProperty('Vector Count', vectors.count, 64)
    this.setProperty('Base Vector Number', vectors.first, 64)
    this.setProperty('InterruptControllerName', vectors.name)
    this.publishFree()
    registerInterruptController(vectors.name, this)
    return true
  }

  /** Name under which nubs refer to this controller. */
  controllerName(): string {
    return this.range.name
  }

  /** What a device must write for `vectorNumber`. */
  messageFor(vectorNumber: number): MessageTarget {
    return this.range.messageFor(vectorNumber)
  }

  /** A free run of `count` vectors, aligned to the next power of two; the first, or null when there is none. */
  allocateVectors(count: number): number | null {
    let alignment = 1
    while (alignment < count) alignment *= 2
    const end = this.range.first + this.range.count
    for (let first = Math.ceil(this.range.first / alignment) * alignment; first + count <= end; first += alignment) {
      let isFree = true
      for (let i = 0; i < count && isFree; i++) isFree = !this.taken.has(first + i)
      if (!isFree) continue
      for (let i = 0; i < count; i++) this.taken.add(first + i)
      this.publishFree()
      return first
    }
    return null
  }

  /** Gives vectors back. */
  freeVectors(first: number, count: number): void {
    for (let i = 0; i < count; i++) this.taken.delete(first + i)
    this.publishFree()
  }

  protected override getVectorType(_vectorNumber: number, _vectorData: Uint8Array): number {
    return kIOInterruptTypeMessage
  }

  protected override enableVector(_vector: IOInterruptVector): void {}

  protected override disableVectorHard(_vector: IOInterruptVector): void {}

  private publishFree(): void {
    this.setProperty('MSIFree', this.range.count - this.taken.size, 64)
  }
}
