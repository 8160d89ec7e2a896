import type { PropertyValue } from '../../../kernel/api/index.ts'
import { asStrings, littleEndian } from './bytes.ts'
import { decodeProperty } from './decodeProperty.ts'
import { readEdid } from './edid.ts'

/** One line of the value pane. */
export interface ValueFact {
  readonly label: string
  readonly text: string
}

/** Everything that can be said about one value beside the value itself. */
export function explainValue(key: string, value: PropertyValue): readonly ValueFact[] {
  if (value.type === 'data') return dataFacts(key, value.bytes)
  if (value.type === 'number') return numberFacts(key, value.value, value.bits)
  const decoded = decodeProperty(key, value)
  return decoded === '' || value.type !== 'string' ? [] : [{ label: 'Means', text: decoded }]
}

function numberFacts(key: string, value: bigint, bits: number): ValueFact[] {
  const unsigned = BigInt.asUintN(bits, value)
  const signed = BigInt.asIntN(bits, value)
  const decoded = decodeProperty(key, { type: 'number', value, bits })
  const plain = `0x${unsigned.toString(16)}`
  return [
    { label: 'Decimal', text: signed < 0n ? `${unsigned}, as a signed number ${signed}` : String(unsigned) },
    { label: 'Hexadecimal', text: plain },
    ...(decoded === '' || decoded === plain ? [] : [{ label: 'Means', text: decoded }]),
  ]
}

function dataFacts(key: string, bytes: Uint8Array): ValueFact[] {
  const facts: ValueFact[] = []
  if (bytes.length > 0 && bytes.length <= 8) {
    const value = littleEndian(bytes)
    facts.push({ label: 'Little endian', text: `${value} (0x${value.toString(16)})` })
  } else if (bytes.length <= 32 && bytes.length % 4 === 0)
    facts.push({ label: 'As 32-bit cells', text: cells(bytes) })
  const strings = asStrings(bytes)
  if (strings !== null)
    facts.push({
      label: strings.length === 1 ? 'Text' : `${strings.length} strings`,
      text: strings.join('\n'),
    })
  const decoded = decodeProperty(key, { type: 'data', bytes })
  const edid = readEdid(bytes)
  if (edid !== null) facts.push(...edidFacts(edid))
  else if (decoded !== '' && strings === null) facts.push({ label: 'Means', text: decoded })
  return facts
}

function cells(bytes: Uint8Array): string {
  return Array.from(
    { length: bytes.length / 4 },
    (_unused, index) => `0x${littleEndian(bytes.subarray(index * 4, index * 4 + 4)).toString(16)}`,
  ).join(' ')
}

function edidFacts(edid: NonNullable<ReturnType<typeof readEdid>>): ValueFact[] {
  const { native } = edid
  return [
    { label: 'Display', text: edid.name ?? 'unnamed' },
    { label: 'Maker', text: `${edid.manufacturer}, product 0x${edid.product.toString(16)}, ${edid.year}` },
    { label: 'Serial', text: edid.serialText ?? String(edid.serial) },
    ...(native === null
      ? []
      : [{ label: 'Best mode', text: `${native.width} × ${native.height} at ${native.hertz} Hz` }]),
    ...(edid.widthCm === 0 ? [] : [{ label: 'Size', text: `${edid.widthCm} × ${edid.heightCm} cm` }]),
    {
      label: 'EDID',
      text: `version ${edid.version}, ${edid.digital ? 'digital' : 'analog'}, extensions: ${edid.extensions}`,
    },
    { label: 'Checksum', text: edid.checksumFits ? 'fits' : 'does not fit: bytes were changed or lost' },
  ]
}
