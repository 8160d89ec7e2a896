const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

const letters = Uint8Array.from(alphabet, (letter) => letter.charCodeAt(0))

/** Value of each byte: 0 to 63, or -1 for what is not in the alphabet. */
const values: Int8Array = (() => {
  const table = new Int8Array(256).fill(-1)
  for (let i = 0; i < 64; i++) table[alphabet.charCodeAt(i)] = i
  return table
})()

/** Six-bit value of a character code, or -1. */
export function base64Value(code: number): number {
  return code < 256 ? values[code]! : -1
}

/** Bytes as one run of base64 with `=` padding. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = ''
  const whole = bytes.length - (bytes.length % 3)
  for (let i = 0; i < whole; i += 3) {
    const word = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!
    text += alphabet[word >> 18]! + alphabet[(word >> 12) & 63]! + alphabet[(word >> 6) & 63]! + alphabet[word & 63]!
  }
  const rest = bytes.length - whole
  if (rest === 1) {
    const word = bytes[whole]! << 4
    text += `${alphabet[word >> 6]!}${alphabet[word & 63]!}==`
  } else if (rest === 2) {
    const word = ((bytes[whole]! << 8) | bytes[whole + 1]!) << 2
    text += `${alphabet[word >> 12]!}${alphabet[(word >> 6) & 63]!}${alphabet[word & 63]!}=`
  }
  return text
}

/** Writes the same of a range as bytes into `out` at `offset`; the offset after it. There must be room. */
export function encodeBase64Into(
  out: Uint8Array, offset: number, range: { source: Uint8Array; start: number; end: number },
): number {
  const { source, start, end } = range
  let at = offset
  for (let i = start; i < end; i += 3) {
    const left = end - i
    const word = (source[i]! << 16) | (left > 1 ? source[i + 1]! << 8 : 0) | (left > 2 ? source[i + 2]! : 0)
    out[at++] = letters[word >> 18]!
    out[at++] = letters[(word >> 12) & 63]!
    out[at++] = left > 1 ? letters[(word >> 6) & 63]! : 0x3d
    out[at++] = left > 2 ? letters[word & 63]! : 0x3d
  }
  return at
}

/**
 * Base64 as CoreFoundation and the kernel read it: characters outside the alphabet are skipped, an incomplete last
 * group of four is dropped, and padding counts only when the `=` stand together. Never fails.
 */
export function decodeBase64Text(text: string): Uint8Array {
  const codes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    codes[i] = code < 256 ? code : 0
  }
  return decodeBase64(codes, 0, codes.length)
}

/** The same of a range of bytes, each a character. */
export function decodeBase64(codes: Uint8Array, start: number, end: number): Uint8Array {
  const out = new Uint8Array((((end - start) >> 2) + 1) * 3)
  let length = 0
  let word = 0
  let count = 0
  let padding = 0
  for (let i = start; i < end; i++) {
    const code = codes[i]!
    const isPadding = code === 0x3d
    padding = isPadding ? padding + 1 : 0
    const value = isPadding ? 0 : values[code]!
    if (value < 0) continue
    word = ((word << 6) | value) & 0xffffff
    if ((++count & 3) !== 0) continue
    out[length++] = word >> 16
    if (padding < 2) out[length++] = word >> 8
    if (padding < 1) out[length++] = word
  }
  return out.slice(0, length)
}

/** Hexadecimal pairs as bytes; characters that are not digits are skipped, an odd last digit is dropped. */
export function decodeHexText(text: string): Uint8Array {
  const out = new Uint8Array(text.length >> 1)
  let digits = 0
  let byte = 0
  for (let i = 0; i < text.length; i++) {
    const digit = hexValue(text.charCodeAt(i))
    if (digit < 0) continue
    byte = (byte << 4) | digit
    if ((++digits & 1) === 0) out[(digits >> 1) - 1] = byte
  }
  return out.slice(0, digits >> 1)
}

/** Value of a hexadecimal digit's character code, or -1. */
export function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}
