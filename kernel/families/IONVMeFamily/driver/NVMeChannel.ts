import { kIOReturnNoDevice, kIOReturnSuccess, type IOReturn } from '../../../abi/index.ts'
import { present } from '../../../sim/index.ts'
import type { NVMeQueue } from './NVMeQueue.ts'
import { NVMeRequest, type NVMeCommandFields, type NVMeCompletion } from './NVMeRequest.ts'

interface Waiting {
  readonly fields: NVMeCommandFields
  readonly completion: NVMeCompletion
}

/**
 * Command identifiers of one queue: at most one command per slot is with the device, the rest waits in order.
 * Touched only between suspension points of its threads and by the work loop, so it needs no lock of its own.
 */
export class NVMeChannel {
  /** By command identifier, as far as they have been needed: most queues never come near their depth. */
  private readonly slots: NVMeRequest[] = []
  private readonly free: NVMeRequest[] = []
  private readonly waiting: Waiting[] = []
  private isDead = false
  /** Commands that were with the device at the same time, by count less one: how deep the queue is used. */
  readonly depths: number[]

  constructor(readonly queue: NVMeQueue, private readonly depth: number) {
    this.depths = new Array<number>(depth).fill(0)
  }

  /** Starts a command, or queues it; an error means that `completion` is not called. */
  submit(fields: NVMeCommandFields, completion: NVMeCompletion): IOReturn {
    if (this.isDead) return kIOReturnNoDevice
    const request = this.takeRequest()
    if (request !== null) return this.start(request, fields, completion)
    this.waiting.push({ fields, completion })
    return kIOReturnSuccess
  }

  /** Takes all completions there are. Work-loop context. */
  drain(): void {
    const { queue } = this
    let taken = false
    while (queue.take()) {
      taken = true
      const { cid, status, result } = queue.entry
      const request = this.slots[cid]
      if (request?.completion === undefined || request.completion === null) continue
      const { completion } = request
      request.completion = null
      request.clear()
      this.free.push(request)
      completion(status, result)
    }
    if (taken) queue.acknowledge()
    this.startWaiting()
  }

  /** Whether commands are with the device or wait for it. */
  get isBusy(): boolean {
    return this.free.length < this.slots.length || this.waiting.length > 0
  }

  /**
   * Ends every command with `status`, in the order of their slots, since the device will not; takes no more.
   * Work-loop context.
   */
  abortAll(status: number): void {
    this.isDead = true
    for (const request of this.slots) {
      const { completion } = request
      if (completion === null) continue
      request.completion = null
      request.clear()
      this.free.push(request)
      completion(status, 0)
    }
    for (const { completion } of this.waiting.splice(0)) completion(status, 0)
  }

  release(): void {
    for (const request of this.slots) request.release()
    this.queue.release()
  }

  private startWaiting(): void {
    while (this.waiting.length > 0) {
      const request = this.takeRequest()
      if (request === null) return
      const { fields, completion } = present(this.waiting.shift(), 'a waiting command')
      if (this.start(request, fields, completion) !== kIOReturnSuccess) completion(STATUS_NOT_STARTED, 0)
    }
  }

  /** The slot that became free last, else the first that was never used; null when all are with the device. */
  private takeRequest(): NVMeRequest | null {
    const request = this.free.pop()
    if (request !== undefined) return request
    if (this.slots.length === this.depth) return null
    const made = new NVMeRequest(this.slots.length)
    this.slots.push(made)
    return made
  }

  private start(request: NVMeRequest, fields: NVMeCommandFields, completion: NVMeCompletion): IOReturn {
    const result = request.setBuffer(fields.buffer)
    if (result !== kIOReturnSuccess) {
      this.free.push(request)
      return result
    }
    if (fields.address !== undefined) request.prp1 = fields.address
    request.completion = completion
    const { words, at } = this.queue.prepare()
    words[at] = (fields.opcode | (request.cid << 16)) >>> 0
    words[at + 1] = fields.nsid
    words[at + 6] = request.prp1 % 4294967296
    words[at + 7] = Math.floor(request.prp1 / 4294967296)
    words[at + 8] = request.prp2 % 4294967296
    words[at + 9] = Math.floor(request.prp2 / 4294967296)
    words[at + 10] = fields.cdw10
    words[at + 11] = fields.cdw11
    words[at + 12] = fields.cdw12
    this.depths[this.slots.length - this.free.length - 1]!++
    this.queue.push()
    return kIOReturnSuccess
  }
}

/** Status of a command that never reached the device: a data transfer error (NVMe 1.4, figure 127). */
const STATUS_NOT_STARTED = 0x004
