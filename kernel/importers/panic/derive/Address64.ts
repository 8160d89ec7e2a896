/** A number of 64 bits as its two halves: what frames are compared and moved by, without big integers. */
export interface Address64 {
  readonly high: number
  readonly low: number
}

export const ZERO: Address64 = { high: 0, low: 0 }

const HALF = 0x1_0000_0000

function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/** A hexadecimal number as printed, of up to 16 digits behind `0x`; null for anything else. */
export function address64(text: string | null | undefined): Address64 | null {
  if (text === null || text === undefined || text.length < 3 || text.length > 18) return null
  if (text.charCodeAt(0) !== 0x30 || (text.charCodeAt(1) | 0x20) !== 0x78) return null
  let high = 0
  let low = 0
  const lowDigits = text.length - 8
  for (let at = 2; at < text.length; at++) {
    const digit = digitOf(text.charCodeAt(at))
    if (digit < 0) return null
    if (at < lowDigits) high = high * 16 + digit
    else low = low * 16 + digit
  }
  return { high, low }
}

/** Below zero when `one` is the smaller, zero when they are the same. */
export const compare64 = (one: Address64, other: Address64): number =>
  one.high === other.high ? one.low - other.low : one.high - other.high

/** `from` less `amount`, which is not larger. */
export function subtract64(from: Address64, amount: Address64): Address64 {
  const low = from.low - amount.low
  return low < 0
    ? { high: from.high - amount.high - 1, low: low + HALF }
    : { high: from.high - amount.high, low }
}

/** An arm64 kernel address without the bits that sign it; addresses of user space stay. */
export const unsigned64 = (address: Address64): Address64 =>
  (address.high & 0x80_0000) === 0 || address.high >= 0xffff_8000
    ? address
    : { high: (address.high | 0xffff_8000) >>> 0, low: address.low }

/** The two digits of each byte: put together they are several times as quick as a number's own printing. */
const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

const half = (value: number): string =>
  PAIRS[value >>> 24]! + PAIRS[(value >>> 16) & 0xff]! + PAIRS[(value >>> 8) & 0xff]! + PAIRS[value & 0xff]!

/** As the kernel prints pointers of 64 bits. */
export const printed64 = ({ high, low }: Address64): string => `0x${half(high)}${half(low)}`

/** As short as can be. */
export const short64 = ({ high, low }: Address64): string =>
  high === 0 ? `0x${low.toString(16)}` : `0x${high.toString(16)}${half(low)}`
