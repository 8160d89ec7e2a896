import type { KextValue, Problem } from '../../api/index.ts'
import { PlistData, PlistDate, PlistReal, PlistUid, type PlistValue } from '../../formats/index.ts'
import { MAX_PROBLEMS, MAX_QUOTE } from '../limits.ts'

/** Property list values as the kernel would hold them; what it has no form for becomes text. */
export function toKextValue(value: PlistValue): KextValue {
  if (value instanceof PlistData) return value.bytes
  if (value instanceof PlistReal || value instanceof PlistUid) return String(value.value)
  if (value instanceof PlistDate) return String(value.secondsSince2001)
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, toKextValue(item)]))
  if (Array.isArray(value)) return value.map(toKextValue)
  if (value instanceof Set) return [...value].map(toKextValue)
  return value
}

/** The dictionary at the top of a property list; what is of the wrong kind becomes a problem. */
export class PlistTable {
  readonly problems: Problem[] = []

  constructor(
    readonly root: ReadonlyMap<string, PlistValue>,
    private readonly where: string,
    private readonly architecture: string | null,
  ) {}

  /** A value; the one for the architecture wins over the plain one. */
  get(key: string): PlistValue | undefined {
    const own = this.architecture === null ? undefined : this.root.get(`${key}_${this.architecture}`)
    return own ?? this.root.get(key)
  }

  text(key: string): string | null {
    const value = this.get(key)
    if (value === undefined || typeof value === 'string') return value ?? null
    this.fault(key, 'The value is of the wrong kind.', value, 'a string')
    return typeof value === 'number' || typeof value === 'bigint' ? String(value) : null
  }

  dictionary(key: string): ReadonlyMap<string, PlistValue> {
    const value = this.get(key)
    if (value === undefined || value instanceof Map) return value ?? new Map()
    this.fault(key, 'The value is of the wrong kind.', value, 'a dictionary')
    return new Map()
  }

  fault(path: string, message: string, seen: PlistValue, wanted: string): void {
    if (this.problems.length >= MAX_PROBLEMS) return
    this.problems.push({ where: `${this.where}: ${path}`, message, seen: kindOf(seen), wanted })
  }
}

/** A value's kind with, where it is short, the value. */
function kindOf(value: PlistValue): string {
  if (typeof value === 'string') return `the string "${value.slice(0, MAX_QUOTE)}"`
  if (typeof value === 'boolean') return value ? '<true/>' : '<false/>'
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`
  if (value instanceof PlistReal) return `the real number ${value.value}`
  if (value instanceof PlistData) return 'data'
  if (value instanceof PlistDate) return 'a date'
  return value instanceof Map ? 'a dictionary' : 'an array'
}
