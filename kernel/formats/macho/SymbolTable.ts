/** A symbol that holds an address. */
export interface SymbolHit {
  readonly name: string
  /** Bytes from the symbol's start. */
  readonly offset: number
}

/** One symbol as a reader of symbols finds it; offsets count from the table's base. */
export interface SymbolRow {
  readonly offset: number
  /** Where the name is; the table asks for it when it is wanted. */
  readonly name: number
}

/** Where a symbol cannot reach beyond: the parts of memory that the file has. */
export interface SymbolRange {
  readonly start: number
  readonly end: number
}

/** What a table is made of. */
export interface SymbolTableParts {
  /** Address of offset 0. */
  readonly base: bigint
  readonly rows: readonly SymbolRow[]
  readonly nameOf: (name: number) => string
  readonly ranges: readonly SymbolRange[]
  /** Beginnings of all functions, named or not, in order; empty where the file does not tell. */
  readonly functionStarts: readonly number[]
}

/** Greatest index whose value is at most `wanted`; -1 when there is none. */
function floorIndex(length: number, wanted: number, valueAt: (index: number) => number): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (valueAt(middle) <= wanted) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Symbols by address. */
export class SymbolTable {
  private readonly parts: SymbolTableParts
  private readonly offsets: Float64Array
  private readonly names: Float64Array

  constructor(parts: SymbolTableParts) {
    const rows = parts.rows.toSorted((a, b) => a.offset - b.offset)
    this.parts = parts
    this.offsets = Float64Array.from(rows, ({ offset }) => offset)
    this.names = Float64Array.from(rows, ({ name }) => name)
  }

  get count(): number {
    return this.offsets.length
  }

  /** The symbol that holds an address; null where none does, or a nameless function begins behind it. */
  at(address: bigint): SymbolHit | null {
    const distance = address - this.parts.base
    if (distance < 0n || distance > BigInt(Number.MAX_SAFE_INTEGER)) return null
    const offset = Number(distance)
    const range = this.parts.ranges.find(({ start, end }) => offset >= start && offset < end)
    if (range === undefined && this.parts.ranges.length > 0) return null
    let index = floorIndex(this.offsets.length, offset, (at) => this.offsets[at]!)
    if (index < 0) return null
    while (index > 0 && this.offsets[index - 1] === this.offsets[index]) index--
    const start = this.offsets[index]!
    if (range !== undefined && start < range.start) return null
    const { functionStarts } = this.parts
    const first = functionStarts[floorIndex(functionStarts.length, offset, (at) => functionStarts[at]!)]
    if (first !== undefined && first > start) return null
    return { name: this.parts.nameOf(this.names[index]!), offset: offset - start }
  }
}
