// Goal: the hash that fingerprints are made of is FNV-1a of 64 bits to the last digit: kept ones stay comparable.
import { expect, it } from 'vitest'
import { Random } from '../../sim/index.ts'
import { hash64 } from './hash64.ts'

/** The definition, in integers of any size. */
function defined(text: string): string {
  let hash = 0xcbf29ce484222325n
  for (let i = 0; i < text.length; i++) for (const byte of [text.charCodeAt(i) & 0xff, text.charCodeAt(i) >> 8])
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return hash.toString(16).padStart(16, '0')
}

it('is that of the definition for texts of any signs', () => {
  const random = new Random(64)
  const texts = ['', 'a', '\u{ffff}', ...Array.from({ length: 300 }, () =>
    String.fromCharCode(...Array.from({ length: random.below(40) }, () => random.below(0x10000))))]
  for (const text of texts) expect(hash64(text)).toBe(defined(text))
})
