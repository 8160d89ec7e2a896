import type { CounterfactualEdit, EditValue, PropertyValue } from '../../../kernel/api/index.ts'
import { hex } from '../../format/propertyValue.ts'

/** Kinds of value that can be written by hand. */
export type EditType = 'string' | 'number' | 'boolean' | 'data'

export const EDIT_TYPES: readonly { readonly value: EditType; readonly title: string }[] = [
  { value: 'string', title: 'Text' },
  { value: 'number', title: 'Number' },
  { value: 'boolean', title: 'Boolean' },
  { value: 'data', title: 'Data' },
]

/** A value as people read it. */
export function valueText(value: EditValue): string {
  if (typeof value === 'object') return `<${value.data}>`
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  return typeof value === 'string' ? `“${value}”` : String(value)
}

function keysText(keys: readonly { readonly key: string; readonly value: EditValue }[]): string {
  return keys.map(({ key, value }) => `${key} = ${valueText(value)}`).join(', ')
}

/** An edit in a few words, for its chip. */
export function editTitle(edit: CounterfactualEdit): string {
  switch (edit.kind) {
    case 'providerProperty':
      return `${edit.key} of the device = ${valueText(edit.value)}`
    case 'removeProviderProperty':
      return `Device without ${edit.key}`
    case 'providerName':
      return `Device named ${edit.value}`
    case 'personalityKeys':
      return `${edit.personality}: ${keysText(edit.keys)}`
    case 'removeKey':
      return `${edit.personality} without ${edit.key}`
    case 'removePersonality':
      return `Without ${edit.personality}`
  }
}

/** A proposed change of one personality and its provider in a few words. */
export function chanceTitle(changes: readonly CounterfactualEdit[]): string {
  return changes.map(changeTitle).join(' and ')
}

function changeTitle(edit: CounterfactualEdit): string {
  switch (edit.kind) {
    case 'providerProperty':
      return `device with ${edit.key} = ${valueText(edit.value)}`
    case 'removeProviderProperty':
      return `device without ${edit.key}`
    case 'providerName':
      return `device named ${edit.value}`
    case 'removeKey':
      return `without ${edit.key}`
    case 'removePersonality':
      return `without ${edit.personality}`
    case 'personalityKeys': {
      const [only] = edit.keys
      if (edit.keys.length === 1 && only?.key === 'IOMatchCategory') return 'own IOMatchCategory'
      return keysText(edit.keys)
    }
  }
}

/** A registry value as one that can be edited; null for containers and numbers that are too wide. */
export function editable(value: PropertyValue): { readonly type: EditType; readonly text: string } | null {
  if (value.type === 'string') return { type: 'string', text: value.value }
  if (value.type === 'boolean') return { type: 'boolean', text: value.value ? 'Yes' : 'No' }
  if (value.type === 'data') return { type: 'data', text: hex(value.bytes) }
  if (value.type !== 'number' || value.value > BigInt(Number.MAX_SAFE_INTEGER)) return null
  return { type: 'number', text: String(value.value) }
}

/** A value written by hand, or what is wrong with it. */
export function parseEditValue(
  type: EditType,
  text: string,
): { readonly value: EditValue } | { readonly problem: string } {
  const bare = text.trim()
  if (type === 'string')
    return text.length > 4096 ? { problem: 'Texts of up to 4 096 characters are taken.' } : { value: text }
  if (type === 'boolean') {
    if (/^(?:yes|true)$/iu.test(bare)) return { value: true }
    return /^(?:no|false)$/iu.test(bare)
      ? { value: false }
      : { problem: `Yes or No is wanted, not ${bare || 'nothing'}.` }
  }
  if (type === 'data') {
    const digits = bare.replaceAll(/[<>\s]/gu, '').toLowerCase()
    if (!/^[0-9a-f]*$/u.test(digits))
      return { problem: 'Bytes are pairs of hexadecimal digits: 86 80 00 00.' }
    return digits.length % 2 === 1
      ? { problem: 'The last byte has one digit only.' }
      : { value: { data: digits } }
  }
  const number = /^-?(?:0x[0-9a-f]+|\d+)$/iu.test(bare)
    ? Number(bare.replace(/^-/u, '')) * (bare.startsWith('-') ? -1 : 1)
    : Number.NaN
  return Number.isSafeInteger(number)
    ? { value: number }
    : { problem: `A whole number is wanted, as 300 or 0x12c, not ${bare || 'nothing'}.` }
}
