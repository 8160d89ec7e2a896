import type { KernelThread } from '../../../sim/index.ts'
import type { Process } from '../../libsystem/Process.ts'
import { encodeText } from '../../libsystem/text.ts'
import type { LineMatcher } from './LineMatcher.ts'
import type { GrepOptions } from './options.ts'

const MATCH_START = '\x1b[01;31m\x1b[K'
const MATCH_END = '\x1b[m\x1b[K'

/** Prints the selected lines of one input with their context and prefixes. */
export class LinePrinter {
  private readonly held: { line: string; number: number; offset: number }[] = []
  private afterLeft = 0
  private lastPrinted = 0
  private offset = 0

  constructor(
    private readonly process: Process,
    private readonly options: GrepOptions,
    private readonly matcher: LineMatcher,
    private readonly name: string,
  ) {}

  /** A line that is selected. */
  *selected(line: string, number: number): KernelThread {
    const { output, before, after } = this.options
    const offset = this.advance(line)
    if (output === 'matches') {
      yield* this.matches(line, number, offset)
      return
    }
    if (output !== 'lines') return
    const first = this.held[0]?.number ?? number
    if ((before > 0 || after > 0) && this.lastPrinted > 0 && first > this.lastPrinted + 1) {
      yield* this.process.stdout.write('--\n')
    }
    for (const held of this.held) yield* this.print(held.line, held.number, { mark: '-', offset: held.offset })
    this.held.length = 0
    yield* this.print(this.options.colour ? this.coloured(line) : line, number, { mark: ':', offset })
    this.afterLeft = after
  }

  /** A line that is not selected: it may be context. */
  *other(line: string, number: number): KernelThread {
    const { output, before } = this.options
    if (output !== 'lines') {
      if (this.options.byteOffsets) this.advance(line)
      return
    }
    const offset = this.advance(line)
    if (this.afterLeft > 0) {
      this.afterLeft--
      yield* this.print(line, number, { mark: '-', offset })
    } else if (before > 0) {
      this.held.push({ line, number, offset })
      if (this.held.length > before) this.held.shift()
    }
  }

  private *matches(line: string, number: number, offset: number): KernelThread {
    if (this.options.invert) return
    for (const [start, end] of this.matcher.matches(line)) {
      const text = line.slice(start, end)
      const at = this.options.byteOffsets ? offset + encodeText(line.slice(0, start)).length : offset
      yield* this.print(this.options.colour ? MATCH_START + text + MATCH_END : text, number, { mark: ':', offset: at })
    }
  }

  private advance(line: string): number {
    const { offset } = this
    if (this.options.byteOffsets) this.offset += encodeText(line).length + 1
    return offset
  }

  private *print(text: string, number: number, place: { mark: string; offset: number }): KernelThread {
    const { fileNames, lineNumbers, byteOffsets } = this.options
    let prefix = fileNames === true ? this.name + place.mark : ''
    if (lineNumbers) prefix += number + place.mark
    if (byteOffsets) prefix += place.offset + place.mark
    this.lastPrinted = number
    yield* this.process.stdout.write(prefix + text + '\n')
  }

  private coloured(line: string): string {
    if (this.options.invert) return line
    let result = ''
    let at = 0
    for (const [start, end] of this.matcher.matches(line)) {
      result += line.slice(at, start) + MATCH_START + line.slice(start, end) + MATCH_END
      at = end
    }
    return result + line.slice(at)
  }
}
