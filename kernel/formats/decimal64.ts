const TWO_32 = 0x100000000
/** 10^10 is 2 * 2^32 + this. */
const LOW_OF_10_TO_10 = 1_410_065_408

const words = new Uint32Array(2)
const wide = new BigUint64Array(words.buffer)

/** The machine's byte order decides which word of `wide` is the low one. */
const LOW = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1

/** 64 bits as `number` where that is exact. */
export function fromWords(high: number, low: number): number | bigint {
  if (high < 0x200000) return high * TWO_32 + low
  words[LOW] = low
  words[1 - LOW] = high
  return wide[0]!
}

/**
 * Reads 11 to 20 decimal digits and hands the low 64 bits of the number over as two words, without a bigint
 * for each step.
 */
export function decimalWords<T>(
  bytes: Uint8Array, start: number, end: number, make: (high: number, low: number) => T,
): T {
  const high = decimal(bytes, start, end - 10)
  const low = decimal(bytes, end - 10, end)
  const upper = (high >>> 17) + (high >= TWO_32 ? 0x8000 * Math.floor(high / TWO_32) : 0)
  const first = upper * LOW_OF_10_TO_10
  const second = (high % 0x20000) * LOW_OF_10_TO_10
  const lower = (first % 0x8000) * 0x20000 + (second % TWO_32) + (low % TWO_32)
  const carry = Math.floor(first / 0x8000) + Math.floor(second / TWO_32) + Math.floor(low / TWO_32)
  return make((2 * high + carry + Math.floor(lower / TWO_32)) % TWO_32, lower % TWO_32)
}

/** 11 to 19 decimal digits as a number. */
export function unsignedDecimal(bytes: Uint8Array, start: number, end: number): number | bigint {
  return decimalWords(bytes, start, end, fromWords)
}

function decimal(bytes: Uint8Array, start: number, end: number): number {
  let value = 0
  for (let i = start; i < end; i++) value = value * 10 + bytes[i]! - 48
  return value
}
