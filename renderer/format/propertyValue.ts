import type { PropertyValue } from '../../kernel/api/index.ts'

const SHOWN_BYTES = 24

const TYPE_NAMES: Readonly<Record<PropertyValue['type'], string>> = {
  string: 'String', number: 'Number', boolean: 'Bool', data: 'Data', array: 'Array', set: 'Set', dictionary: 'Dict', other: 'Other',
}

/** Short name of the type, as the Type column shows it. */
export function typeName(value: PropertyValue): string {
  return TYPE_NAMES[value.type]
}

/** One line for the Value column. */
export function shortValue(value: PropertyValue): string {
  switch (value.type) {
    case 'string': return `"${value.value}"`
    case 'number': return value.value.toString()
    case 'boolean': return value.value ? 'Yes' : 'No'
    case 'data': return value.bytes.length <= SHOWN_BYTES ? `<${hex(value.bytes)}>` : countOf(value.bytes.length, 'byte')
    case 'array': case 'set': return countOf(value.values.length, 'item')
    case 'dictionary': return countOf(value.entries.length, 'item')
    default: return value.text
  }
}

/** The whole value in the notation of `ioreg -l`, for the clipboard. */
export function fullValue(value: PropertyValue): string {
  switch (value.type) {
    case 'string': return `"${value.value}"`
    case 'number': return value.value.toString()
    case 'boolean': return value.value ? 'Yes' : 'No'
    case 'data': return `<${hex(value.bytes)}>`
    case 'array': return `(${value.values.map(fullValue).join(',')})`
    case 'set': return `[${value.values.map(fullValue).join(',')}]`
    case 'dictionary': return `{${value.entries.map(({ key, value: inner }) => `"${key}"=${fullValue(inner)}`).join(',')}}`
    default: return value.text
  }
}

/** Values that open into rows of their own. */
export function childrenOf(value: PropertyValue): readonly { readonly key: string; readonly value: PropertyValue }[] {
  if (value.type === 'dictionary') return value.entries
  if (value.type === 'array' || value.type === 'set') {
    return value.values.map((inner, index) => ({ key: String(index), value: inner }))
  }
  return []
}

export function hex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
