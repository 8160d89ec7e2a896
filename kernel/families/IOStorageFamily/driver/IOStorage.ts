import type { IOReturn } from '../../../abi/index.ts'
import { IOService, type IOMemoryDescriptor } from '../../../iokit/index.ts'
import { defineMetaClass, type OSMetaClass } from '../../../libkern/index.ts'
import { scheduler, WaitQueue, type KernelThread } from '../../../sim/index.ts'

/** Told once when a request is done, on the thread of whoever serves it. Must not block. */
export type IOStorageCompletion = (status: IOReturn, actualByteCount: number) => void

/** Outcome of a transfer that was waited for. */
export interface IOStorageResult {
  readonly status: IOReturn
  readonly actualByteCount: number
}

/** A range of bytes of a storage object. */
export interface IOStorageExtent {
  readonly byteStart: number
  readonly byteCount: number
}

/** The common protocol of media, drivers and partition schemes: open with a level, read, write. */
export abstract class IOStorage extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOStorage', IOStorage, IOService, { abstract: true })

  /**
   * Starts a read; `completion` is called once. The buffer stays with the caller until then.
   * @xnu IOStorageFamily/IOStorage.cpp read — faithful
   */
  abstract read(
    client: IOService, byteStart: number, buffer: IOMemoryDescriptor, completion: IOStorageCompletion,
  ): void

  /** Starts a write. @xnu IOStorageFamily/IOStorage.cpp write — faithful */
  abstract write(
    client: IOService, byteStart: number, buffer: IOMemoryDescriptor, completion: IOStorageCompletion,
  ): void

  /**
   * Makes what was written durable.
   * @xnu IOStorageFamily/IOStorage.cpp synchronize — simplified: whole medium
   */
  abstract synchronize(client: IOService): KernelThread<IOReturn>

  /**
   * Tells the device that ranges hold nothing any more.
   * @xnu IOStorageFamily/IOStorage.cpp unmap — faithful
   */
  abstract unmap(client: IOService, extents: readonly IOStorageExtent[]): KernelThread<IOReturn>

  /**
   * Reads and waits. Thread context.
   * @xnu IOStorageFamily/IOStorage.cpp read (synchronous form) — faithful
   */
  *readSync(client: IOService, byteStart: number, buffer: IOMemoryDescriptor): KernelThread<IOStorageResult> {
    return yield* awaitTransfer((completion) => this.read(client, byteStart, buffer, completion))
  }

  /**
   * Writes and waits. Thread context.
   * @xnu IOStorageFamily/IOStorage.cpp write (synchronous form) — faithful
   */
  *writeSync(
    client: IOService, byteStart: number, buffer: IOMemoryDescriptor,
  ): KernelThread<IOStorageResult> {
    return yield* awaitTransfer((completion) => this.write(client, byteStart, buffer, completion))
  }
}

/** Starts an asynchronous operation and sleeps until its completion was called. */
export function* awaitTransfer(
  start: (completion: IOStorageCompletion) => void
): KernelThread<IOStorageResult> {
  const queue = new WaitQueue()
  const outcome: { result: IOStorageResult | null } = { result: null }
  start((status, actualByteCount) => {
    outcome.result = { status, actualByteCount }
    scheduler().wakeAll(queue)
  })
  while (outcome.result === null) {
    scheduler().assertWait(queue)
    yield
  }
  return outcome.result
}
