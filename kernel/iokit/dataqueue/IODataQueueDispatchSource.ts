import {
  kIOReturnBadArgument, kIOReturnError, kIOReturnNoMemory, kIOReturnOverrun, kIOReturnSuccess,
  kIOReturnUnderrun, type IOReturn,
} from '../../abi/index.ts'
import { defineMetaClass, OSObject, type OSMetaClass } from '../../libkern/index.ts'
import { present } from '../../sim/index.ts'
import { IOBufferMemoryDescriptor, kIODirectionInOut, type IOMemoryDescriptor } from '../memory/index.ts'
import {
  DATA_QUEUE_ENTRY_HEADER_SIZE, headEntry, placeOf, QueueMemory, UINT32_MAX, type QueueLayout,
} from './QueueMemory.ts'

/** Head, tail, a flag, and room to the next cache line. */
const MEMORY_HEADER_BYTES = 128
const NEED_SERVICED_AT = 8
const LAYOUT: QueueLayout = { headAt: 0, tailAt: 4, ringAt: MEMORY_HEADER_BYTES }

/** What a maker of sources answers. */
export interface DispatchSourceResult {
  readonly result: IOReturn
  readonly source: IODataQueueDispatchSource | null
}

/**
 * A driver extension's data queue: entries take multiples of four bytes, the writer fills them in place, and
 * either side may hear of the other. @xnu iokit/DriverKit/IODataQueueDispatchSource.iig
 * IODataQueueDispatchSource — simplified: handlers are plain functions, called at once
 */
export class IODataQueueDispatchSource extends OSObject {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IODataQueueDispatchSource', IODataQueueDispatchSource, OSObject)

  private ring: QueueMemory | null = null
  private queueSize = 0
  private dataAvailable: (() => void) | null = null
  private dataServiced: (() => void) | null = null

  /**
   * A source with a ring of `queueByteCount` bytes, a multiple of four. One reference to the caller.
   * @xnu IODataQueueDispatchSourceShared.h Create — faithful
   */
  static Create(queueByteCount: number): DispatchSourceResult {
    if (queueByteCount % 4 !== 0 || queueByteCount > UINT32_MAX - MEMORY_HEADER_BYTES) {
      return { result: kIOReturnBadArgument, source: null }
    }
    const length = queueByteCount + MEMORY_HEADER_BYTES
    const memory = IOBufferMemoryDescriptor.withOptions(kIODirectionInOut, length)
    if (memory === null) return { result: kIOReturnNoMemory, source: null }
    const source = new IODataQueueDispatchSource()
    source.ring = new QueueMemory(memory, LAYOUT)
    source.queueSize = queueByteCount
    return { result: kIOReturnSuccess, source }
  }

  /**
   * Bytes that each entry takes besides its data. @xnu IODataQueueDispatchSourceShared.h
   * GetDataQueueEntryHeaderSize — faithful
   */
  static GetDataQueueEntryHeaderSize(): number {
    return DATA_QUEUE_ENTRY_HEADER_SIZE
  }

  /**
   * The memory to map, with one reference for the caller. @xnu IODataQueueDispatchSourceShared.h CopyMemory
   * — faithful
   */
  CopyMemory(): IOMemoryDescriptor {
    const { memory } = this.memory()
    memory.retain()
    return memory
  }

  /**
   * Called when the empty ring gets an entry, or is too full for one. @xnu IODataQueueDispatchSourceShared.h
   * SetDataAvailableHandler — faithful
   */
  SetDataAvailableHandler(handler: (() => void) | null): void {
    this.dataAvailable = handler
  }

  /**
   * Called when entries were taken after the ring was too full. @xnu IODataQueueDispatchSourceShared.h
   * SetDataServicedHandler — faithful
   */
  SetDataServicedHandler(handler: (() => void) | null): void {
    this.dataServiced = handler
  }

  /** @xnu IODataQueueDispatchSourceShared.h IsDataAvailable — faithful */
  IsDataAvailable(): boolean {
    const ring = this.memory()
    return ring.head !== ring.tail
  }

