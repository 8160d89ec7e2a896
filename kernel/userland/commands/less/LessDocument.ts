import type { KernelThread } from '../../../sim/index.ts'
import type { InputStream } from '../../libsystem/streams.ts'
import type { Regex } from '../../libsystem/regex/index.ts'

/** Lines that are kept at most: what comes then is not shown. */
const MAX_LINES = 1_000_000

/** The lines of one input, read as far as they are asked for. */
export class LessDocument {
  readonly lines: string[] = []
  /** Everything has been read. */
  complete = false
  /** Characters with newlines, up to the end of each line. */
  private readonly ends: number[] = []

  constructor(readonly name: string | null, private readonly stream: InputStream) {}

  /** Reads until there are `count` lines, or no more; false when `stopped` asked for an end before. */
  *fill(count: number, stopped: () => boolean = () => false): KernelThread<boolean> {
    while (!this.complete && this.lines.length < count) {
      if (stopped()) return false
      const more = yield* this.stream.readLines()
      if (more === null || this.lines.length >= MAX_LINES) this.complete = true
      else for (const line of more) this.add(line)
      yield* this.stream.process.checkpoint()
    }
    return true
  }

  /** How much of all lies before the end of a line, in per cent; null while the end is not known. */
  percentAt(line: number): number | null {
    if (!this.complete) return null
    const total = this.ends.at(-1) ?? 0
    const end = this.ends[Math.min(line, this.lines.length - 1)] ?? 0
    return total === 0 ? 100 : Math.floor((end * 100) / total)
  }

  /** The next line from `from` on (itself included) in a direction that holds a match; null for none. */
  *find(regex: Regex, from: number, step: 1 | -1, stopped: () => boolean): KernelThread<number | null> {
    for (let at = from; at >= 0; at += step) {
      if (!(yield* this.fill(at + 1, stopped)) || at >= this.lines.length) return null
      if (regex.test(this.lines[at]!)) return at
    }
    return null
  }

  close(): void {
    if (this.name !== null) this.stream.close()
  }

  private add(line: string): void {
    this.lines.push(line)
    this.ends.push((this.ends.at(-1) ?? 0) + line.length + 1)
  }
}
