import { ByteText } from '../../formats/ByteText.ts'
import { decodeLatin1 } from '../../formats/utf8.ts'
import { ImportedOther, type ImportedRegistry, type ImportedStyle } from '../ImportedRegistry.ts'
import { MAX_DUMP_BYTES, MAX_ROWS, MAX_TERMINAL_WIDTH, MAX_TREE_DEPTH, MAX_VALUE_LINES } from '../limits.ts'
import { byteString } from './byteString.ts'
import { HeaderReader } from './headerLine.ts'
import { KeyReader } from './KeyReader.ts'
import { MarkFinder } from './MarkFinder.ts'
import { ProblemList } from '../ProblemList.ts'
import { RowList } from './RowList.ts'
import { ValueScanner } from './ValueScanner.ts'

const QUOTE = 34
const DOLLAR = 36

export interface ReadIoregTextOptions {
  /** The host's fast way to turn bytes into characters 0 to 255 one to one. */
  readonly decodeLatin1?: (bytes: Uint8Array) => string
}

/**
 * Reads what `ioreg -l` of any system prints, whole or in part, clipped or not. Total: whatever the bytes
 * are, it answers with what could be read and says in `problems` what could not. `source` may be given as
 * bytes or as a string with one character per byte.
 */
export function readIoregText(
  source: Uint8Array | string,
  options: ReadIoregTextOptions = {},
): ImportedRegistry {
  const isText = typeof source === 'string'
  const whole = isText ? byteString(source) : source
  const bytes = whole.length > MAX_DUMP_BYTES ? whole.subarray(0, MAX_DUMP_BYTES) : whole
  const text = isText ? source.slice(0, bytes.length) : (options.decodeLatin1 ?? decodeLatin1)(bytes)
  return new IoregTextReader(new ByteText(bytes, text), whole.length).read()
}

class IoregTextReader {
  private readonly bytes: Uint8Array
  private readonly text: string
  private readonly headers: HeaderReader
  private readonly keys: KeyReader
  private readonly scanner: ValueScanner
  private readonly keyEnds: MarkFinder
  private readonly problems = new ProblemList()
  private readonly list: RowList
  /**
   * Start, end (without line ending) and number of the line at hand; first character that is no tree
   * drawing.
   */
  private start = 0
  private end = 0
  private next = 0
  private content = 0
  private line = 0
  private understood = 0
  private blockIndent = -1
  private clippedLines = 0
  private terminalClippedLines = 0
  private retainCountWord = false
  private printsIds = false
  private printsInheritance = false
  private stopped = false

  constructor(
    private readonly dump: ByteText,
    wholeLength: number,
  ) {
    if (wholeLength > MAX_DUMP_BYTES) {
      this.problems.addGeneral(
        `Only the first ${MAX_DUMP_BYTES} bytes of ${wholeLength} were read: split the dump.`,
      )
    }
    this.bytes = dump.bytes
    this.text = dump.text
    this.headers = new HeaderReader(dump)
    this.keys = new KeyReader(dump, true)
    this.scanner = new ValueScanner(dump)
    this.keyEnds = new MarkFinder(dump.text, '" = ')
    this.list = new RowList(this.keys)
  }

  read(): ImportedRegistry {
    while (this.next < this.bytes.length && !this.stopped) {
      this.advance()
      if (this.readLine()) this.understood++
    }
    this.list.finish()
    if (!this.list.hasRow)
      this.problems.addGeneral('No registry entry was found: no line begins with `+-o`.')
    return {
      format: 'text',
      sections: this.list.sections,
      rows: this.list.rows,
      entryCount: this.list.entryCount,
      style: this.style(),
      clippedLines: this.clippedLines,
      clippedAtTerminalWidth: this.terminalClippedLines > 0,
      linesTotal: this.line,
      linesUnderstood: this.understood,
      problems: this.problems.finish(),
    }
  }

  private style(): ImportedStyle {
    const firstEnd = this.text.indexOf('\n')
    return {
      retainWord: this.retainCountWord ? 'retain count' : 'retain',
      printsIds: this.printsIds,
      printsInheritance: this.printsInheritance,
      lineEnding: firstEnd > 0 && this.text.charCodeAt(firstEnd - 1) === 13 ? '\r\n' : '\n',
      endsWithNewline: this.text.endsWith('\n'),
    }
  }

  /** Moves to the next line. */
  private advance(): void {
    const start = this.next
    let end = this.text.indexOf('\n', start)
    if (end < 0) end = this.bytes.length
    this.next = end + 1
    if (end > start && this.bytes[end - 1] === 13) end--
    this.start = start
    this.end = end
    this.content = this.skipDrawing(start, end)
    this.line++
  }

  private skipDrawing(from: number, end: number): number {
    const bytes = this.bytes
    let at = from
    while (at < end && (bytes[at] === 32 || bytes[at] === 124)) at++
    return at
  }

