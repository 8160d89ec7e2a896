import type { EventEntry } from './EventEntry.ts'

/** A four-way heap ordered by (time, order of entry). Each entry knows its cell: any may be removed. */
export class EventHeap {
  private readonly cells: EventEntry[] = []
  private nextSequence = 0
  private firstSequence = 0

  /** The earliest entry, or null. */
  first: EventEntry | null = null

  push(entry: EventEntry): void {
    this.enter(entry, this.nextSequence++)
  }

  /** Puts an entry before all others; none of them may be earlier. */
  pushFirst(entry: EventEntry): void {
    this.enter(entry, --this.firstSequence)
  }

  private enter(entry: EventEntry, sequence: number): void {
    entry.sequence = sequence
    this.cells.push(entry)
    this.siftUp(this.cells.length - 1, entry)
    this.first = this.cells[0]!
  }

  /** Takes an entry out, wherever it is. */
  remove(entry: EventEntry): void {
    const cell = ~entry.place
    const last = this.cells.pop()!
    if (last !== entry) {
      this.siftDown(cell, last)
      if (this.cells[cell] === last) this.siftUp(cell, last)
    }
    this.first = this.cells.length === 0 ? null : this.cells[0]!
  }

  private siftUp(start: number, entry: EventEntry): void {
    let cell = start
    while (cell > 0) {
      const parent = (cell - 1) >> 2
      const above = this.cells[parent]!
      if (isBefore(above, entry)) break
      this.put(cell, above)
      cell = parent
    }
    this.put(cell, entry)
  }

  private siftDown(start: number, entry: EventEntry): void {
    let cell = start
    for (;;) {
      const child = this.leastChild(cell)
      if (child === -1 || isBefore(entry, this.cells[child]!)) break
      this.put(cell, this.cells[child]!)
      cell = child
    }
    this.put(cell, entry)
  }

  private leastChild(cell: number): number {
    const { cells } = this
    const first = cell * 4 + 1
    if (first >= cells.length) return -1
    const end = first + 4 < cells.length ? first + 4 : cells.length
    let best = first
    for (let child = first + 1; child < end; child++) if (isBefore(cells[child]!, cells[best]!)) best = child
    return best
  }

  private put(cell: number, entry: EventEntry): void {
    this.cells[cell] = entry
    entry.place = ~cell
  }
}

function isBefore(a: EventEntry, b: EventEntry): boolean {
  return a.timeNs < b.timeNs || (a.timeNs === b.timeNs && a.sequence < b.sequence)
}
