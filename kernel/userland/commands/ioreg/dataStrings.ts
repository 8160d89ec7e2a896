/** Whether bytes look like one or several strings, and how they are shown as such. */

/** `padded` also takes any number of NULs at the end, as smart formatting and early systems do. */
export function dataStrings(bytes: Uint8Array, padded: boolean): string | null {
  const length = bytes.length
  if (length < 2 && !padded) return null
  let normal = 0
  let symbol = 0
  let stringStart = true
  for (let i = 0; i < length; i++) {
    const byte = bytes[i] ?? 0
    if (byte === 0) {
      if (stringStart) return padded && onlyZerosFrom(bytes, i) ? shown(bytes, i, normal, symbol) : null
      stringStart = true
      continue
    }
    stringStart = false
    if (byte >= 0x20 && byte <= 0x7e) normal++
    else if (byte >= 0x80 && byte <= 0xfe) symbol++
    else return null
  }
  return shown(bytes, length, normal, symbol)
}

function onlyZerosFrom(bytes: Uint8Array, from: number): boolean {
  for (let i = from; i < bytes.length; i++) {
    if (bytes[i] !== 0) return false
  }
  return true
}

function shown(bytes: Uint8Array, end: number, normal: number, symbol: number): string | null {
  if (normal === 0 || normal >> 2 < symbol || bytes.length === 1) return null
  return quotedStrings(bytes, end)
}

/** `"one","two"`, a NUL after each string; one character per byte. */
export function quotedStrings(bytes: Uint8Array, end: number): string {
  const last = end > 0 && bytes[end - 1] === 0 ? end - 1 : end
  let text = '"'
  for (let i = 0; i < last; i++) {
    const byte = bytes[i] ?? 0
    text += byte === 0 ? '","' : String.fromCharCode(byte)
  }
  return `${text}"`
}

const HEX_PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
)

/** Two lower-case digits per byte. */
export function hexText(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i++) text += HEX_PAIRS[bytes[i] ?? 0]
  return text
}
