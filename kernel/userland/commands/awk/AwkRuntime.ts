import { Random, simulation } from '../../../sim/index.ts'
import type { Process } from '../../libsystem/Process.ts'
import { AwkError } from './AwkError.ts'
import { AwkRecord, RegexCache } from './Record.ts'
import { InputText, toNumber, toText, type Value } from './value.ts'

/** Variables that have a value before the program starts. */
const PRESET = [
  ['FS', ' '], ['OFS', ' '], ['ORS', '\n'], ['RS', '\n'], ['SUBSEP', '\x1c'], ['CONVFMT', '%.6g'],
  ['OFMT', '%.6g'],
] as const

export type AwkArray = Map<string, Value>

/** A parameter of a running function: a value, or an array once it is used as one. */
export interface Cell {
  value: Value
  array: AwkArray | null
}

/** Variables, fields and generators of one awk. */
export class AwkRuntime {
  readonly cache = new RegexCache()
  readonly record: AwkRecord
  readonly globals = new Map<string, Cell>()
  /** Parameters of the running functions, innermost last. */
  readonly frames: Map<string, Cell>[] = []
  random = new Random(1)
  seed = 1

  constructor(readonly process: Process) {
    this.record = new AwkRecord(
      () => this.text(this.get('FS')),
      () => this.text(this.get('OFS')),
      (value) => this.text(value),
      this.cache,
    )
    for (const [name, value] of PRESET) this.set(name, value)
    for (const name of ['NR', 'FNR', 'RSTART']) this.set(name, 0)
    this.set('RLENGTH', -1)
    const environment = this.array('ENVIRON')
    for (const [name, value] of process.env) environment.set(name, new InputText(value))
  }

  private cell(name: string): Cell {
    const frame = this.frames.at(-1)
    const local = frame?.get(name)
    if (local !== undefined) return local
    let cell = this.globals.get(name)
    if (cell === undefined) {
      cell = { value: undefined, array: null }
      this.globals.set(name, cell)
    }
    return cell
  }

  /** The cell of a name, for handing arrays to functions. */
  cellOf(name: string): Cell {
    return this.cell(name)
  }

  get(name: string): Value {
    if (name === 'NF') return this.record.count
    return this.cell(name).value
  }

  set(name: string, value: Value): void {
    if (name === 'NF') {
      this.record.setCount(Math.trunc(toNumber(value)))
      return
    }
    const cell = this.cell(name)
    if (cell.array !== null) throw new AwkError(`can't assign to ${name}; it's an array name.`)
    cell.value = value
  }

  array(name: string): AwkArray {
    const cell = this.cell(name)
    if (cell.array === null) {
      if (cell.value !== undefined) throw new AwkError(`can't use scalar ${name} as array`)
      cell.array = new Map()
    }
    return cell.array
  }

  /** A value as text for use in the program. */
  text(value: Value): string {
    if (typeof value === 'string') return value
    const isFraction = typeof value === 'number' && !Number.isInteger(value)
    return toText(value, isFraction ? toText(this.cell('CONVFMT').value, '%.6g') : '')
  }

  /** A value as text for print. */
  outputText(value: Value): string {
    return toText(value, toText(this.cell('OFMT').value, '%.6g'))
  }

  key(values: readonly Value[]): string {
    if (values.length === 1) return this.text(values[0])
    return values.map((value) => this.text(value)).join(this.text(this.get('SUBSEP')))
  }

  /** A number at or above 0 and below 1. */
  nextRandom(): number {
    return this.random.next32() / 4_294_967_296
  }

  /** Starts the generator anew; the former seed. */
  reseed(seed: number | null): number {
    const former = this.seed
    this.seed = seed ?? simulation().random.next32()
    this.random = new Random(this.seed)
    return former
  }
}
