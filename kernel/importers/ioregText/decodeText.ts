import { decodeUtf8Lossless } from '../../formats/utf8.ts'

/** One character per byte → the text those bytes are in UTF-8. Bytes that are not UTF-8 survive as U+DC80 + byte. */
export function decodeText(raw: string): string {
  for (let i = 0; i < raw.length; i++) {
    if (raw.charCodeAt(i) >= 0x80) return decodeUtf8Lossless(byteString(raw))
  }
  return raw
}

/** The bytes of a string with one character per byte. */
export function byteString(raw: string): Uint8Array {
  const bytes = new Uint8Array(raw.length)
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i)
  return bytes
}

const CHUNK_BYTES = 8_192

/** Bytes as a string with one character per byte. Hosts that have a native way may hand in its result instead. */
export function latin1(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    parts.push(String.fromCharCode.apply(null, bytes.subarray(at, at + CHUNK_BYTES) as unknown as number[]))
  }
  return parts.join('')
}
