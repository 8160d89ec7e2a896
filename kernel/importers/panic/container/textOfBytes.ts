import { decodeLatin1, decodeUtf8Lossless } from '../../../formats/index.ts'

/** The host's own quick decoder of Latin-1. */
export type Latin1Decoder = (bytes: Uint8Array) => string

/** Text of a report and what had to be undone to get it. */
export interface DecodedText {
  readonly text: string
  readonly notes: readonly string[]
  /** Each character is the byte at its place. */
  readonly isBytes: boolean
}

const PROBE = 512

/** UTF-16 as text; an odd last byte is left out. */
function decodeUtf16(bytes: Uint8Array, start: number, isLittle: boolean): string {
  const parts: string[] = []
  const high = isLittle ? 1 : 0
  for (let at = start; at + 1 < bytes.length; at += 8192) {
    const end = Math.min(bytes.length - 1, at + 8192)
    const codes: number[] = []
    for (let i = at; i < end; i += 2) codes.push((bytes[i + high]! << 8) | bytes[i + 1 - high]!)
    parts.push(String.fromCharCode(...codes))
  }
  return parts.join('')
}

/** Where zeros stand in text tells 16-bit encodings apart from bytes, also without a mark at the start. */
function utf16Order(bytes: Uint8Array): 'little' | 'big' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'little'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'big'
  const length = Math.min(bytes.length, PROBE) & ~1
  const zeros = [0, 0]
  for (let i = 0; i < length; i++) if (bytes[i] === 0) zeros[i & 1]!++
  if (length < 16) return null
  if (zeros[1]! > length * 0.4 && zeros[0]! < length * 0.05) return 'little'
  return zeros[0]! > length * 0.4 && zeros[1]! < length * 0.05 ? 'big' : null
}

/** Looks at four bytes at a time where they lie so. */
function isAscii(bytes: Uint8Array): boolean {
  const count = bytes.byteOffset % 4 === 0 ? bytes.length >> 2 : 0
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, count)
  let seen = 0
  for (let i = 0; i < count; i++) seen |= words[i]!
  let rest = 0
  for (let i = count * 4; i < bytes.length; i++) rest |= bytes[i]!
  return (seen & 0x8080_8080) === 0 && rest < 0x80
}

/** Bytes of any of the encodings that reports are saved in, as text. Never fails. */
export function textOfBytes(bytes: Uint8Array, decode: Latin1Decoder = decodeLatin1): DecodedText {
  if (isAscii(bytes)) {
    const text = decode(bytes)
    if (!text.includes('\0')) return { text, notes: [], isBytes: true }
  }
  return decodeOther(bytes)
}

function decodeOther(bytes: Uint8Array): DecodedText {
  const notes: string[] = []
  const order = utf16Order(bytes)
  let text: string
  if (order === null) text = decodeUtf8Lossless(bytes)
  else {
    notes.push(`UTF-16, ${order} endian`)
    text = decodeUtf16(bytes, 0, order === 'little')
  }
  if (text.startsWith('\u{feff}')) {
    text = text.slice(1)
    if (order === null) notes.push('byte order mark')
  }
  if (/[\u{dc80}-\u{dcff}]/u.test(text)) notes.push('bytes that are not UTF-8')
  if (text.includes('\0')) {
    notes.push('zero bytes')
    text = text.replaceAll('\0', '')
  }
  if (text.includes('\u{a0}')) {
    notes.push('non-breaking spaces')
    text = text.replaceAll('\u{a0}', ' ')
  }
  return { text, notes, isBytes: false }
}
