import type { Random } from '../../kernel/sim/index.ts'

/** One line of that length is longer than any tool prints, and a pattern that backtracks does not get over it. */
const LONG_LINE = 900_000
const MANY = 40_000
const NOISE_BYTES = 64 * 1024

/** What patterns trip over when there is too much of it. */
const BAIT = ['a', '0', ' ', '\t', '/', '.', ':', '-', '(', '<', '"', '\\', '=', '0x', ', ', '> ', '  - ', '\n', '\r', '&', '@']

/**
 * What any file may be: cut off, in another encoding, one endless line, nested without end, noise, or bait for
 * patterns that backtrack. One character of `text` is one byte.
 */
export function hostileBytes(random: Random, text: string, pieces: readonly string[]): Uint8Array {
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!
  const at = random.below(text.length + 1)
  const around = (middle: string): Uint8Array => Buffer.from(text.slice(0, at) + middle + text.slice(at), 'latin1')
  switch (random.below(10)) {
    case 0: return Buffer.from(text.slice(0, at), 'latin1')
    case 1: return Buffer.from(`\u{feff}${text}`, 'utf16le')
    case 2: return Buffer.from(text, 'utf16le').swap16()
    case 3: return Buffer.from(text.replaceAll('\n', ' ').repeat(Math.ceil(LONG_LINE / (text.length + 1))), 'latin1')
    case 4: return around(pick(pieces).repeat(MANY))
    case 5: return Buffer.concat([Buffer.from(text.slice(0, random.below(200)), 'latin1'), noise(random)])
    case 6: return around(pick(BAIT).repeat(random.below(2 * MANY)))
    case 7: return around((pick(pieces) + pick([...pieces, ...BAIT])).repeat(MANY / 4))
    case 8: return around('\0'.repeat(MANY))
    default: return Buffer.from(text.split('\n').map((line) => pick(pieces) + line).join('\r'), 'latin1')
  }
}

function noise(random: Random): Uint8Array {
  return Uint8Array.from({ length: random.below(NOISE_BYTES) }, () => random.below(256))
}
