import { decodeUtf8Lossless } from '../../formats/utf8.ts'

/**
 * One character per byte → the text those bytes are in UTF-8. Bytes that are not UTF-8 survive as U+DC80 +
 * byte.
 */
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
