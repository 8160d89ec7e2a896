import type { Evidence } from './verdictOf.ts'

/** A place in the raw text: line from 0, and columns. */
export interface RawPlace {
  readonly line: number
  readonly from: number
  readonly to: number
}

const FEWEST_CHARACTERS = 4

/**
 * Where in the file as stored a piece of evidence stands. The reader counts lines of the text that it found in
 * the file, so the counted line is tried first and then the words are sought, also as JSON writes them.
 */
export function locateEvidence(
  lines: readonly string[],
  { line, text }: Pick<Evidence, 'line' | 'text'>,
): RawPlace | null {
  const needles = needlesOf(text)
  const counted = line === null ? undefined : lines[line - 1]
  if (line !== null && counted !== undefined) {
    for (const needle of needles) {
      const from = placeIn(counted, needle)
      if (from >= 0) return { line: line - 1, from, to: from + needle.length }
    }
  }
  for (const needle of needles) {
    const at = lines.findIndex((candidate) => placeIn(candidate, needle) >= 0)
    if (at < 0) continue
    const from = placeIn(lines[at] ?? '', needle)
    return { line: at, from, to: from + needle.length }
  }
  return null
}

/** Where the needle stands in a line, not as a part of a longer word; -1 where it does not. */
function placeIn(line: string, needle: string): number {
  for (let at = line.indexOf(needle); at >= 0; at = line.indexOf(needle, at + 1)) {
    const [before, after] = [line[at - 1] ?? '', line[at + needle.length] ?? '']
    const isWhole =
      !(/\w/u.test(before) && /^\w/u.test(needle)) && !(/\w/u.test(after) && /\w$/u.test(needle))
    if (isWhole) return at
  }
  return -1
}

/** The words themselves, as JSON escapes them, and without what the reader added behind them. */
function needlesOf(text: string): readonly string[] {
  const plain = text.split('\n')[0]?.replace(/…$/u, '').trim() ?? ''
  const [, value] = /^[a-z0-9]+ (0x[0-9a-f]+)$/u.exec(plain) ?? []
  const bare = value?.replace(/^0x0*/u, '')
  const decimal = value === undefined ? '' : BigInt(value).toString()
  const stems = [
    plain,
    plain.replace(/ in \S[^]*$/u, ''),
    plain.replace(/ \+ \d+.*$/u, ''),
    bare ?? '',
    decimal,
  ]
  return [
    ...new Set(
      stems.flatMap((stem) => [
        stem,
        JSON.stringify(stem).slice(1, -1),
        JSON.stringify(stem).slice(1, -1).replaceAll('/', '\\/'),
      ]),
    ),
  ].filter((needle) => needle.length >= FEWEST_CHARACTERS)
}
