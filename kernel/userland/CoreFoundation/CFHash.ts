import { kernelState } from '../../sim/index.ts'

/** A 64-bit hash as two unsigned 32-bit halves: all that bucket arithmetic needs, without bigint. */
export interface CFHashCode {
  readonly high: number
  readonly low: number
}

const MASK = (1n << 64n) - 1n
const LONG_STRING = 96
const SAMPLE = 32
const MAX_CACHED = 65_536

/** Hashes of strings seen: the same few hundred keys come again with every entry. */
const stringHashes = kernelState(() => new Map<string, CFHashCode>())

/** The 64 bits of a string's hash. */
export function CFStringHash64(text: string): bigint {
  const units: number[] = []
  const take = (start: number, end: number): void => {
    for (let i = start; i < end; i++) units.push(text.charCodeAt(i))
  }
  if (text.length <= LONG_STRING) take(0, text.length)
  else {
    const middle = Math.floor(text.length / 2) - SAMPLE / 2
    take(0, SAMPLE)
    take(middle, middle + SAMPLE)
    take(text.length - SAMPLE, text.length)
  }
  let result = BigInt(text.length)
  let position = 0
  for (; position + 4 <= units.length; position += 4) {
    result = (result * 67503105n + BigInt(units[position]!) * 16974593n + BigInt(units[position + 1]!) * 66049n
      + BigInt(units[position + 2]!) * 257n + BigInt(units[position + 3]!)) & MASK
  }
  for (; position < units.length; position++) result = (result * 257n + BigInt(units[position]!)) & MASK
  return (result + (result << BigInt(text.length & 31))) & MASK
}

/** The hash of a string, remembered. */
export function CFStringHash(text: string): CFHashCode {
  const cache = stringHashes()
  const known = cache.get(text)
  if (known !== undefined) return known
  if (cache.size >= MAX_CACHED) cache.clear()
  const made = split(CFStringHash64(text))
  cache.set(text, made)
  return made
}

/** The hash of an integer: its magnitude times a fixed factor. */
export function CFIntegerHash(value: bigint): CFHashCode {
  const signed = BigInt.asIntN(64, value)
  return split(((signed < 0n ? -signed : signed) * 2654435761n) & MASK)
}

/** The hash of bytes: the ELF hash over the first 80. */
export function CFBytesHash(bytes: Uint8Array): CFHashCode {
  let hash = 0
  const end = Math.min(bytes.length, 80)
  for (let i = 0; i < end; i++) {
    hash = ((hash << 4) + bytes[i]!) | 0
    const top = hash & 0xf0000000
    if (top !== 0) hash ^= top >>> 24
    hash &= ~top
  }
  return { high: 0, low: hash >>> 0 }
}

function split(hash: bigint): CFHashCode {
  return { high: Number(hash >> 32n), low: Number(hash & 0xffffffffn) }
}
