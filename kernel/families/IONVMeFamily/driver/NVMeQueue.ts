import {
  IOBufferMemoryDescriptor, kIOMemoryPhysicallyContiguous, type IOMemoryMap,
} from '../../../iokit/index.ts'
import { present } from '../../../sim/index.ts'
import { CQ_ENTRY_BYTES, SQ_ENTRY_BYTES } from '../bits.ts'
import { doorbellOffset } from '../registers.ts'

/** What a completion entry says. Reused: read it before the next one is taken. */
export interface CompletionEntry {
  cid: number
  status: number
  result: number
}

const PAGE_BYTES = 4096

/** A pair of rings as the driver sees it: puts commands in, takes completions out, rings doorbells. */
export class NVMeQueue {
  readonly entry: CompletionEntry = { cid: 0, status: 0, result: 0 }
  private submissions: Uint32Array
  private completions: Uint32Array
  private tail = 0
  private head = 0
  private phase = 1
  private readonly tailDoorbell: number
  private readonly headDoorbell: number

  private constructor(
    private readonly registers: IOMemoryMap, readonly id: number, readonly size: number,
    private readonly memory: { readonly sq: IOBufferMemoryDescriptor; readonly cq: IOBufferMemoryDescriptor },
    strideShift: number,
  ) {
    this.submissions = wordsOf(memory.sq)
    this.completions = wordsOf(memory.cq)
    this.tailDoorbell = doorbellOffset(id, false, strideShift)
    this.headDoorbell = doorbellOffset(id, true, strideShift)
  }

  /** Rings of `size` entries in zeroed, contiguous memory; null without memory. */
  static create(registers: IOMemoryMap, id: number, size: number, strideShift: number): NVMeQueue | null {
    const sq = ringMemory(size * SQ_ENTRY_BYTES)
    const cq = sq === null ? null : ringMemory(size * CQ_ENTRY_BYTES)
    if (sq === null || cq === null) {
      sq?.release()
      return null
    }
    return new NVMeQueue(registers, id, size, { sq, cq }, strideShift)
  }

  get submissionAddress(): number {
    return this.memory.sq.getPhysicalSegment(0).address
  }

  get completionAddress(): number {
    return this.memory.cq.getPhysicalSegment(0).address
  }

  /**
   * Words of the free entry at the tail, zeroed, from the returned index on. `push` hands it to the device.
   */
  prepare(): { words: Uint32Array; at: number } {
    const at = this.tail * (SQ_ENTRY_BYTES / 4)
    this.submissions.fill(0, at, at + SQ_ENTRY_BYTES / 4)
    return { words: this.submissions, at }
  }

  /** Hands the prepared entry over and rings the doorbell. */
  push(): void {
    this.tail = this.tail + 1 === this.size ? 0 : this.tail + 1
    this.registers.write32(this.tailDoorbell, this.tail)
  }

  /** Whether a completion waits. Any context. */
  hasCompletion(): boolean {
    return ((this.completions[this.head * 4 + 3]! >>> 16) & 1) === this.phase
  }

  /** Takes the next completion into `entry`; false when there is none. */
  take(): boolean {
    if (!this.hasCompletion()) return false
    const at = this.head * 4
    const last = this.completions[at + 3]!
    this.entry.result = this.completions[at]!
    this.entry.cid = last & 0xffff
    this.entry.status = last >>> 17
    if (++this.head === this.size) {
      this.head = 0
      this.phase ^= 1
    }
    return true
  }

  /** Tells the device how far completions were taken. */
  acknowledge(): void {
    this.registers.write32(this.headDoorbell, this.head)
  }

  release(): void {
    this.memory.sq.release()
    this.memory.cq.release()
  }
}

function ringMemory(sizeBytes: number): IOBufferMemoryDescriptor | null {
  let alignment = PAGE_BYTES
  while (alignment < sizeBytes) alignment *= 2
  return IOBufferMemoryDescriptor.withOptions(
    kIOMemoryPhysicallyContiguous, Math.max(sizeBytes, PAGE_BYTES), alignment,
  )
}

function wordsOf(memory: IOBufferMemoryDescriptor): Uint32Array {
  const bytes = present(memory.getBytes(), 'contiguous, aligned ring memory is one piece')
  return new Uint32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length >> 2)
}
