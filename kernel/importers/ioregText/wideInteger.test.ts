import { expect, test } from 'vitest'
import { byteString } from './byteString.ts'
import { wideDecimal } from './wideInteger.ts'

/** By plain big arithmetic: wrapped to 64 bits, 32-bit negatives and exact ones as `number`. */
function byBigArithmetic(digits: string): number | bigint {
  const value = BigInt.asUintN(64, BigInt(digits))
  const signed = BigInt.asIntN(64, value)
  if (signed < 0n && signed >= -0x80000000n) return Number(signed)
  return value <= 0x1fffffffffffffn ? Number(value) : value
}

test('decimals of 16 digits and more are exact, at the edges and in between', () => {
  const binary = [2n ** 53n, 2n ** 63n, 2n ** 64n - 2n ** 31n, 2n ** 64n]
  const edges = [...binary, 10n ** 15n, 10n ** 19n, 10n ** 20n - 1n, 10n ** 24n]
  const values = edges.flatMap((edge) => [edge - 1n, edge, edge + 1n])
  for (let i = 0, state = 1n; i < 2_000; i++) {
    state = (state * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n
    values.push(state)
  }
  const printed = values.map(String).filter((digits) => digits.length >= 16)
  const read = printed.map((digits) => wideDecimal(byteString(digits), 0, digits.length))
  expect(read).toEqual(printed.map(byBigArithmetic))
})
