import {
  ImportedArray,
  ImportedData,
  ImportedDictionary,
  ImportedOther,
  type ImportedValue,
} from '../../importers/index.ts'
import { dataStrings, quotedStrings } from '../../userland/commands/ioreg/dataStrings.ts'
import type { Override } from '../../userland/commands/ioreg/Presentation.ts'

/**
 * The values of a property block that today's ioreg would print otherwise than the dump did, by their
 * running number in printed order: data whose form was decided by an older rule, strings that are not ASCII,
 * masked values.
 */
export function overridesOf(properties: ImportedDictionary): ReadonlyMap<number, Override> {
  const collector = new OverrideCollector()
  for (const value of properties.values) collector.visit(value)
  return collector.found
}

class OverrideCollector {
  readonly found = new Map<number, Override>()
  private ordinal = 0

  visit(value: ImportedValue): void {
    const override = overrideOf(value)
    const ordinal = this.ordinal++
    if (override !== null) this.found.set(ordinal, override)
    else if (value instanceof ImportedArray || value instanceof ImportedDictionary) {
      for (const part of value.values) this.visit(part)
    }
  }
}

function overrideOf(value: ImportedValue): Override | null {
  if (typeof value === 'string') return NOT_ASCII.test(value) ? 'string' : null
  if (value instanceof ImportedData) return dataOverride(value)
  return value instanceof ImportedOther ? `=${value.text}` : null
}

const NOT_ASCII = /\P{ASCII}/u

function dataOverride(data: ImportedData): Override | null {
  const { source, form } = data
  if (form === 'bytes') return null
  if (form === 'hex') {
    if (UPPER_CASE.test(source)) return `=<${source}>`
    if (source.length < 4 || !TEXT_START.test(source)) return null
    return dataStrings(data.bytes(), false) === null ? null : 'hex'
  }
  const bytes = data.bytes()
  if (dataStrings(bytes, false) === source) return null
  return quotedStrings(bytes, bytes.length) === source ? 'text' : `=<${source}>`
}

const UPPER_CASE = /[A-F]/
/** First byte is one that a string may begin with. */
const TEXT_START = /^[2-9a-f]/
