/** POSIX regular expressions, basic and extended: in linear time, except with back references. */
import { BacktrackingMatcher } from './BacktrackingMatcher.ts'
import { compileProgram } from './compile.ts'
import { LazyDfa } from './LazyDfa.ts'
import { Matcher } from './Matcher.ts'
import { RegexParser, type RegexSyntax } from './parse.ts'
import { RegexError } from './RegexError.ts'

/** A match: where it lies, and where its groups lie (start -1 for one that took no part). */
export interface RegexMatch {
  readonly start: number
  readonly end: number
  /** Slots 2n and 2n+1 hold start and end of group n; group 0 is the match. */
  readonly slots: readonly number[]
}

/**
 * A compiled POSIX regular expression. Matching takes time linear in the text, except with back references.
 */
export class Regex {
  /** Null where back references rule it out. */
  private readonly dfa: LazyDfa | null
  private readonly matcher: Matcher | BacktrackingMatcher
  readonly groups: number

  constructor(pattern: string, syntax: RegexSyntax) {
    const parser = new RegexParser(pattern, syntax)
    const program = compileProgram(parser.parse())
    const { groups, hasBackreferences } = parser
    this.groups = groups
    this.dfa = hasBackreferences ? null : new LazyDfa(program)
    this.matcher = hasBackreferences
      ? new BacktrackingMatcher(program, groups, syntax.ignoreCase === true) : new Matcher(program, groups)
  }

  /** Whether the text holds a match. */
  test(text: string): boolean {
    return this.dfa === null ? this.matcher.exec(text, 0) !== null : this.dfa.test(text)
  }

  /** The leftmost-longest match at or after `from`; `^` still means the start of the text. */
  exec(text: string, from = 0): RegexMatch | null {
    if (from === 0 && this.dfa?.test(text) === false) return null
    const slots = this.matcher.exec(text, from)
    return slots === null ? null : { start: slots[0]!, end: slots[1]!, slots }
  }

  /** Steps of the matching machine so far. */
  get steps(): number {
    return this.matcher.steps
  }
}

/** Compiles an expression; for a wrong one, regerror's message. */
export function compileRegex(
  pattern: string, syntax: RegexSyntax = {},
): Regex | { readonly problem: string } {
  try {
    return new Regex(pattern, syntax)
  } catch (error) {
    if (error instanceof RegexError) return { problem: error.message }
    throw error
  }
}

/** Text of a group of a match; empty when the group took no part. */
export function groupText(text: string, match: RegexMatch, group: number): string {
  const start = match.slots[group * 2] ?? -1
  return start < 0 ? '' : text.slice(start, match.slots[group * 2 + 1])
}

/** All matches from left to right that do not overlap; an empty one right after a match does not count. */
export function* allMatches(regex: Regex, text: string): Generator<RegexMatch, void> {
  let at = 0
  let lastEnd = -1
  while (at <= text.length) {
    const match = regex.exec(text, at)
    if (match === null) return
    const empty = match.end === match.start
    if (!empty || match.end !== lastEnd) yield match
    lastEnd = match.end
    at = empty ? match.end + 1 : match.end
  }
}
