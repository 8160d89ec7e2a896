import type { ImportedValue } from '../ImportedRegistry.ts'

const TWO_32 = 0x100000000
/** 10^10 is 2 * 2^32 + this. */
const LOW_OF_10_TO_10 = 1_410_065_408

const words = new Uint32Array(2)
const wide = new BigUint64Array(words.buffer)

/** The machine's byte order decides which word of `wide` is the low one. */
const LOW = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1

/**
 * A 64-bit integer as the kernel holds it. Numbers of up to 32 bits reach user space signed, so what prints
 * within 2^31 of 2^64 was a negative 32-bit number.
 */
export function wideInteger(value: bigint): ImportedValue {
  if (value < 0n && value >= -0x80000000n) return Number(value)
  return ofWords(Number(BigInt.asUintN(64, value >> 32n) & 0xffffffffn), Number(BigInt.asUintN(32, value)))
}

/** The same for 16 decimal digits or more. Up to 20 are put together without a bigint for each step. */
export function wideDecimal(bytes: Uint8Array, start: number, end: number): ImportedValue {
  if (end - start > 20) return wideInteger(BigInt.asUintN(64, BigInt(digitText(bytes, start, end))))
  const high = decimal(bytes, start, end - 10)
  const low = decimal(bytes, end - 10, end)
  const upper = (high >>> 17) + (high >= TWO_32 ? 0x8000 * Math.floor(high / TWO_32) : 0)
  const first = upper * LOW_OF_10_TO_10
  const second = (high % 0x20000) * LOW_OF_10_TO_10
  const lower = (first % 0x8000) * 0x20000 + (second % TWO_32) + (low % TWO_32)
  const carry = Math.floor(first / 0x8000) + Math.floor(second / TWO_32) + Math.floor(low / TWO_32)
  return ofWords((2 * high + carry + Math.floor(lower / TWO_32)) % TWO_32, lower % TWO_32)
}

function ofWords(high: number, low: number): ImportedValue {
  if (high < 0x200000) return high * TWO_32 + low
  if (high === 0xffffffff && low >= 0x80000000) return low - TWO_32
  words[LOW] = low
  words[1 - LOW] = high
  return wide[0]!
}

function decimal(bytes: Uint8Array, start: number, end: number): number {
  let value = 0
  for (let i = start; i < end; i++) value = value * 10 + bytes[i]! - 48
  return value
}

function digitText(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!)
  return text
}
