import type { TimedEvent } from '../../../sim/index.ts'
import type { SubmissionQueue } from './queues.ts'

/** A fetched command that is being served; pooled by its controller. Finishing is its timed event. */
export class NvmeCommand implements TimedEvent {
  queueSlot = -1
  queue!: SubmissionQueue
  /** Head of the submission queue when it was fetched. */
  cid = 0
  opcode = 0
  nsid = 0
  prp1 = 0
  prp2 = 0
  /** Command dwords 10..15. */
  readonly dwords = new Uint32Array(6)
  /** Status decided early (abort, bad field); -1 while open. */
  status = -1
  result = 0
  /** Position in the controller's list of commands in service; -1 while in none. */
  listIndex = -1

  constructor(private readonly owner: { finish(command: NvmeCommand): void }) {}

  fire(): void {
    this.owner.finish(this)
  }

  /** Takes the fields out of the entry the queue has just fetched. */
  load(queue: SubmissionQueue): void {
    const { words, at } = queue
    const dword0 = words[at]!
    this.queue = queue
    this.opcode = dword0 & 0xff
    this.cid = dword0 >>> 16
    this.nsid = words[at + 1]!
    this.prp1 = words[at + 7]! * 4294967296 + words[at + 6]!
    this.prp2 = words[at + 9]! * 4294967296 + words[at + 8]!
    for (let i = 0; i < 6; i++) this.dwords[i] = words[at + 10 + i]!
    this.status = -1
    this.result = 0
  }
}
