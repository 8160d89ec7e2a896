import { PciFunction, RegisterFile, type BarDecoder, type MsixTable } from '../../kernel/hardware/index.ts'
import type { Scheduler, TimedEvent } from '../../kernel/sim/index.ts'

export const CARD_BYTES = 0x4000
export const TABLE_OFFSET = 0x2000
const PENDING_OFFSET = 0x3000
/** Offset of the register that tells, and clears, how many completions a vector has. */
export const CAUSE_OFFSET = 0x100

/** One source of completions: every period one more, on one vector. */
class Source implements TimedEvent {
  queueSlot = -1
  constructor(private readonly card: MessageCard, readonly vector: number, readonly periodNs: number) {}

  fire(nowNs: number): void {
    if (this.card.completions < this.card.target) this.card.complete(this.vector, nowNs)
    this.card.scheduler.events.schedule(this, nowNs + this.periodNs)
  }
}

/**
 * A PCI function as a network card is one: sources complete work, each completion is counted in the cause register
 * of its vector and raises MSI-X, at most once per `moderationNs` of the vector; what came meanwhile waits for it.
 */
export class MessageCard extends PciFunction {
  completions = 0
  /** Completions after which sources run idle, so that a count can be met exactly. */
  target = 0
  readonly causes: Uint32Array
  private readonly sources: Source[] = []
  private readonly table: MsixTable
  private readonly notBefore: Float64Array
  private readonly moderators: TimedEvent[]

  constructor(private readonly vectorCount: number, private readonly moderationNs: number) {
    super('card', { vendorId: 0x1234, deviceId: 0x0001, classCode: 0x020000 })
    this.causes = new Uint32Array(vectorCount)
    this.notBefore = new Float64Array(vectorCount)
    const file = new RegisterFile('card', 0x1000, {
      ID: { offset: 0, access: 'ro', reset: 0xcafe },
      CAUSE: { offset: CAUSE_OFFSET, count: vectorCount, access: 'ro', read: (index) => this.takeCause(index) },
    })
    const bar: BarDecoder = this.addBar(
      { index: 0, kind: 'memory64', sizeBytes: CARD_BYTES, device: file, deviceBytes: 0x1000 },
    )
    this.table = this.addMsix(vectorCount, bar, TABLE_OFFSET, PENDING_OFFSET)
    this.moderators = Array.from({ length: vectorCount }, (_, vector) => ({
      queueSlot: -1, fire: (nowNs: number) => this.send(vector, nowNs),
    }))
  }

  get scheduler(): Scheduler {
    return this.clock
  }

  /** Runs the world until `count` more completions were made and their interrupts were taken. */
  run(count: number): void {
    this.target += count
    while (this.completions < this.target) this.clock.run(Infinity, Math.min(4096, this.target - this.completions))
    while (this.causes.some((cause) => cause !== 0)) this.clock.run(Infinity, 1)
  }

  start(periodsNs: readonly number[]): void {
    for (const [index, periodNs] of periodsNs.entries()) {
      const source = new Source(this, index % this.vectorCount, periodNs)
      this.sources.push(source)
      this.clock.events.schedule(source, periodNs)
    }
  }

  complete(vector: number, nowNs: number): void {
    this.completions++
    this.causes[vector]!++
    if (nowNs >= this.notBefore[vector]!) this.send(vector, nowNs)
    else if (this.moderators[vector]!.queueSlot === -1) {
      this.clock.events.schedule(this.moderators[vector]!, this.notBefore[vector]!)
    }
  }

  private send(vector: number, nowNs: number): void {
    this.notBefore[vector] = nowNs + this.moderationNs
    this.table.raise(vector)
  }

  private takeCause(vector: number): number {
    const cause = this.causes[vector]!
    this.causes[vector] = 0
    return cause
  }
}
