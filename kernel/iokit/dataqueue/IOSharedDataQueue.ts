import { defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import { IODataQueue, initialised } from './IODataQueue.ts'
import { DATA_QUEUE_ENTRY_HEADER_SIZE, headEntry } from './QueueMemory.ts'

/** Bytes behind the ring: a version and the header of the message that tells the reader. */
export const DATA_QUEUE_MEMORY_APPENDIX_SIZE = 36

/** An entry as it was when it was looked at. */
export interface IODataQueueEntry {
  readonly size: number
  readonly data: Uint8Array
}

/**
 * A data queue that may also be read in the kernel: the task writes, the kernel reads.
 * @xnu iokit/Kernel/IOSharedDataQueue.cpp IOSharedDataQueue — faithful
 */
export class IOSharedDataQueue extends IODataQueue {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOSharedDataQueue', IOSharedDataQueue, IODataQueue)

  /**
   * A queue of `size` bytes; null without memory. One reference to the caller. @xnu IOSharedDataQueue.cpp
   * withCapacity — faithful
   */
  static override withCapacity(size: number): IOSharedDataQueue | null {
    return initialised(new IOSharedDataQueue(), (queue) => queue.initWithCapacity(size))
  }

  /**
   * A queue for `numEntries` entries of `entrySize` bytes. @xnu IOSharedDataQueue.cpp withEntries — faithful
   */
  static override withEntries(numEntries: number, entrySize: number): IOSharedDataQueue | null {
    return initialised(new IOSharedDataQueue(), (queue) => queue.initWithEntries(numEntries, entrySize))
  }

  /**
   * Second stage of construction; there is an appendix behind the ring. @xnu IOSharedDataQueue.cpp
   * initWithCapacity — faithful
   */
  override initWithCapacity(size: number): boolean {
    return this.allocate(size, DATA_QUEUE_MEMORY_APPENDIX_SIZE)
  }

  /**
   * The entry at the head, which stays; null when there is none. Any context. @xnu IOSharedDataQueue.cpp
   * peek — faithful
   */
  peek(): IODataQueueEntry | null {
    const ring = this.ring()
    const { head, tail } = ring
    const queueSize = this.getQueueSize()
    if (head === tail || head > queueSize) return null
    const at = headEntry(head, ring.entrySizeAt(head), queueSize)
    const size = ring.entrySizeAt(at)
    const data = new Uint8Array(Math.min(size, Math.max(0, queueSize - at - DATA_QUEUE_ENTRY_HEADER_SIZE)))
    ring.readData(at, data)
    return { size, data }
  }

  /**
   * Takes the entry at the head: its data into `data`, its size into `dataSize`, which gives the room there
   * is. Without `data` the entry is dropped. False when the queue is empty, spoilt, or the room too small;
   * then the entry stays. Any context. @xnu IOSharedDataQueue.cpp dequeue — faithful
   */
  dequeue(data: Uint8Array | null, dataSize: { value: number } | null): boolean {
    if (data !== null && dataSize === null) return false
    const ring = this.ring()
    const { head, tail } = ring
    const queueSize = this.getQueueSize()
    if (head === tail || head > queueSize) return false
    const at = headEntry(head, ring.entrySizeAt(head), queueSize)
    const entrySize = ring.entrySizeAt(at)
    const newHead = at + entrySize + DATA_QUEUE_ENTRY_HEADER_SIZE
    if (newHead > queueSize) return false
    if (data !== null && dataSize !== null) {
      if (entrySize > dataSize.value || entrySize > data.length) return false
      ring.readData(at, data.subarray(0, entrySize))
      dataSize.value = entrySize
    }
    ring.head = newHead
    return true
  }
}
