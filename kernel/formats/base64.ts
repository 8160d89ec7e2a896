const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

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

/**
 * Base64 in a range of ASCII bytes as bytes. White space is skipped; null if anything else stands there, padding is
 * followed by more, or a single character is left over.
 */
export function decodeBase64(source: Uint8Array, start = 0, end = source.length): Uint8Array | null {
  const out = new Uint8Array(Math.ceil(((end - start) * 3) / 4))
  let length = 0
  let word = 0
  let count = 0
  let padding = 0
  for (let i = start; i < end; i++) {
    const code = source[i]!
    const value = values[code]!
    if (value >= 0) {
      if (padding > 0) return null
      word = ((word << 6) | value) & 0xffffff
      if ((++count & 3) !== 0) continue
      out[length++] = word >> 16
      out[length++] = word >> 8
      out[length++] = word
    } else if (code === 0x3d) {
      padding++
    } else if (code !== 0x20 && (code < 9 || code > 13)) {
      return null
    }
  }
  const rest = count & 3
  if (rest === 1 || padding > 2) return null
  if (rest >= 2) out[length++] = rest === 2 ? word >> 4 : word >> 10
  if (rest === 3) out[length++] = word >> 2
  return out.subarray(0, length)
}
