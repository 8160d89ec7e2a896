import { PlistReal, type PlistValue } from '../../formats/index.ts'
import {
  MAX_PROFILER_DEPTH, plainKey, sectionKind, type ProfilerNode, type ProfilerReport,
} from './ProfilerNode.ts'

type Table = ReadonlyMap<string, PlistValue>

/**
 * Reads the property list form (`-xml`): an array of data types with their `_items`. Null when it is
 * something else.
 */
export function readProfilerPlist(value: PlistValue): ProfilerReport | null {
  if (!Array.isArray(value)) return null
  const types = value.filter((one) => one instanceof Map
    && typeof one.get('_dataType') === 'string') as Table[]
  if (types.length === 0) return null
  return reportOf(types.map((type) => [type.get('_dataType') as string, type.get('_items') ?? []]))
}

/** Reads the form of `-json`: data types by name. Null when it is something else. */
export function readProfilerJson(text: string): ProfilerReport | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  const types = Object.entries(typeof value === 'object' && value !== null ? value : {})
  if (!types.some(([name]) => /^SP\w+DataType$/u.test(name))) return null
  return reportOf(types.map(([name, items]) => [name, fromJson(items, 0)]))
}

function reportOf(types: readonly (readonly [name: string, items: PlistValue])[]): ProfilerReport {
  const sections = types.flatMap(([name, items]) => {
    const kind = sectionKind(name)
    return kind === null ? [] : [{ kind, items: nodesOf(items, 0) }]
  })
  return { sections, linesTotal: 0, linesUnderstood: 0 }
}

function nodesOf(items: PlistValue, depth: number): ProfilerNode[] {
  if (!Array.isArray(items) || depth > MAX_PROFILER_DEPTH) return []
  return items.filter((item) => item instanceof Map).map((item) => nodeOf(item, depth))
}

function nodeOf(item: Table, depth: number): ProfilerNode {
  const fields = new Map<string, string>()
  for (const [key, value] of item) {
    if (typeof value === 'string' || typeof value === 'number') fields.set(plainKey(key), String(value))
    else if (value instanceof PlistReal) fields.set(plainKey(key), String(value.value))
  }
  const name = item.get('_name')
  return { title: typeof name === 'string' ? name : '', fields,
    children: nodesOf(item.get('_items') ?? [], depth + 1) }
}

function fromJson(value: unknown, depth: number): PlistValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value !== 'object' || value === null || depth > 2 * MAX_PROFILER_DEPTH) return ''
  if (Array.isArray(value)) return value.map((item) => fromJson(item, depth + 1))
  return new Map(Object.entries(value).map(([key, item]) => [key, fromJson(item, depth + 1)]))
}
