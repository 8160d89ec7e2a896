import { PlistReal, writeXmlPlist, type PlistValue } from '../../../formats/plist/index.ts'
import type { Fact, Reporter, Section, SectionItem } from './reporters/index.ts'

type Data = string | number | Data[] | { [key: string]: Data }

/** `-json`: one object, a list of items per data type; keys sorted without regard to case, `_` first. */
export function jsonText(sections: readonly (readonly [Reporter, Section])[]): string {
  const lines = sections.map(([reporter, section]) =>
    `  "${reporter.dataType}" : ${jsonValue(section.items.map(itemData), '  ')}`)
  return `{\n${lines.join(',\n')}\n}\n`
}

/** `-xml`: an array of one dictionary per data type. */
export function xmlText(sections: readonly (readonly [Reporter, Section])[]): string {
  return writeXmlPlist(sections.map(([reporter, section]) => new Map<string, PlistValue>([
    ['_dataType', reporter.dataType],
    ['_detailLevel', '1'],
    ['_items', section.items.map((item) => plistValue(itemData(item)))],
    ['_parentDataType', reporter.group === 'Software' ? 'SPSoftwareDataType' : 'SPHardwareDataType'],
    ['_SPCommandLineArguments', ['/usr/sbin/system_profiler', '-nospawn', '-xml', reporter.dataType]],
    ['_SPResponseTime', new PlistReal(0)],
  ])))
}

function itemData(item: SectionItem): Data {
  const data: { [key: string]: Data } = { _name: item.key ?? item.name }
  for (const fact of item.facts) data[fact.key] = factData(fact)
  if (item.items !== undefined && item.items.length > 0) data['_items'] = item.items.map(itemData)
  return data
}

function factData({ value, raw }: Fact): Data {
  if (raw !== undefined) return raw
  if (typeof value === 'string') return value
  const isList = value.every((entry) => typeof entry.value !== 'string')
  if (isList) return value.map((entry) => ({ _name: entry.key,
    ...(factData(entry) as { [key: string]: Data }) }))
  return Object.fromEntries(value.map((entry) => [entry.key, factData(entry)]))
}

function jsonValue(data: Data, indent: string): string {
  if (typeof data === 'string') return JSON.stringify(data)
  if (typeof data === 'number') return String(data)
  const inner = `${indent}  `
  if (Array.isArray(data)) {
    if (data.length === 0) return `[\n\n${indent}]`
    return `[\n${data.map((value) => inner + jsonValue(value, inner)).join(',\n')}\n${indent}]`
  }
  const keys = Object.keys(data).toSorted(compareKeys)
  return `{\n${keys.map((key) => `${inner}${JSON.stringify(key)} : ${jsonValue(data[key]!, inner)}`).join(',\n')}\n${indent}}`
}

/** Without regard to case; an underscore comes before every letter. */
function compareKeys(a: string, b: string): number {
  const [left, right] = [sortKey(a), sortKey(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

function sortKey(key: string): string {
  return key.toLowerCase().replaceAll('_', ' ')
}

function plistValue(data: Data): PlistValue {
  if (typeof data === 'string') return data
  if (typeof data === 'number') return BigInt(data)
  if (Array.isArray(data)) return data.map(plistValue)
  return new Map(Object.entries(data).map(([key, value]) => [key, plistValue(value)]))
}
