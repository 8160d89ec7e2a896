import type { Random } from '../../kernel/sim/index.ts'

/** One of the samples with up to eight changes: lines and pieces cut, doubled, moved and replaced. */
export function mutateText(random: Random, samples: readonly string[], tokens: readonly string[]): string {
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!
  let text = pick(samples)
  for (let count = random.below(9); count > 0; count--) {
    const at = random.below(text.length + 1)
    const to = Math.min(text.length, at + random.below(200))
    switch (random.below(7)) {
      case 0: text = text.slice(0, at) + pick(tokens) + text.slice(at); break
      case 1: text = text.slice(0, at) + text.slice(to); break
      case 2: text = text.slice(0, to) + text.slice(at, to) + text.slice(to); break
      case 3: text = text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + 1); break
      case 4: text = text.slice(0, at) + pick(tokens) + text.slice(to); break
      case 5: text = text.slice(0, at); break
      default: {
        const other = pick(samples)
        text = text.slice(0, at) + other.slice(random.below(other.length + 1))
      }
    }
  }
  return text
}
