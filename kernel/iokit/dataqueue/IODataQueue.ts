import { MACH_MSG_SUCCESS, MACH_SEND_NO_BUFFER } from '../../abi/index.ts'
import { defineMetaClass, OSObject, type OSMetaClass } from '../../libkern/index.ts'
import { IOLog, mach_msg_send_from_kernel, type Port } from '../../mach/index.ts'
import { present } from '../../sim/index.ts'
import { IOBufferMemoryDescriptor, kIODirectionInOut, type IOMemoryDescriptor } from '../memory/index.ts'
import {
  DATA_QUEUE_ENTRY_HEADER_SIZE, placeOf, QueueMemory, UINT32_MAX, type QueueLayout,
} from './QueueMemory.ts'

/** Bytes before the ring: its size, head and tail. */
export const DATA_QUEUE_MEMORY_HEADER_SIZE = 12

const LAYOUT: QueueLayout = { headAt: 4, tailAt: 8, ringAt: DATA_QUEUE_MEMORY_HEADER_SIZE }

/**
 * A ring of entries of any size in memory that a task maps; the kernel writes, the task reads. A message
 * tells the reader when the empty ring gets its first entry. @xnu iokit/Kernel/IODataQueue.cpp IODataQueue —
 * faithful
 */
export class IODataQueue extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IODataQueue', IODataQueue, OSObject)

  private queueMemory: QueueMemory | null = null
  private queueSize = 0
  private notifyPort: Port | null = null

  /**
   * A queue of `size` bytes; null without memory. One reference to the caller. @xnu IODataQueue.cpp
   * withCapacity — faithful
   */
  static withCapacity(size: number): IODataQueue | null {
    return initialised(new IODataQueue(), (queue) => queue.initWithCapacity(size))
  }

  /** A queue for `numEntries` entries of `entrySize` bytes. @xnu IODataQueue.cpp withEntries — faithful */
  static withEntries(numEntries: number, entrySize: number): IODataQueue | null {
    return initialised(new IODataQueue(), (queue) => queue.initWithEntries(numEntries, entrySize))
  }

  /** Second stage of construction. @xnu IODataQueue.cpp initWithCapacity — faithful */
  initWithCapacity(size: number): boolean {
    return this.allocate(size, 0)
  }

  /**
   * There is room for one entry more than asked: one may be lost at the end. @xnu IODataQueue.cpp
   * initWithEntries — faithful
   */
  initWithEntries(numEntries: number, entrySize: number): boolean {
    const size = (numEntries + 1) * (entrySize + DATA_QUEUE_ENTRY_HEADER_SIZE)
    if (entrySize > UINT32_MAX - DATA_QUEUE_ENTRY_HEADER_SIZE || numEntries > UINT32_MAX - 1) return false
    return size <= UINT32_MAX && this.initWithCapacity(size)
  }

  /**
   * Puts a copy of `data` at the end; false when there is no room or the other side has spoilt head or tail.
   * Any context. @xnu IODataQueue.cpp enqueue — faithful
   */
  enqueue(data: Uint8Array): boolean {
    const ring = this.ring()
    const { head, tail } = ring
    const queueSize = this.getQueueSize()
    if (queueSize < tail || queueSize < head) return false
    const place = placeOf(data.length + DATA_QUEUE_ENTRY_HEADER_SIZE, head, tail, queueSize)
    if (place === null) return false
    if (place.leavesMarker) ring.setEntrySizeAt(tail, data.length)
    ring.setEntrySizeAt(place.at, data.length)
    ring.writeData(place.at, data)
    ring.tail = place.newTail
    if (tail === head) this.sendDataAvailableNotification()
    return true
  }

  /**
   * Where the reader hears of it; null: nowhere. The caller keeps its send right. @xnu IODataQueue.cpp
   * setNotificationPort — faithful
   */
  setNotificationPort(port: Port | null): void {
    this.notifyPort = port
  }

  /**
   * The memory to map, with one reference for the caller. @xnu IODataQueue.cpp getMemoryDescriptor —
   * faithful
   */
  getMemoryDescriptor(): IOMemoryDescriptor | null {
    if (this.queueMemory === null) return null
    const { memory } = this.queueMemory
    memory.retain()
    return memory
  }

  /** The memory stays for as long as a task maps it. @xnu IODataQueue.cpp free — faithful */
  override free(): void {
    this.queueMemory?.memory.release()
    this.queueMemory = null
    super.free()
  }

  /** Bytes of the ring, as the kernel remembers them. */
  protected getQueueSize(): number {
    return this.queueSize
  }

  /** The memory; a queue without it is not handed out. */
  protected ring(): QueueMemory {
    return present(this.queueMemory, 'a data queue has memory')
  }

  /** Allocates a ring of `size` bytes with `appendixBytes` behind it. */
  protected allocate(size: number, appendixBytes: number): boolean {
    const length = size + DATA_QUEUE_MEMORY_HEADER_SIZE + appendixBytes
    if (length > UINT32_MAX) return false
    const memory = IOBufferMemoryDescriptor.withOptions(kIODirectionInOut, length)
    if (memory === null) return false
    this.queueMemory = new QueueMemory(memory, LAYOUT)
    this.queueMemory.writeWord(0, size)
    this.queueSize = size
    return true
  }

  /**
   * Tells the reader, unless its port is full: then it has heard. @xnu IODataQueue.cpp
   * sendDataAvailableNotification — faithful
   */
  protected sendDataAvailableNotification(): void {
    const port = this.notifyPort
    if (port === null || (port.alive && port.messageCount >= port.queueLimit)) return
    const code = mach_msg_send_from_kernel(port, 0, [])
    if (code === MACH_MSG_SUCCESS || code === MACH_SEND_NO_BUFFER) return
    IOLog(`IODataQueue: dataAvailableNotification failed - msg_send returned: ${code}\n`)
  }
}

/** Finishes a queue or drops it. */
export function initialised<Queue extends IODataQueue>(
  queue: Queue, init: (queue: Queue) => boolean,
): Queue | null {
  if (init(queue)) return queue
  queue.release()
  return null
}
