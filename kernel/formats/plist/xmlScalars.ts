import { hexValue } from '../base64.ts'

const smallest = -(2n ** 63n)
const largest = 2n ** 64n - 1n

/** A whole number, decimal or 0x, from -2^63 to 2^64-1; null if the text is anything else. */
export function parseXmlInteger(text: string): number | bigint | null {
  const length = text.length
  const isNegative = text.charCodeAt(0) === 0x2d
  if (length <= 15 + (isNegative ? 1 : 0)) {
    let value = 0
    let at = isNegative ? 1 : 0
    for (; at < length; at++) {
      const digit = text.charCodeAt(at) - 0x30
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
    }
    if (at === length && length > (isNegative ? 1 : 0)) return isNegative ? 0 - value : value
  }
  return parseLongInteger(text.trim())
}

function parseLongInteger(text: string): number | bigint | null {
  const isSigned = text.startsWith('-') || text.startsWith('+')
  const digits = isSigned ? text.slice(1).trimStart() : text
  const isHex = digits.startsWith('0x') || digits.startsWith('0X')
  if (digits.length === (isHex ? 2 : 0) || digits.length > 64) return null
  for (let i = isHex ? 2 : 0; i < digits.length; i++) {
    const value = hexValue(digits.charCodeAt(i))
    if (value < 0 || (!isHex && value > 9)) return null
  }
  const magnitude = BigInt(digits)
  const value = text.startsWith('-') ? -magnitude : magnitude
  if (value < smallest || value > largest) return null
  return narrow(value)
}

/** A bigint as number where that is exact. */
export function narrow(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** A real, or `nan` and `infinity` in any case; null if the text is anything else. */
export function parseXmlReal(text: string): number | null {
  const trimmed = text.trim()
  let hasDigit = false
  for (let i = 0; i < trimmed.length; i++) {
    const code = trimmed.charCodeAt(i)
    if (code >= 0x30 && code <= 0x39) hasDigit = true
    else if (code !== 0x2b && code !== 0x2d && code !== 0x2e && (code | 0x20) !== 0x65) return namedReal(trimmed)
  }
  const value = Number(trimmed)
  return hasDigit && !Number.isNaN(value) ? value : null
}

function namedReal(text: string): number | null {
  switch (text.toLowerCase()) {
    case 'nan': return Number.NaN
    case 'inf': case '+inf': case 'infinity': case '+infinity': return Number.POSITIVE_INFINITY
    case '-inf': case '-infinity': return Number.NEGATIVE_INFINITY
    default: return null
  }
}

const named = new Map([['lt', '<'], ['gt', '>'], ['amp', '&'], ['quot', '"'], ['apos', "'"]])

/** The character of an entity (the text between `&` and `;`), or null. */
export function entityText(name: string): string | null {
  if (!name.startsWith('#')) return named.get(name) ?? null
  const isHex = name.charCodeAt(1) === 0x78
  const digits = name.slice(isHex ? 2 : 1)
  if (digits.length === 0 || digits.length > 10) return null
  let code = 0
  for (let i = 0; i < digits.length; i++) {
    const value = hexValue(digits.charCodeAt(i))
    if (value < 0 || (!isHex && value > 9)) return null
    code = code * (isHex ? 16 : 10) + value
  }
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return null
  return String.fromCodePoint(code)
}
