import { CQ_ENTRY_BYTES, SQ_ENTRY_BYTES } from '../bits.ts'
import type { NvmeBus } from './NvmeBus.ts'

/** A completion that waits for room in its queue. */
export interface HeldCompletion {
  readonly sqId: number
  readonly sqHead: number
  readonly cid: number
  readonly status: number
  readonly result: number
}

/** A completion queue in system memory (4.1). */
export class CompletionQueue {
  head = 0
  tail = 0
  phase = 1
  readonly held: HeldCompletion[] = []
  /** Submission queues that post here. */
  users = 0
  /** Completions since the last interrupt, while coalescing. */
  uncounted = 0
  private readonly words: Uint32Array | null
  private readonly scratch = new Uint32Array(4)

  constructor(
    private readonly bus: NvmeBus, readonly id: number, readonly base: number, readonly size: number,
    readonly interrupt: { readonly enabled: boolean; readonly vector: number },
  ) {
    this.words = wordsOf(bus, base, size * CQ_ENTRY_BYTES)
  }

  get full(): boolean {
    return (this.tail + 1 === this.size ? 0 : this.tail + 1) === this.head
  }

  get empty(): boolean {
    return this.tail === this.head
  }

  /** Writes one entry; the queue is not full. False when memory refused. */
  post(entry: HeldCompletion): boolean {
    const dword2 = (entry.sqHead | (entry.sqId << 16)) >>> 0
    const dword3 = (entry.cid | (this.phase << 16) | (entry.status << 17)) >>> 0
    const stored = this.store(entry.result, dword2, dword3)
    if (++this.tail === this.size) {
      this.tail = 0
      this.phase ^= 1
    }
    return stored
  }

  private store(dword0: number, dword2: number, dword3: number): boolean {
    if (!this.bus.mastering) return false
    const target = this.words ?? this.scratch
    const at = this.words === null ? 0 : this.tail * 4
    target[at] = dword0
    target[at + 1] = 0
    target[at + 2] = dword2
    target[at + 3] = dword3
    if (this.words !== null) return true
    return this.bus.write(this.base + this.tail * CQ_ENTRY_BYTES, new Uint8Array(this.scratch.buffer))
  }
}

/** A submission queue in system memory (4.1). */
export class SubmissionQueue {
  head = 0
  tail = 0
  /** Bit per command identifier in flight. */
  readonly inFlight = new Uint32Array(2048)
  /** Entry most recently fetched, as 16 words; `base` indexes into `words`. */
  words: Uint32Array
  at = 0
  private readonly ring: Uint32Array | null

  constructor(
    private readonly bus: NvmeBus, readonly id: number, readonly base: number, readonly size: number,
    readonly completion: CompletionQueue,
  ) {
    this.ring = wordsOf(bus, base, size * SQ_ENTRY_BYTES)
    this.words = this.ring ?? new Uint32Array(16)
  }

  /** Makes the entry at the head readable and steps over it; false when memory refused. */
  fetch(): boolean {
    if (!this.bus.mastering) return false
    const index = this.head
    this.head = index + 1 === this.size ? 0 : index + 1
    if (this.ring !== null) {
      this.at = index * 16
      return true
    }
    return this.bus.read(this.base + index * SQ_ENTRY_BYTES, new Uint8Array(this.words.buffer))
  }

  /** Marks a command identifier as in flight; false when it already was. */
  begin(cid: number): boolean {
    const bit = 1 << (cid & 31)
    if ((this.inFlight[cid >> 5]! & bit) !== 0) return false
    this.inFlight[cid >> 5]! |= bit
    return true
  }

  end(cid: number): void {
    this.inFlight[cid >> 5]! &= ~(1 << (cid & 31))
  }
}

/** The words behind a queue when it lies in one piece of RAM: no copy per entry then. */
function wordsOf(bus: NvmeBus, base: number, sizeBytes: number): Uint32Array | null {
  const span = bus.span(base, sizeBytes)
  if (span === null || span.byteOffset % 4 !== 0) return null
  return new Uint32Array(span.buffer as ArrayBuffer, span.byteOffset, sizeBytes / 4)
}
