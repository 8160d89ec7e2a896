import { describeResult } from '../../format/result.ts'

/** Something in a line of terminal output that can be followed or explained. */
export interface TerminalLink {
  readonly kind: 'path' | 'class' | 'entry' | 'result'
  readonly text: string
  /** Where it begins in the line. */
  readonly at: number
  /** What it means, for results; else null. */
  readonly meaning: string | null
}

/** `IOService:/AppleACPIPlatformExpert/…`; a name may hold blanks only before its `@`. */
const PATH = /\bIO[A-Za-z]+:\/[^\s"'<>|]*/gu
const ENTRY_ID = /\bid (0x1[0-9a-f]{8,15})\b/gu
const CLASS_OF_ENTRY = /<class ([A-Za-z_][\w:]*)/gu
/** A class as the value of a property, or on its own. */
const NAME = /\b(?:IO|Apple|OS)[A-Z][A-Za-z0-9_]{3,}\b/gu
/** 0xe00002xx and kin; or the same as a signed decimal. */
const RESULT = /(?<![\w.])(?:0x[e][0-9a-f]{7}|-5[0-9]{8})(?!\w|\.\d)/giu

/** Everything in one line of output that leads somewhere. Classes are those that the registry knows. */
export function findLinks(line: string, isClass: (name: string) => boolean): readonly TerminalLink[] {
  const links: TerminalLink[] = []
  const add = (link: TerminalLink): void => {
    const overlaps = links.some(({ at, text }) => link.at < at + text.length && at < link.at + link.text.length)
    if (!overlaps) links.push(link)
  }
  for (const found of line.matchAll(PATH)) add({ kind: 'path', text: found[0], at: found.index, meaning: null })
  for (const found of line.matchAll(ENTRY_ID)) add(part('entry', found))
  for (const found of line.matchAll(CLASS_OF_ENTRY)) add(part('class', found))
  for (const found of line.matchAll(RESULT)) {
    const meaning = describeResult(found[0])
    if (meaning !== null) add({ kind: 'result', text: found[0], at: found.index, meaning })
  }
  for (const found of line.matchAll(NAME)) {
    if (isClass(found[0])) add({ kind: 'class', text: found[0], at: found.index, meaning: null })
  }
  return links
}

/** The first group of a match. */
function part(kind: 'entry' | 'class', found: RegExpExecArray): TerminalLink {
  const text = found[1] ?? ''
  return { kind, text, at: found.index + found[0].length - text.length, meaning: null }
}
