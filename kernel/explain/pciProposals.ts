import type { CounterfactualEdit } from '../api/index.ts'
import { ImportedData, type ImportedDictionary } from '../importers/index.ts'
import { parseMatchTerms } from '../families/IOPCIFamily/driver/pciMatching.ts'

/** A PCI key that refused, and the two sides of it. */
export interface PCIRefusal {
  readonly personality: string
  readonly table: ImportedDictionary
  readonly properties: ImportedDictionary
  readonly key: string
}

const hex = (value: number, digits: number): string => (value >>> 0).toString(16).padStart(digits, '0')

function wordOf(properties: ImportedDictionary, key: string): number {
  const value = properties.get(key)
  if (typeof value === 'number') return value
  if (!(value instanceof ImportedData)) return 0
  return value.bytes().slice(0, 4).reduce((word, byte, index) => word | (byte << (8 * index)), 0)
}

/** Four bytes, low byte first, as nubs publish their identifiers. */
function littleEndian(value: number): { readonly data: string } {
  return { data: [0, 8, 16, 24].map((shift) => hex((value >>> shift) & 0xff, 2)).join('') }
}

/**
 * Edits for a PCI key: the device among those of the personality, the device made one of them, the key
 * away.
 */
export function pciProposals({ personality, table, properties, key }: PCIRefusal): CounterfactualEdit[] {
  const text = table.get(key)
  if (typeof text !== 'string') return []
  const removal: CounterfactualEdit = { kind: 'removeKey', personality, key }
  const add = (term: string): CounterfactualEdit => ({
    kind: 'personalityKeys', personality, keys: [{ key, value: `${text} ${term}` }],
  })
  const [first] = parseMatchTerms(text, key === 'IOPCIClassMatch' ? 0xffffff00n : 0xffffffffn)
  if (key === 'IOPCIClassMatch') {
    const edits = [add(`0x${hex(wordOf(properties, 'class-code') << 8, 8)}&0xffffff00`), removal]
    if (first === undefined) return edits
    const code = Number((first.value & 0xffffffffn) >> 8n)
    return [...edits, { kind: 'providerProperty', key: 'class-code', value: littleEndian(code) }]
  }
  const prefix = key === 'IOPCISecondaryMatch' ? 'subsystem-' : ''
  const device = prefix === '' ? 'device-id' : 'subsystem-id'
  const own = (wordOf(properties, `${prefix}vendor-id`) & 0xffff) | (wordOf(properties, device) << 16)
  const edits = [add(`0x${hex(own, 8)}`), removal]
  if (first === undefined) return edits
  const id = Number(first.value & 0xffffffffn)
  return [...edits, { kind: 'providerProperty', key: device, value: littleEndian(id >>> 16) },
    { kind: 'providerProperty', key: `${prefix}vendor-id`, value: littleEndian(id & 0xffff) }]
}
