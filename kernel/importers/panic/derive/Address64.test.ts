// Goal: addresses in two halves say what 64-bit integers say.
import { expect, it } from 'vitest'
import { Random } from '../../../sim/index.ts'
import { address64, compare64, printed64, short64, subtract64, unsigned64 } from './Address64.ts'
import { hex64, hexValue64, withoutSignature } from './addresses.ts'

const random = new Random(77)
const half = (): bigint => BigInt(random.below(0x1_0000_0000))
const EDGES = [0n, 1n, 0xffff_ffffn, 0x1_0000_0000n, 0x007f_ffff_ffff_ffffn, 0x0080_0000_0000_0000n, 0xffff_7fff_ffff_ffffn,
  0xffff_8000_0000_0000n, 0xffff_ff80_0000_0000n, 0xffff_ffff_ffff_ffffn]
const values = [...EDGES, ...Array.from({ length: 300 }, () => (half() << 32n) | half()), ...Array.from({ length: 50 }, half)]

it('are read as printed, with any number of digits, and as nothing otherwise', () => {
  for (const value of values) {
    const text = `0x${value.toString(16)}`
    for (const form of [text, text.toUpperCase(), hex64(value)]) expect(printed64(address64(form)!)).toBe(hex64(value))
    expect(short64(address64(text)!)).toBe(text)
  }
  for (const text of ['', '0x', '0', '12', '0xg', '1x12', '0x 1', '0x12345678123456789', '0x1\u{212a}', null, undefined]) {
    expect(address64(text), String(text)).toBeNull()
    expect(hexValue64(text), String(text)).toBeNull()
  }
})

it('are compared, subtracted and freed of their signature alike', () => {
  for (const [index, value] of values.entries()) {
    const other = values[(index * 7 + 3) % values.length]!
    const [one, two] = [address64(hex64(value))!, address64(hex64(other))!]
    expect(Math.sign(compare64(one, two))).toBe(value < other ? -1 : value > other ? 1 : 0)
    expect(printed64(unsigned64(one))).toBe(hex64(withoutSignature(value)))
    if (value >= other) expect(printed64(subtract64(one, two))).toBe(hex64(value - other))
  }
})