  /**
   * Puts an entry of `dataSize` bytes at the end, which `fill` writes; kIOReturnOverrun when there is no
   * room. Any context. @xnu IODataQueueDispatchSourceShared.h Enqueue — faithful
   */
  Enqueue(dataSize: number, fill: (data: Uint8Array) => void): IOReturn {
    const ring = this.memory()
    const { head, tail } = ring
    const entrySize = entryBytes(dataSize)
    if (entrySize > UINT32_MAX) return kIOReturnOverrun
    if (this.queueSize < tail || this.queueSize < head) return kIOReturnUnderrun
    const place = placeOf(entrySize, head, tail, this.queueSize)
    if (place === null) {
      ring.writeWord(NEED_SERVICED_AT, 1)
      this.dataAvailable?.()
      return kIOReturnOverrun
    }
    const data = new Uint8Array(dataSize)
    fill(data)
    ring.writeData(place.at, data)
    ring.setEntrySizeAt(place.at, dataSize)
    if (place.leavesMarker) ring.setEntrySizeAt(tail, entrySize - DATA_QUEUE_ENTRY_HEADER_SIZE)
    ring.tail = place.newTail
    if (tail === head) this.dataAvailable?.()
    return kIOReturnSuccess
  }

  /**
   * Shows the entry at the head, which stays; kIOReturnUnderrun when there is none. @xnu
   * IODataQueueDispatchSourceShared.h Peek — faithful
   */
  Peek(look: (data: Uint8Array) => void): IOReturn {
    return this.take(look, false)
  }

  /**
   * Shows the entry at the head and takes it; kIOReturnUnderrun when there is none. @xnu
   * IODataQueueDispatchSourceShared.h Dequeue — faithful
   */
  Dequeue(look: (data: Uint8Array) => void): IOReturn {
    const result = this.take(look, true)
    const hasAnswered = result === kIOReturnSuccess || result === kIOReturnUnderrun
    if (hasAnswered && (this.memory().readWord(NEED_SERVICED_AT) & 0xff) !== 0) this.dataServiced?.()
    return result
  }

  /**
   * Whether `dataCount` entries of `dataSize` bytes would find room now: kIOReturnSuccess or
   * kIOReturnOverrun. @xnu IODataQueueDispatchSourceShared.h CanEnqueueData — faithful
   */
  CanEnqueueData(dataSize: number, dataCount = 1): IOReturn {
    const { head, tail } = this.memory()
    const entrySize = entryBytes(dataSize)
    if (entrySize > UINT32_MAX) return kIOReturnOverrun
    if (this.queueSize < tail || this.queueSize < head) return kIOReturnError
    if (tail < head) {
      return Math.floor((head - tail - 1) / entrySize) < dataCount ? kIOReturnOverrun : kIOReturnSuccess
    }
    const endElements = Math.floor((this.queueSize - tail) / entrySize)
    const beginElements = Math.floor(head / entrySize)
    const isFull = endElements < dataCount && endElements + beginElements <= dataCount
    return isFull ? kIOReturnOverrun : kIOReturnSuccess
  }

  /**
   * The memory stays for as long as a task maps it. @xnu IODataQueueDispatchSourceShared.h free — faithful
   */
  override free(): void {
    this.ring?.memory.release()
    this.ring = null
    super.free()
  }

  private take(look: (data: Uint8Array) => void, removes: boolean): IOReturn {
    const ring = this.memory()
    const { head, tail } = ring
    if (head === tail) return kIOReturnUnderrun
    if (head > this.queueSize) return kIOReturnError
    const headBytes = entryBytes(ring.entrySizeAt(head)) - DATA_QUEUE_ENTRY_HEADER_SIZE
    const at = headEntry(head, headBytes, this.queueSize)
    const size = ring.entrySizeAt(at)
    const newHead = at + entryBytes(size)
    if (newHead > this.queueSize) return kIOReturnError
    const data = new Uint8Array(size)
    ring.readData(at, data)
    look(data)
    if (removes) ring.head = newHead
    return kIOReturnSuccess
  }

  private memory(): QueueMemory {
    return present(this.ring, 'a source has memory')
  }
}

/** Bytes of an entry with its header: data takes multiples of four. */
function entryBytes(dataSize: number): number {
  return Math.ceil(dataSize / 4) * 4 + DATA_QUEUE_ENTRY_HEADER_SIZE
}
