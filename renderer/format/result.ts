import { decodeValue, type Reading } from '../../kernel/abi/index.ts'

/** Readings below this are told only to those who ask for a value's meaning. */
const CERTAIN = 90
const LIKELY = 45
const MOST = 4

function readingText({ kind, name, meaning }: Reading, hex: string | null): string {
  const place = hex === null || name === null ? '' : ` (${hex})`
  return `${name ?? kind}${place}: ${meaning}`
}

/** What a value means, in any notation (`0xe00002bc`, `-536870212`), where it can be nothing else; null otherwise. */
export function describeResult(text: string): string | null {
  const { hex, readings } = decodeValue(text)
  const [best] = readings
  return best === undefined || best.fit < CERTAIN || hex === '0x0' ? null : readingText(best, hex)
}

/** What a value probably means, the best first: for fields in which people look things up. */
export function describeValue(text: string): readonly { readonly kind: string; readonly text: string }[] {
  const { hex, readings } = decodeValue(text)
  return readings.filter(({ fit }) => fit >= LIKELY).slice(0, MOST)
    .map((reading) => ({ kind: reading.kind, text: readingText(reading, hex) }))
}
