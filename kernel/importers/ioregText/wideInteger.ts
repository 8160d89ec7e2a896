import { decimalWords, fromWords } from '../../formats/decimal64.ts'
import type { ImportedValue } from '../ImportedRegistry.ts'

/**
 * A 64-bit integer as the kernel holds it. Numbers of up to 32 bits reach user space signed, so what prints
 * within 2^31 of 2^64 was a negative 32-bit number.
 */
export function wideInteger(value: bigint): ImportedValue {
  if (value < 0n && value >= -0x80000000n) return Number(value)
  return ofWords(Number(BigInt.asUintN(64, value >> 32n) & 0xffffffffn), Number(BigInt.asUintN(32, value)))
}

/** The same for 16 decimal digits or more. */
export function wideDecimal(bytes: Uint8Array, start: number, end: number): ImportedValue {
  if (end - start <= 20) return decimalWords(bytes, start, end, ofWords)
  return wideInteger(BigInt.asUintN(64, BigInt(digitText(bytes, start, end))))
}

function ofWords(high: number, low: number): ImportedValue {
  return high === 0xffffffff && low >= 0x80000000 ? low - 0x100000000 : fromWords(high, low)
}

function digitText(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!)
  return text
}
