import { decodeUtf8Lossless, encodeUtf8Lossless } from '../../formats/utf8.ts'

/** Bytes as text; a byte that is not UTF-8 becomes the lone surrogate U+DC00 + byte and survives the way back. */
export function decodeText(bytes: Uint8Array): string {
  return decodeUtf8Lossless(bytes)
}

/** Text as bytes: the exact inverse of `decodeText`. */
export function encodeText(text: string): Uint8Array {
  return encodeUtf8Lossless(text)
}
