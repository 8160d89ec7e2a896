/** A 32-bit value as its four letters, highest byte first; null when one is not printable. */
export function fourCCText(value: number): string | null {
  const bytes = [value >>> 24, value >>> 16 & 0xff, value >>> 8 & 0xff, value & 0xff]
  return bytes.every((byte) => byte >= 0x20 && byte < 0x7f) ? String.fromCharCode(...bytes) : null
}

/** The value of four letters, such as `APPL`; null for any other text. */
export function fourCCValue(text: string): number | null {
  if (!/^[\x20-\x7e]{4}$/u.test(text)) return null
  return [...text].reduce((value, letter) => value << 8 | letter.charCodeAt(0), 0) >>> 0
}
