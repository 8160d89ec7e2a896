import type { IOBufferMemoryDescriptor } from '../memory/index.ts'

/** Largest offset or size: all are 32-bit. */
export const UINT32_MAX = 0xffffffff
/** Bytes before an entry's data: its size. */
export const DATA_QUEUE_ENTRY_HEADER_SIZE = 4

/** Where the fields of a queue's header are. */
export interface QueueLayout {
  readonly headAt: number
  readonly tailAt: number
  /** Where the ring begins. */
  readonly ringAt: number
}

/**
 * The ring of a data queue in memory that the other side has mapped too: nothing in it is to be trusted. Any
 * context; allocates nothing but the data that is read.
 */
export class QueueMemory {
  private readonly word = new Uint8Array(4)
  private readonly view = new DataView(this.word.buffer)

  constructor(readonly memory: IOBufferMemoryDescriptor, private readonly layout: QueueLayout) {}

  get head(): number {
    return this.readWord(this.layout.headAt)
  }

  set head(offset: number) {
    this.writeWord(this.layout.headAt, offset)
  }

  get tail(): number {
    return this.readWord(this.layout.tailAt)
  }

  set tail(offset: number) {
    this.writeWord(this.layout.tailAt, offset)
  }

  /** The size word of the entry at `offset`; what lies behind the memory reads as 0. */
  entrySizeAt(offset: number): number {
    return this.readWord(this.layout.ringAt + offset)
  }

  setEntrySizeAt(offset: number, size: number): void {
    this.writeWord(this.layout.ringAt + offset, size)
  }

  writeData(offset: number, data: Uint8Array): void {
    this.memory.writeBytes(this.layout.ringAt + offset + DATA_QUEUE_ENTRY_HEADER_SIZE, data)
  }

  readData(offset: number, target: Uint8Array): void {
    this.memory.readBytes(this.layout.ringAt + offset + DATA_QUEUE_ENTRY_HEADER_SIZE, target)
  }

  readWord(at: number): number {
    this.view.setUint32(0, 0, true)
    this.memory.readBytes(at, this.word)
    return this.view.getUint32(0, true)
  }

  writeWord(at: number, value: number): void {
    this.view.setUint32(0, value, true)
    this.memory.writeBytes(at, this.word)
  }
}

/** Where an entry goes, and the tail after it. */
export interface EntryPlace {
  readonly at: number
  readonly newTail: number
  /** Whether a size must be left at the old tail, so that the reader goes back to the beginning. */
  readonly leavesMarker: boolean
}

/**
 * The place of an entry of `entrySize` bytes, header included, or null when the ring is full. The tail never
 * catches up with the head from behind, so one byte is always lost.
 * @xnu iokit/Kernel/IODataQueue.cpp enqueue — faithful
 */
export function placeOf(entrySize: number, head: number, tail: number, queueSize: number): EntryPlace | null {
  const fits = tail < head ? head - tail > entrySize : tail + entrySize <= queueSize
  if (fits) return { at: tail, newTail: tail + entrySize, leavesMarker: false }
  if (tail < head) return null
  if (head <= entrySize) return null
  return { at: 0, newTail: entrySize, leavesMarker: queueSize - tail >= DATA_QUEUE_ENTRY_HEADER_SIZE }
}

/**
 * Where the entry at the head really is: at the beginning, when its header or its data would not fit before
 * the end. @xnu iokit/Kernel/IOSharedDataQueue.cpp peek — faithful
 */
export function headEntry(head: number, headSize: number, queueSize: number): number {
  return head + DATA_QUEUE_ENTRY_HEADER_SIZE + headSize > queueSize ? 0 : head
}
