import { defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import { kIOInterruptTypeMessage } from '../workloop/index.ts'
import { IOInterruptController, type IOInterruptVector } from './IOInterruptController.ts'

/** Where a device writes, and what, to raise a message-signalled vector. */
export interface MessageTarget {
  readonly address: bigint
  readonly data: number
}

/**
 * Controller of message-signalled interrupts: hands out vectors in aligned runs and says what to program into devices.
 * @xnu IOPCIFamily IOPCIMessagedInterruptController.cpp — simplified: masking is the device's own (MSI-X mask bits)
 */
export abstract class IOPCIMessagedInterruptController extends IOInterruptController {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOPCIMessagedInterruptController', IOPCIMessagedInterruptController, IOInterruptController, { abstract: true })

  /** First vector and number of vectors. */
  protected abstract readonly vectorBase: number
  protected abstract readonly vectorCount: number
  private readonly taken = new Set<number>()

  /** What a device must write for `vectorNumber`. */
  abstract messageFor(vectorNumber: number): MessageTarget

  /** A free run of `count` vectors, aligned to the next power of two; the first, or null when there is none. */
  allocateVectors(count: number): number | null {
    let alignment = 1
    while (alignment < count) alignment *= 2
    const end = this.vectorBase + this.vectorCount
    for (let first = Math.ceil(this.vectorBase / alignment) * alignment; first + count <= end; first += alignment) {
      let isFree = true
      for (let i = 0; i < count && isFree; i++) isFree = !this.taken.has(first + i)
      if (!isFree) continue
      for (let i = 0; i < count; i++) this.taken.add(first + i)
      return first
    }
    return null
  }

  /** Gives vectors back. */
  freeVectors(first: number, count: number): void {
    for (let i = 0; i < count; i++) this.taken.delete(first + i)
  }

  protected override getVectorType(_vectorNumber: number, _vectorData: Uint8Array): number {
    return kIOInterruptTypeMessage
  }

  protected override enableVector(_vector: IOInterruptVector): void {}

  protected override disableVectorHard(_vector: IOInterruptVector): void {}
}
