const HEADER = [0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00]
const BLOCK_BYTES = 128
const DESCRIPTORS = [54, 72, 90, 108]
const DESCRIPTOR_BYTES = 18
const TAG_NAME = 0xfc
const TAG_SERIAL = 0xff

/** What a display says of itself in its first EDID block (VESA E-EDID 1.4, section 3). */
export interface Edid {
  /** Three letters of the PNP id of the manufacturer. */
  readonly manufacturer: string
  readonly product: number
  readonly serial: number
  readonly year: number
  readonly version: string
  readonly digital: boolean
  readonly widthCm: number
  readonly heightCm: number
  readonly name: string | null
  readonly serialText: string | null
  /** The first timing: what the display likes best. */
  readonly native: { readonly width: number; readonly height: number; readonly hertz: number } | null
  readonly extensions: number
  readonly checksumFits: boolean
}

/** Reads an EDID; null when the bytes are none. */
export function readEdid(bytes: Uint8Array): Edid | null {
  if (bytes.length < BLOCK_BYTES || HEADER.some((byte, index) => bytes[index] !== byte)) return null
  const at = (index: number): number => bytes[index] ?? 0
  const letters = (at(8) << 8) | at(9)
  const text = (tag: number): string | null => textDescriptor(bytes, tag)
  return {
    manufacturer: String.fromCharCode(...[10, 5, 0].map((shift) => 64 + ((letters >> shift) & 31))),
    product: at(10) | (at(11) << 8),
    serial: (at(12) | (at(13) << 8) | (at(14) << 16) | (at(15) << 24)) >>> 0,
    year: 1990 + at(17),
    version: `${at(18)}.${at(19)}`,
    digital: (at(20) & 0x80) !== 0,
    widthCm: at(21),
    heightCm: at(22),
    name: text(TAG_NAME),
    serialText: text(TAG_SERIAL),
    native: timing(bytes.subarray(DESCRIPTORS[0])),
    extensions: at(126),
    checksumFits: bytes.subarray(0, BLOCK_BYTES).reduce((sum, byte) => (sum + byte) & 0xff, 0) === 0,
  }
}

function textDescriptor(bytes: Uint8Array, tag: number): string | null {
  for (const at of DESCRIPTORS) {
    if (bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 3] !== tag) continue
    const text = String.fromCharCode(...bytes.subarray(at + 5, at + DESCRIPTOR_BYTES))
    return text.split('\n')[0]?.trim() ?? null
  }
  return null
}

/** A detailed timing: pixel clock in 10 kHz, then active and blanking sizes with their upper bits apart. */
function timing(bytes: Uint8Array): Edid['native'] {
  const at = (index: number): number => bytes[index] ?? 0
  const clockHz = (at(0) | (at(1) << 8)) * 10_000
  if (clockHz === 0) return null
  const width = at(2) | ((at(4) & 0xf0) << 4)
  const height = at(5) | ((at(7) & 0xf0) << 4)
  const total = (width + (at(3) | ((at(4) & 15) << 8))) * (height + (at(6) | ((at(7) & 15) << 8)))
  return { width, height, hertz: total === 0 ? 0 : Math.round(clockHz / total) }
}

/** `DEL 4cf0 · DELL U2415 · 1920 × 1200 at 60 Hz · 52 × 32 cm`. */
export function describeEdid(edid: Edid): string {
  const { name, native, widthCm, heightCm } = edid
  return [
    `${edid.manufacturer} ${edid.product.toString(16).padStart(4, '0')}`,
    ...(name === null ? [] : [name]),
    ...(native === null ? [] : [`${native.width} × ${native.height} at ${native.hertz} Hz`]),
    ...(widthCm === 0 ? [] : [`${widthCm} × ${heightCm} cm`]),
    String(edid.year),
  ].join(' · ')
}
