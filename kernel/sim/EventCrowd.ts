import { assert } from './assert.ts'
import type { TimedEvent } from './EventQueue.ts'

const SLOT_BITS = 22
const MAX_LIVE_EVENTS = 1 << SLOT_BITS
const SLOT_MASK = MAX_LIVE_EVENTS - 1
const LAST_SEQUENCE = 2 ** 31 - 1
/** The root's cell: with it the four below a cell `c` are `4c - 8` and the three behind, in one cache line. */
const ROOT = 3
const FIRST_CELLS = 1 << 14
const LEAST_DEAD = 1024

/**
 * The pending events when there are very many: a four-way heap of pairs of numbers, ordered by (time, sequence of
 * scheduling). A move touches no object, since at that size none would be in the cache. The cell of the event that
 * fires stays empty until the next is scheduled, which mostly goes right there; a cancelled event leaves its cell
 * behind until time comes to it.
 */
export class EventCrowd {
  /** Per cell the time, and sequence times 2^22 plus slot. */
  private cells = new Float64Array(FIRST_CELLS * 2)
  /** End of the cells in use. */
  private end = ROOT
  /** By slot: what waits, or null when it was cancelled. */
  private readonly events: (TimedEvent | null)[] = []
  private readonly freeSlots: number[] = []
  /** Slot of the event taken last, until it is used again; -1 when it was. */
  private vacant = -1
  private sequence = 0
  private isRootEmpty = false
  /** Number of events waiting. */
  size = 0
  /** Time of the event that was taken last. */
  takenNs = 0

  /** Sequences beyond `lastSequence` would not be exact together with a slot. */
  constructor(private readonly lastSequence = LAST_SEQUENCE) {}

  /** Time of the earliest event, or Infinity. */
  nextTimeNs(): number {
    this.dropDead()
    return this.end > ROOT ? this.cells[ROOT * 2]! : Infinity
  }

  schedule(event: TimedEvent, timeNs: number): void {
    const slot = this.vacant >= 0 ? this.vacant : this.freeSlots.pop() ?? this.newSlot()
    this.vacant = -1
    if (this.events[slot] !== event) this.events[slot] = event
    event.queueSlot = slot
    this.size++
    if (this.sequence === this.lastSequence) this.renumber()
    const tag = this.sequence++ * MAX_LIVE_EVENTS + slot
    if (this.isRootEmpty) {
      this.isRootEmpty = false
      this.siftDown(ROOT, timeNs, tag)
    } else this.push(timeNs, tag)
  }

  cancel(event: TimedEvent): void {
    this.events[event.queueSlot] = null
    event.queueSlot = -1
    this.size--
    if (this.end > this.size * 2 + LEAST_DEAD) this.purge()
  }

  /** The earliest event, which stays; there must be one. */
  peek(): TimedEvent {
    this.dropDead()
    return this.events[this.cells[ROOT * 2 + 1]! & SLOT_MASK]!
  }

  /** Takes the earliest event out; there must be one. */
  take(): TimedEvent {
    this.dropDead()
    const slot = this.cells[ROOT * 2 + 1]! & SLOT_MASK
    const event = this.events[slot]!
    this.takenNs = this.cells[ROOT * 2]!
    this.isRootEmpty = true
    this.leaveVacant()
    this.vacant = slot
    event.queueSlot = -1
    this.size--
    return event
  }

  private leaveVacant(): void {
    if (this.vacant < 0) return
    this.events[this.vacant] = null
    this.freeSlots.push(this.vacant)
    this.vacant = -1
  }

  /** Closes the gap at the root and takes away cancelled events that have come to it. */
  private dropDead(): void {
    if (this.isRootEmpty) this.closeRoot()
    while (this.end > ROOT) {
      const slot = this.cells[ROOT * 2 + 1]! & SLOT_MASK
      if (this.events[slot] !== null) return
      this.freeSlots.push(slot)
      this.closeRoot()
    }
  }

  private closeRoot(): void {
    this.isRootEmpty = false
    const last = --this.end
    if (last > ROOT) this.siftDown(ROOT, this.cells[last * 2]!, this.cells[last * 2 + 1]!)
  }

  private push(timeNs: number, tag: number): void {
    if (this.end * 2 === this.cells.length) this.growCells()
    const { cells } = this
    let cell = this.end++
    while (cell > ROOT) {
      const above = (cell >> 2) + 2
      // What is scheduled last is the last among equals.
      if (cells[above * 2]! <= timeNs) break
      cells[cell * 2] = cells[above * 2]!
      cells[cell * 2 + 1] = cells[above * 2 + 1]!
      cell = above
    }
    cells[cell * 2] = timeNs
    cells[cell * 2 + 1] = tag
  }

  private siftDown(start: number, timeNs: number, tag: number): void {
    const { cells, end } = this
    let cell = start
    for (let first = cell * 4 - 8; first < end; first = cell * 4 - 8) {
      let best = first
      let bestNs = cells[first * 2]!
      const behind = first + 4 < end ? first + 4 : end
      for (let child = first + 1; child < behind; child++) {
        const childNs = cells[child * 2]!
        if (childNs > bestNs || (childNs === bestNs && cells[child * 2 + 1]! > cells[best * 2 + 1]!)) continue
        best = child
        bestNs = childNs
      }
      const bestTag = cells[best * 2 + 1]!
      if (bestNs > timeNs || (bestNs === timeNs && bestTag > tag)) break
      cells[cell * 2] = bestNs
      cells[cell * 2 + 1] = bestTag
      cell = best
    }
    cells[cell * 2] = timeNs
    cells[cell * 2 + 1] = tag
  }

  /** Leaves out the cells of cancelled events. */
  private purge(): void {
    if (this.isRootEmpty) this.closeRoot()
    const { cells, events } = this
    let kept = ROOT
    for (let cell = ROOT; cell < this.end; cell++) {
      const tag = cells[cell * 2 + 1]!
      if (events[tag & SLOT_MASK] === null) this.freeSlots.push(tag & SLOT_MASK)
      else {
        cells[kept * 2] = cells[cell * 2]!
        cells[kept * 2 + 1] = tag
        kept++
      }
    }
    this.end = kept
    for (let cell = ((kept - 1) >> 2) + 2; cell >= ROOT; cell--) {
      this.siftDown(cell, cells[cell * 2]!, cells[cell * 2 + 1]!)
    }
  }

  /** Counts sequences from 0 again, in their order, which leaves the heap as it is. */
  private renumber(): void {
    const { cells } = this
    const used = Array.from({ length: this.end - ROOT }, (_, i) => i + ROOT)
    used.sort((a, b) => cells[a * 2 + 1]! - cells[b * 2 + 1]!)
    for (const [sequence, cell] of used.entries()) {
      cells[cell * 2 + 1] = sequence * MAX_LIVE_EVENTS + (cells[cell * 2 + 1]! & SLOT_MASK)
    }
    this.sequence = used.length
  }

  private newSlot(): number {
    const slot = this.events.length
    assert(slot < MAX_LIVE_EVENTS, 'EventQueue: too many events are waiting')
    this.events.push(null)
    return slot
  }

  private growCells(): void {
    const cells = new Float64Array(this.cells.length * 2)
    cells.set(this.cells)
    this.cells = cells
  }
}
