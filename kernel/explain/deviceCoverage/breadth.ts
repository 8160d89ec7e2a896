import { ImportedArray, ImportedData, type ImportedDictionary,
  type ImportedValue } from '../../importers/index.ts'

/**
 * How much a personality asks for: devices that it names, a class, every device of a maker, or all there
 * are. Of the last two only the driver's own code tells which it takes.
 */
export type Breadth = 'device' | 'class' | 'maker' | 'all'

const PCI_KEYS = ['IOPCIMatch', 'IOPCIPrimaryMatch', 'IOPCISecondaryMatch']
const USB_CLASS_KEYS = ['bDeviceClass', 'bInterfaceClass']
const OTHER_KEYS = ['IOPropertyMatch', 'IOParentMatch', 'IOPathMatch', 'IOLocationMatch',
  'IOPropertyExistsMatch']

/** The breadth of a personality that matches a PCI function or USB nub of these properties. */
export function breadthOf(table: ImportedDictionary, nub: ImportedDictionary | null): Breadth {
  const registers = registersOf(nub)
  const byPCI = PCI_KEYS.flatMap((key) => wordsOf(table.get(key)))
    .filter(({ value, mask }) => registers.some((own) => ((value ^ own) & mask) === 0))
  if (byPCI.some(({ mask }) => mask >>> 16 !== 0)) return 'device'
  const names = textsOf(table.get('IONameMatch'))
  if (names.some((name) => !name.endsWith('*'))) return 'device'
  const vendor = table.get('idVendor')
  const product = table.get('idProductArray') ?? table.get('idProduct')
  if (typeof vendor === 'number' && product !== undefined && product !== '*') return 'device'
  if (USB_CLASS_KEYS.some((key) => typeof table.get(key) === 'number') && vendor !== '*') return 'class'
  if (table.get('IOPCIClassMatch') !== undefined) return 'class'
  if (OTHER_KEYS.some((key) => table.get(key) !== undefined)) return 'device'
  return byPCI.length > 0 || names.length > 0 || typeof vendor === 'number' ? 'maker' : 'all'
}

interface MaskedWord {
  readonly value: number
  readonly mask: number
}

/** The words of an IOPCIMatch: hexadecimal with or without 0x, each with its mask. */
function wordsOf(value: ImportedValue | undefined): MaskedWord[] {
  return textsOf(value).flatMap((text) => text.split(/\s+/u)).flatMap((word) => {
    const match = /^(?:0x)?([0-9a-f]{1,8})(?:&(?:0x)?([0-9a-f]{1,8}))?$/iu.exec(word)
    if (match === null) return []
    return [{ value: Number.parseInt(match[1]!, 16), mask: match[2] === undefined ? 0xffffffff
      : Number.parseInt(match[2], 16) }]
  })
}

/** The registers that words are compared with: numbers of the function, and those of its subsystem. */
function registersOf(nub: ImportedDictionary | null): number[] {
  const half = (key: string): number => numberUnder(nub, key) ?? 0
  return [
    half('vendor-id') | (half('device-id') << 16), half('subsystem-vendor-id') | (half('subsystem-id') << 16),
  ]
}

/** A number under a key, or data that holds one with its low byte first. */
export function numberUnder(table: ImportedDictionary | null, key: string): number | null {
  const value = table?.get(key)
  if (typeof value === 'number') return value
  if (!(value instanceof ImportedData)) return null
  return value.bytes().subarray(0, 4).reduce((sum, byte, at) => sum + byte * 2 ** (8 * at), 0)
}

function textsOf(value: ImportedValue | undefined): string[] {
  if (typeof value === 'string') return [value]
  return value instanceof ImportedArray ? value.values.filter((one) => typeof one === 'string') : []
}
