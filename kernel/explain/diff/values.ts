import type { DiffValue } from '../../api/index.ts'
import {
  ImportedArray, ImportedData, ImportedDictionary, ImportedOther, ImportedString, type ImportedValue,
} from '../../importers/index.ts'
import { isVolatile } from './volatileKeys.ts'

const MAX_BYTES = 24
const MAX_MEMBERS = 6
const MAX_TEXT = 120
const MAX_DEPTH = 24

/** A text that equal values share, in whatever form a dump holds them. */
export function valueKey(value: ImportedValue, depth = 0): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value !== 'object') return `${value}`
  if (value instanceof ImportedData) return `<${hexOf(withoutEnd(value.bytes()), Infinity)}>`
  if (depth > MAX_DEPTH) return '…'
  if (value instanceof ImportedArray) {
    const members = value.values.map((one) => valueKey(one, depth + 1))
    return `(${(value.kind === 'set' ? members.toSorted(compare) : members).join(',')})`
  }
  if (value instanceof ImportedDictionary) {
    const pairs = value.keys.map((key, i) =>
      `${JSON.stringify(key)}=${valueKey(value.values[i]!, depth + 1)}`)
    return `{${pairs.toSorted(compare).join(',')}}`
  }
  return value instanceof ImportedOther ? value.text : 'unprinted'
}

/** Text in data without its closing NULs: a dump of text does not show them. */
function withoutEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end--
  const isText = end > 0 && end < bytes.length
    && bytes.subarray(0, end).every((byte) => byte >= 0x20 && byte < 0x7f)
  return isText ? bytes.subarray(0, end) : bytes
}

/** A value to read, cut when it is long. */
export function valueText(value: ImportedValue, depth = 0): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value)
  if (typeof value === 'number' || typeof value === 'bigint')
    return value > 9 ? `${value} (0x${value.toString(16)})` : `${value}`
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (value instanceof ImportedData) return `<${hexOf(value.bytes(), MAX_BYTES)}>`
  if (depth > 2) return '…'
  if (value instanceof ImportedArray) return `(${cut(value.values.map((one) => valueText(one, depth + 1)))})`
  if (value instanceof ImportedDictionary) {
    return `{${cut(value.keys.map((key, i) => `${key} = ${valueText(value.values[i]!, depth + 1)}`))}}`
  }
  return value instanceof ImportedString ? '(not printed)' : value.text.slice(0, MAX_TEXT)
}

function cut(members: readonly string[]): string {
  return members.length <= MAX_MEMBERS ? members.join(', ') : `${members.slice(0, MAX_MEMBERS).join(', ')}, …`
}

function hexOf(bytes: Uint8Array, limit: number): string {
  let text = ''
  for (let i = 0; i < bytes.length && i < limit; i++) text += bytes[i]!.toString(16).padStart(2, '0')
  return bytes.length > limit ? `${text}…` : text
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Properties that differ, dictionaries key by key. What tells of the moment is left out unless `all`. */
export function propertyChanges(
  before: ImportedDictionary | null, after: ImportedDictionary | null, all: boolean,
): DiffValue[] {
  if (before === null || after === null) return []
  const changes: DiffValue[] = []
  collect(before, after, { prefix: '', all, changes, depth: 0 })
  return changes
}

interface Collecting {
  readonly prefix: string
  readonly all: boolean
  readonly changes: DiffValue[]
  readonly depth: number
}

function collect(before: ImportedDictionary, after: ImportedDictionary, into: Collecting): void {
  const { prefix, all, changes, depth } = into
  for (const key of new Set([...before.keys, ...after.keys])) {
    if (!all && isVolatile(key)) continue
    const a = before.get(key)
    const b = after.get(key)
    const isTable = a instanceof ImportedDictionary || b instanceof ImportedDictionary
    if (a !== undefined && b !== undefined && isTable && depth < MAX_DEPTH
      && a instanceof ImportedDictionary) {
      if (b instanceof ImportedDictionary) {
        collect(a, b, { ...into, prefix: `${prefix}${key}.`, depth: depth + 1 })
        continue
      }
    }
    if (a !== undefined && b !== undefined && valueKey(a) === valueKey(b)) continue
    const shown = (value: ImportedValue | undefined): string | null =>
      (value === undefined ? null : valueText(value))
    changes.push({ key: `${prefix}${key}`, before: shown(a), after: shown(b) })
  }
}

