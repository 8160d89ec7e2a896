import type { CFHashCode } from './CFHash.ts'

/** Numbers of buckets of growing tables, and how many values each takes before the next size. */
const BUCKETS = [0, 3, 7, 13, 23, 41, 71, 127, 191, 251, 383, 631, 1087, 1723, 2803, 4523, 7351, 11959, 19447, 31231, 50683,
  81919, 132607, 214519, 346607, 561109, 907759, 1468927, 2376191, 3845119, 6221311, 10066421]
const CAPACITIES = [0, 3, 6, 11, 19, 32, 52, 85, 118, 155, 237, 390, 672, 1065, 1732, 2795, 4543, 7391, 12019, 19302, 31324,
  50629, 81956, 132580, 214215, 346784, 561026, 907847, 1468567, 2376414, 3844982, 6221390]

/**
 * The order in which CFBasicHash keeps what is put into it one after another: open addressing with linear probing,
 * re-inserted in bucket order at each growth. Dictionaries and sets print in this order.
 */
export class CFBasicHash {
  private sizeIndex = 0
  private used = 0
  /** Item number + 1 per bucket; 0 is empty. */
  private slots = new Int32Array(0)
  private readonly hashes: CFHashCode[] = []

  /** Puts in the next item (number 0, 1, 2 … in order of the calls). */
  add(hash: CFHashCode): void {
    if (this.used + 1 > CAPACITIES[this.sizeIndex]!) this.grow()
    this.hashes.push(hash)
    this.place(this.hashes.length)
    this.used++
  }

  /** Item numbers in bucket order. */
  order(): number[] {
    const order: number[] = []
    for (const item of this.slots) if (item !== 0) order.push(item - 1)
    return order
  }

  private grow(): void {
    const former = this.slots
    while (CAPACITIES[this.sizeIndex]! < this.used + 1 && this.sizeIndex < BUCKETS.length - 1) this.sizeIndex++
    this.slots = new Int32Array(BUCKETS[this.sizeIndex]!)
    for (const item of former) if (item !== 0) this.place(item)
  }

  private place(item: number): void {
    const { slots } = this
    const buckets = slots.length
    const { high, low } = this.hashes[item - 1]!
    let slot = ((high % buckets) * (4294967296 % buckets) + (low % buckets)) % buckets
    while (slots[slot] !== 0) slot = slot + 1 === buckets ? 0 : slot + 1
    slots[slot] = item
  }
}
