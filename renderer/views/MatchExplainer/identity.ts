import type { EntryProperty, PropertyValue } from '../../../kernel/api/index.ts'
import { decodeProperty } from '../../format/decode/index.ts'
import { fullValue, shortValue } from '../../format/propertyValue.ts'

/** One fact by which matching knows a provider. */
export interface IdentityFact {
  readonly label: string
  readonly value: string
  /** What it means, beside the value. */
  readonly meaning: string
}

type Values = ReadonlyMap<string, PropertyValue>

const MOST_FACTS = 6
/** Keys that say what a provider is, where no family has a form of its own. */
const TELLING = [
  'IONameMatched',
  'name',
  'compatible',
  'device_type',
  'Content',
  'BSD Name',
  'Product',
  'Transport',
  'VendorID',
  'ProductID',
  'PrimaryUsagePage',
  'PrimaryUsage',
  'model',
  'Physical Interconnect',
  'IOUserClientClass',
  'IOProviderClass',
]

/** What identifies a provider, by the kind of its properties: USB, PCI, or whatever telling keys it has. */
export function identityFacts(properties: readonly EntryProperty[]): readonly IdentityFact[] {
  const values: Values = new Map(properties.map(({ key, value }) => [key, value]))
  if (values.has('idVendor')) return usbFacts(values)
  if (values.has('vendor-id') && values.has('class-code')) return pciFacts(values)
  return TELLING.flatMap((key) => plain(values, key)).slice(0, MOST_FACTS)
}

function plain(values: Values, key: string, label = key): IdentityFact[] {
  const value = values.get(key)
  return value === undefined
    ? []
    : [{ label, value: shortValue(value), meaning: decodeProperty(key, value) }]
}

function numberOf(values: Values, key: string): number | null {
  const value = values.get(key)
  if (value?.type === 'number') return Number(value.value)
  if (value?.type !== 'data' || value.bytes.length > 4) return null
  return value.bytes.reduce((sum, byte, index) => sum + byte * 2 ** (8 * index), 0)
}

function hexNumber(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`
}

function hexFact(values: Values, key: string, digits: number): IdentityFact[] {
  const number = numberOf(values, key)
  if (number === null) return []
  const value = values.get(key)!
  const meaning = decodeProperty(key, value)
  return [
    { label: key, value: hexNumber(number, digits), meaning: /^\d|^0x/u.test(meaning) ? '' : meaning },
  ]
}

function usbFacts(values: Values): readonly IdentityFact[] {
  const [of, label] = values.has('bInterfaceClass')
    ? ['bInterface', 'Class, subclass, protocol']
    : ['bDevice', 'Class, subclass, protocol']
  const triple = [`${of}Class`, `${of}SubClass`, `${of}Protocol`].map((key) => numberOf(values, key))
  const place = ['bConfigurationValue', 'bInterfaceNumber'].map((key) => numberOf(values, key))
  return [
    ...hexFact(values, 'idVendor', 4),
    ...hexFact(values, 'idProduct', 4),
    ...hexFact(values, 'bcdDevice', 4),
    ...(place.includes(null)
      ? []
      : [{ label: 'Configuration, interface', value: place.join(', '), meaning: '' }]),
    ...(triple.includes(null)
      ? []
      : [
          {
            label,
            value: triple.map((one) => hexNumber(one ?? 0, 2)).join(', '),
            meaning: triple[0] === 0xff ? 'vendor-specific' : '',
          },
        ]),
    ...speedFact(values),
  ]
}

function speedFact(values: Values): IdentityFact[] {
  const speed = values.get('USBSpeed')
  if (speed === undefined) return []
  const words = decodeProperty('USBSpeed', speed)
  return [
    {
      label: 'Speed',
      value: words === '' ? shortValue(speed) : (words.split(', ').at(-1) ?? words),
      meaning: '',
    },
  ]
}

function pciFacts(values: Values): readonly IdentityFact[] {
  const [subVendor, subDevice] = ['subsystem-vendor-id', 'subsystem-id'].map((key) => numberOf(values, key))
  const code = numberOf(values, 'class-code')
  const codeValue = values.get('class-code')
  return [
    ...hexFact(values, 'vendor-id', 4),
    ...hexFact(values, 'device-id', 4),
    ...(code === null || codeValue === undefined
      ? []
      : [
          {
            label: 'class-code',
            value: hexNumber(code, 6),
            meaning: decodeProperty('class-code', codeValue),
          },
        ]),
    ...hexFact(values, 'revision-id', 2),
    ...(typeof subVendor !== 'number' || typeof subDevice !== 'number' || subVendor + subDevice === 0
      ? []
      : [
          {
            label: 'Subsystem',
            value: `${hexNumber(subVendor, 4)}, ${hexNumber(subDevice, 4)}`,
            meaning: '',
          },
        ]),
    ...plain(values, 'IOName', 'Name'),
  ]
}

/** A property with its whole value, for a hover. */
export function propertyHint({ key, value }: EntryProperty): string {
  return `${key} = ${fullValue(value)}`
}
