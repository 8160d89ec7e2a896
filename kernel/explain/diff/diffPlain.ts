import type { DiffValue } from '../../api/index.ts'

const MAX_DEPTH = 12
const MAX_TEXT = 200

/** Values of two plain objects that differ, by path; lists are compared as wholes. */
export function plainChanges(before: unknown, after: unknown, prefix = '', depth = 0): DiffValue[] {
  if (isTable(before) && isTable(after) && depth < MAX_DEPTH) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      plainChanges(before[key], after[key], prefix === '' ? key : `${prefix}.${key}`, depth + 1))
  }
  const [a, b] = [textOf(before), textOf(after)]
  return a === b ? [] : [{ key: prefix, before: shorten(a), after: shorten(b) }]
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Map)
}

function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null
  return typeof value === 'string' ? value : JSON.stringify(value, plainMember)
}

/** Members that JSON has no form for. */
function plainMember(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}`
  return value instanceof Map ? [...value as Map<unknown, unknown>] : value
}

function shorten(text: string | null): string | null {
  return text === null || text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`
}
