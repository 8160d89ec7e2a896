/** Rings of entries that a task and the kernel share. */
import { defineKernelClasses } from '../../libkern/index.ts'
import { IODataQueue } from './IODataQueue.ts'
import { IODataQueueDispatchSource } from './IODataQueueDispatchSource.ts'
import { IOSharedDataQueue } from './IOSharedDataQueue.ts'

export { IODataQueue, IODataQueueDispatchSource, IOSharedDataQueue }
export { DATA_QUEUE_MEMORY_HEADER_SIZE } from './IODataQueue.ts'
export { DATA_QUEUE_MEMORY_APPENDIX_SIZE, type IODataQueueEntry } from './IOSharedDataQueue.ts'
export { DATA_QUEUE_ENTRY_HEADER_SIZE } from './QueueMemory.ts'

defineKernelClasses([IODataQueue, IOSharedDataQueue, IODataQueueDispatchSource])
