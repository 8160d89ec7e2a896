import { compileRegex, type Regex } from '../../libsystem/regex/index.ts'
import { isWordCode } from '../../libsystem/regex/CharacterSet.ts'
import type { GrepOptions } from './options.ts'

/** Start and end of a match in a line. */
export type Range = readonly [start: number, end: number]

/** Tests lines against all patterns of a grep. */
export class LineMatcher {
  private constructor(
    private readonly regexes: readonly Regex[],
    private readonly texts: readonly string[],
    private readonly options: GrepOptions,
  ) {}

  /** Compiles the patterns; a text is regcomp's complaint. */
  static compile(options: GrepOptions): LineMatcher | string {
    const regexes: Regex[] = []
    const texts: string[] = []
    for (const pattern of options.patterns) {
      const plain = options.kind === 'fixed' || !/[\\[\].*^$+?(){}|]/.test(pattern)
      if (plain && !options.ignoreCase) {
        texts.push(pattern)
        continue
      }
      const source = options.kind === 'fixed' ? pattern.replace(/[\\[\].*^$]/g, '\\$&') : pattern
      const regex = compileRegex(source, { extended: options.kind === 'extended', ignoreCase: options.ignoreCase })
      if ('problem' in regex) return regex.problem
      regexes.push(regex)
    }
    return new LineMatcher(regexes, texts, options)
  }

  /** Whether the line is selected. */
  selects(line: string): boolean {
    return this.holdsMatch(line) !== this.options.invert
  }

  private holdsMatch(line: string): boolean {
    if (this.options.word || this.options.wholeLine) return this.next(line, 0) !== null
    return this.texts.some((text) => line.includes(text)) || this.regexes.some((regex) => regex.test(line))
  }

  /** The matches in a line from left to right. */
  *matches(line: string): Generator<Range, void> {
    let at = 0
    while (at <= line.length) {
      const range = this.next(line, at)
      if (range === null) return
      if (range[1] > range[0]) yield range
      at = range[1] > range[0] ? range[1] : range[1] + 1
    }
  }

  /** The leftmost, then longest match at or after `from` that is acceptable as a word or line. */
  private next(line: string, from: number): Range | null {
    let best: Range | null = null
    for (const find of this.finders(line)) {
      const range = this.acceptable(line, from, find)
      if (range !== null && (best === null || range[0] < best[0] || (range[0] === best[0] && range[1] > best[1]))) best = range
    }
    return best
  }

  private *finders(line: string): Generator<(from: number) => Range | null, void> {
    for (const text of this.texts) {
      yield (from) => {
        const at = line.indexOf(text, from)
        return at < 0 ? null : [at, at + text.length]
      }
    }
    for (const regex of this.regexes) {
      yield (from) => {
        const match = regex.exec(line, from)
        return match === null ? null : [match.start, match.end]
      }
    }
  }

  private acceptable(line: string, from: number, find: (from: number) => Range | null): Range | null {
    const { word, wholeLine } = this.options
    for (let at = from; at <= line.length; at++) {
      const range = find(at)
      if (range === null) return null
      if (wholeLine ? range[0] === 0 && range[1] === line.length : !word || isWordRange(line, range)) return range
      at = range[0]
    }
    return null
  }
}

function isWordRange(line: string, [start, end]: Range): boolean {
  const before = start > 0 && isWordCode(line.charCodeAt(start - 1))
  const after = end < line.length && isWordCode(line.charCodeAt(end))
  return !before && !after
}