  private readLine(): boolean {
    const at = this.content
    if (at === this.end) return true
    switch (this.bytes[at]) {
      case QUOTE:
        return this.readProperty()
      case 43:
        return this.dump.has('+-o ', at, this.end) ? this.readHeader() : this.readStray()
      case 123:
        return this.end === at + 1 && this.list.hasRow ? this.readBlockStart() : this.readStray()
      case 125:
        return this.end === at + 1 && this.blockIndent >= 0 ? this.readBlockEnd() : this.readStray()
      case DOLLAR:
        return this.end === at + 1 && this.list.hasRow ? this.countClipped() : this.readStray()
      default:
        return this.readTitle() || this.readStray()
    }
  }

  private readHeader(): boolean {
    const list = this.list
    const header = this.headers.read(this.content + 4, this.end)
    if (list.rows.length >= MAX_ROWS || list.depth >= MAX_TREE_DEPTH) return this.stop()
    list.addHeader(header, this.content - this.start)
    this.blockIndent = -1
    if (header.id !== 0) this.printsIds = true
    if (header.retainCountWord) this.retainCountWord = true
    if (header.inheritance !== null) this.printsInheritance = true
    if (header.clipped) this.countClipped()
    if (!header.understood)
      this.complain('This tree line is not written as ioreg writes it; what could be read was kept.')
    return header.understood
  }

  private stop(): boolean {
    const limit =
      this.list.rows.length >= MAX_ROWS ? `${MAX_ROWS} tree lines` : `a depth of ${MAX_TREE_DEPTH}`
    this.complain(`Reading stopped here: a dump may have up to ${limit}.`)
    this.stopped = true
    return false
  }

  private readBlockStart(): boolean {
    this.blockIndent = this.content - this.start
    this.list.openBlock()
    return true
  }

  private readBlockEnd(): boolean {
    this.blockIndent = -1
    this.list.closeBlock()
    return true
  }

  private readProperty(): boolean {
    if (!this.list.hasRow || this.blockIndent < 0) return this.readStray()
    const valueAt = this.keys.read(this.content + 1, this.end)
    if (valueAt < 0) return this.bytes[this.end - 1] === DOLLAR ? this.countClipped() : this.readStray()
    const value = this.scanner.scan(valueAt, this.end)
    if (value === undefined) return this.readIrregularValue(valueAt)
    this.list.addProperty(value)
    return true
  }

  /** A value that goes on over several lines, is cut off, or makes no sense. */
  private readIrregularValue(from: number): boolean {
    const problemAt = this.scanner.position
    const { end, lines, next } = this.findValueEnd()
    if (lines > 0) {
      const value = this.scanner.scan(from, end)
      if (value !== undefined) {
        this.list.addProperty(value)
        this.line += lines
        this.understood += lines
        this.next = next
        return true
      }
    }
    const clipped = this.bytes[this.end - 1] === DOLLAR
    const kept = this.text.slice(from, this.end)
    this.list.addProperty(new ImportedOther(kept, clipped ? 'clipped' : 'unreadable'))
    if (clipped) return this.countClipped()
    const column = Math.min(problemAt, this.end) - this.start + 1
    const seen = this.text.slice(Math.min(problemAt, this.end), this.end)
    const key = this.dump.string(this.content + 1, from - 4)
    this.problems.add(
      this.line,
      column,
      `The value of ${key} cannot be read from here on; it was kept as text.`,
      seen,
    )
    return false
  }

  /**
   * Where the lines end that cannot be a new property, entry or end of block: strings may hold line breaks.
   */
  private findValueEnd(): { end: number; lines: number; next: number } {
    const text = this.text
    let end = this.end
    let next = this.next
    let lines = 0
    while (next < text.length && lines < MAX_VALUE_LINES) {
      let lineEnd = text.indexOf('\n', next)
      if (lineEnd < 0) lineEnd = text.length
      if (this.isStructure(next, lineEnd)) break
      end = lineEnd > next && this.bytes[lineEnd - 1] === 13 ? lineEnd - 1 : lineEnd
      next = lineEnd + 1
      lines++
    }
    return { end, lines, next }
  }

  private isStructure(start: number, end: number): boolean {
    const at = this.skipDrawing(start, end)
    const indent = at - start
    if (indent === this.blockIndent && this.bytes[at] === 125) return true
    if (this.dump.has('+-o ', at, this.bytes.length)) return true
    if (indent !== this.blockIndent + 2 || this.bytes[at] !== QUOTE) return false
    return this.keyEnds.next(at) < end
  }

  private readTitle(): boolean {
    if (this.content !== this.start || !this.text.startsWith('+-o ', this.next)) return false
    const line = this.text.slice(this.start, this.end)
    if (line.length > 64 || !/^[A-Za-z][A-Za-z0-9]*:$/.test(line)) return false
    this.list.openSection(line.slice(0, -1))
    this.blockIndent = -1
    return true
  }

  private readStray(): boolean {
    this.complain('This line is no part of a registry dump; it was left out.')
    return false
  }

  private complain(message: string): void {
    const seen = this.dump.string(this.content, Math.min(this.end, this.content + 200))
    this.problems.add(this.line, this.content - this.start + 1, message, seen)
  }

  private countClipped(): boolean {
    this.clippedLines++
    if (this.end - this.start <= MAX_TERMINAL_WIDTH) this.terminalClippedLines++
    return true
  }
}
