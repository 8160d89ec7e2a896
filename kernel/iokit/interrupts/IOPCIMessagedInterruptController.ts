import { defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import type { IOReturn } from '../../abi/index.ts'
import { kernelFrame, kIOInterruptTypeMessage } from '../workloop/index.ts'
import { interruptSourceOf, registerInterruptController, type InterruptNub } from './controllers.ts'
import { IOInterruptController, type IOInterruptVector } from './IOInterruptController.ts'

const HANDLE_INTERRUPT =
  kernelFrame('IOPCIMessagedInterruptController::handleInterrupt(void*, IOService*, int)')
/** Set besides the other bit for MSI-X. */
const kIOInterruptTypeMessageX = 0x20000

/** Where a device writes, and what, to raise a message-signalled vector. */
export interface MessageTarget {
  readonly address: bigint
  readonly data: number
}

/** What a controller of messages hands out, and what must be programmed into devices for it. */
export interface MessageVectors {
  /** Name under which nubs refer to the controller. */
  readonly name: string
  /** What the hardware calls vector 0: specifiers count from there. */
  readonly first: number
  readonly count: number
  readonly messageFor: (vectorNumber: number) => MessageTarget
}

/** An MSI-X function that got fewer vectors than its table has entries: all entries share one. */
export interface SharedMessage {
  /** The nub's interrupt that is entry 0. */
  readonly firstSource: number
  readonly entryCount: number
  /** How many entries have a handler. */
  readonly handlerCount: number
  /** Bits `word * 64` and on of the pending-bit array. Interrupt level. */
  pendingBits(word: number): bigint
}

/** A shared vector, and the vectors that stand for the entries behind it. */
interface SharedVector {
  readonly message: SharedMessage
  readonly entries: (IOInterruptVector | undefined)[]
}

/**
 * Controller of message-signalled interrupts: hands out vectors in aligned runs and says what to program
 * into devices. @xnu IOPCIFamily IOPCIMessagedInterruptController.cpp — simplified: masking is the device's
 * own (MSI-X mask bits)
 */
export class IOPCIMessagedInterruptController extends IOInterruptController {
  static override readonly metaClass: OSMetaClass = defineMetaClass(
    'IOPCIMessagedInterruptController', IOPCIMessagedInterruptController, IOInterruptController,
  )

  private range: MessageVectors = {
    name: '', first: 0, count: 0, messageFor: () => ({ address: 0n, data: 0 }),
  }
  /** Vectors in use. */
  private readonly taken = new Set<number>()
  /** By vector number. */
  private readonly shared = new Map<number, SharedVector>()

  /**
   * Second stage of construction: which vectors, under which name. Registers the name.
   * @xnu IOPCIMessagedInterruptController.cpp init — simplified: neither attached to the platform nor
   * registered as a service; its numbers are 64 bits wide, not 32
   */
  initWithVectors(vectors: MessageVectors): boolean {
    if (!this.init()) return false
    this.range = vectors
    this.setProperty('Vector Count', vectors.count, 32)
    this.setProperty('Base Vector Number', vectors.first, 32)
    this.setProperty('InterruptControllerName', vectors.name)
    this.publishFree()
    registerInterruptController(vectors.name, this)
    return true
  }

  /** Name under which nubs refer to this controller. @xnu ours: there the property alone */
  controllerName(): string {
    return this.range.name
  }

  /** What a device must write for `vectorNumber`. @xnu ours: there a platform function gives it */
  messageFor(vectorNumber: number): MessageTarget {
    return this.range.messageFor(this.range.first + vectorNumber)
  }

  /**
   * A free run of `count` vectors; the first, or null when there is none. Its place is aligned as a mask of
   * `count - 1` does it: to the count if that is a power of two.
   * @xnu IOPCIMessagedInterruptController.cpp allocateInterruptVectors — faithful
   */
  allocateVectors(count: number): number | null {
    const mask = count - 1
    for (let start = 0; start < this.range.count; start++) {
      if (this.taken.has(start)) continue
      let end = start
      while (end + 1 < this.range.count && !this.taken.has(end + 1)) end++
      const at = (start + mask) & ~mask
      if (at + mask <= end) return this.takeVectors(at, count)
      start = end
    }
    return null
  }

  /** Gives vectors back. @xnu IOPCIMessagedInterruptController.cpp deallocateInterrupt — faithful */
  freeVectors(first: number, count: number): void {
    for (let vector = first; vector < first + count; vector++) {
      this.taken.delete(vector)
      this.shared.delete(vector)
    }
    this.publishFree()
  }

  /**
   * Lets all entries of a function's table share a vector; each has a handler of its own, and the function's
   * pending bits tell them apart. Thread context.
   * @xnu IOPCIMessagedInterruptController.cpp allocateDeviceInterrupts — faithful
   */
  shareMessage(vectorNumber: number, message: SharedMessage): void {
    this.shared.set(vectorNumber, { message, entries: [] })
  }

  /** Also for a vector that nobody has enabled: an interrupt that came meanwhile is made up for.
   * @xnu IOPCIMessagedInterruptController.cpp enableInterrupt, enableVector — faithful
   */
  override enableInterruptFor(nub: InterruptNub, source: number): IOReturn {
    const vector = this.vectorFor(nub, source)
    if (vector.isOwed && vector.interruptDisabledSoft && vector.interruptDisabledHard) {
      vector.isOwed = false
      vector.handler!(vector.nub!, vector.source)
    }
    return super.enableInterruptFor(nub, source)
  }

  /**
   * Delivers a message, by the hardware's number: also while it is disabled, unless it was never enabled,
   * then it is remembered once. Interrupt level.
   * @xnu IOPCIMessagedInterruptController.cpp handleInterrupt — faithful
   */
  override handleInterrupt(hardwareVector: number): void {
    const vectorNumber = hardwareVector - this.range.first
    const shared = this.shared.get(vectorNumber)
    if (shared === undefined) this.handleMessage(this.vectors[vectorNumber])
    else this.handleSharedMessage(shared)
  }

  /**
   * Calls the entries whose bits are set. The only handler of a function is called without a look at the
   * bits, if it is that of entry 0. A table that clears a bit when its message leaves shows none here: only
   * what was held back can be told apart.
   */
  private handleSharedMessage({ message, entries }: SharedVector): void {
    if (message.handlerCount === 1) {
      this.handleMessage(entries[0])
      return
    }
    let bits = 0n
    for (let entry = 0; entry < message.entryCount; entry++) {
      if ((entry & 63) === 0) bits = message.pendingBits(entry >> 6)
      if (((bits >> BigInt(entry & 63)) & 1n) !== 0n) this.handleMessage(entries[entry])
    }
  }

  private handleMessage(vector: IOInterruptVector | undefined): void {
    if (vector === undefined || !vector.registered) return
    if (vector.interruptDisabledHard) {
      vector.isOwed = true
      return
    }
    this.deliver(vector, HANDLE_INTERRUPT)
  }

  /**
   * MSI or MSI-X, as the specifier's flags say. @xnu IOPCIMessagedInterruptController.cpp getInterruptType —
   * faithful
   */
  protected override getVectorType(_vectorNumber: number, vectorData: Uint8Array): number {
    return kIOInterruptTypeMessage | (((vectorData[6] ?? 0) << 16) & kIOInterruptTypeMessageX)
  }

  /** Of a shared vector, the one that stands for the entry. */
  protected override vectorFor(nub: InterruptNub, source: number): IOInterruptVector {
    const shared = this.shared.get(this.messageNumberOf(nub, source))
    if (shared === undefined) return super.vectorFor(nub, source)
    return this.vectorIn(shared.entries, source - shared.message.firstSource)
  }

  protected override forget(vector: IOInterruptVector): void {
    super.forget(vector)
    if (vector.nub === null) return
    const entries = this.shared.get(this.messageNumberOf(vector.nub, vector.source))?.entries
    if (entries?.[vector.vectorNumber] === vector) entries[vector.vectorNumber] = undefined
  }

  /** Number of the message that a nub's interrupt comes as; several entries may share it. */
  protected messageNumberOf(nub: InterruptNub, source: number): number {
    return this.vectorNumberOf(interruptSourceOf(nub, source).vectorData)
  }

  /** The hardware's number of the message that raises a vector. */
  protected inputOf(vector: IOInterruptVector): number {
    return this.range.first + this.messageNumberOf(vector.nub!, vector.source)
  }

  protected override enableVector(_vector: IOInterruptVector): void {}

  protected override disableVectorHard(_vector: IOInterruptVector): void {}

  private takeVectors(at: number, count: number): number {
    for (let i = 0; i < count; i++) this.taken.add(at + i)
    this.publishFree()
    return at
  }

  private publishFree(): void {
    this.setProperty('MSIFree', this.range.count - this.taken.size, 32)
  }
}
