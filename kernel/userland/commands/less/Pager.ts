import type { KernelThread } from '../../../sim/index.ts'
import type { Process } from '../../libsystem/Process.ts'
import { compileRegex, type Regex } from '../../libsystem/regex/index.ts'
import type { Tty } from '../../libsystem/tty/Tty.ts'
import type { LessDocument } from './LessDocument.ts'
import type { LessKeys } from './LessKeys.ts'
import { rowsOf } from './rows.ts'

export interface LessOptions {
  chop: boolean
  numbers: boolean
  readonly raw: boolean
  readonly ignoreCase: boolean
  /** -m shows the place in per cent, -M lines and per cent. */
  readonly prompt: 'short' | 'medium' | 'long'
  /** -e: ends when the end is met a second time. */
  readonly quitAtEnd: boolean
}

/** A row of the screen: which line, and which row of it. */
interface Place {
  line: number
  row: number
}

/** What a command leads to. */
type Outcome = 'stay' | 'quit' | 'next' | 'previous'

const CLEAR = '\x1b[H\x1b[2J'
const CTRL = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) & 0x1f)

/** Shows a document page by page until the user goes elsewhere. */
export class Pager {
  private top: Place = { line: 0, row: 0 }
  private shift = 0
  private count = ''
  private message: string | null = null
  private pattern: Regex | null = null
  private direction: 1 | -1 = 1
  private shown = false
  private interrupted = false

  constructor(
    private readonly process: Process, private readonly tty: Tty, private readonly keys: LessKeys,
    private readonly options: LessOptions,
  ) {}

  /** ^C: ends a long search or reading to the end. */
  interrupt(): void {
    this.interrupted = true
  }

  /** Whether all of a document fits on the screen. */
  *fits(document: LessDocument): KernelThread<boolean> {
    yield* document.fill(this.height + 1)
    const rows = this.rowsFrom(document, { line: 0, row: 0 }, this.height + 1)
    return document.complete && rows.length <= this.height
  }

  /** Shows a document; `index` and `total` number it among its fellows. */
  *show(document: LessDocument, index: number, total: number): KernelThread<Exclude<Outcome, 'stay'>> {
    this.top = { line: 0, row: 0 }
    this.shown = false
    let title = document.name ?? ''
    if (total > 1) title += ` (file ${index + 1} of ${total})`
    for (;;) {
      this.interrupted = false
      yield* this.draw(document, title)
      title = ''
      const key = yield* this.keys.next()
      if (key === null) return 'quit'
      if (this.message !== null && (key === '\r' || key === '\n')) {
        this.message = null
        continue
      }
      if (/^[0-9]$/u.test(key)) {
        this.count += key
        continue
      }
      const outcome = yield* this.command(document, key)
      if (key !== 'resized') this.count = ''
      if (outcome !== 'stay') return outcome
    }
  }

  private get height(): number {
    return Math.max(1, this.tty.rows - 1)
  }

  private *draw(document: LessDocument, title: string): KernelThread {
    yield* document.fill(this.top.line + this.height + 1, () => this.interrupted)
    if (this.options.prompt !== 'short') yield* this.measure(document)
    const rows = this.rowsFrom(document, this.top, this.height)
    const text = rows.map((row) => `${row.text}\n`).join('')
    const filler = (this.shown ? '~\n' : '\n').repeat(this.height - rows.length)
    yield* this.put(`${CLEAR}${text}${filler}${this.bottomLine(document, title, rows.at(-1)?.line ?? 0)}`)
    this.shown = true
  }

  /** Reads a file to its end, so that places in it can be told. Other inputs may have none. */
  private *measure(document: LessDocument): KernelThread {
    if (document.name !== null) yield* document.fill(Infinity, () => this.interrupted)
  }

  /** What stands at the bottom: a message, the number being typed, or the prompt. */
  private bottomLine(document: LessDocument, title: string, last: number): string {
    if (this.message === null && this.count !== '') return `:${this.count}`
    const whole = this.message ?? this.promptFor(document, title, last)
    const text = whole.slice(0, Math.max(1, this.tty.columns - 1))
    return text === ':' ? text : `\x1b[7m${text}\x1b[27m`
  }

  private promptFor(document: LessDocument, title: string, last: number): string {
    const end = this.atEnd(document) ? '(END)' : ''
    const { prompt } = this.options
    const percent = document.percentAt(last)
    const place = prompt === 'short' ? title : prompt === 'long' ? this.placeText(document, last)
      : percent === null || end !== '' ? title : `${percent}%`
    return [place, end].filter((part) => part !== '').join(' ') || ':'
  }

  /** `name lines 1-23/100 23%` */
  private placeText(document: LessDocument, last: number): string {
    const total = document.complete ? `/${document.lines.length}` : ''
    const percent = document.percentAt(last)
    const name = document.name === null ? '' : `${document.name} `
    return `${name}lines ${this.top.line + 1}-${last + 1}${total}${percent === null ? '' : ` ${percent}%`}`
  }

  private *put(text: string): KernelThread {
    yield* this.process.stdout.write(text)
    yield* this.process.stdout.flush()
  }

  private layout(document: LessDocument, line: number): string[] {
    const { chop, numbers, raw } = this.options
    return rowsOf(document.lines[line] ?? '', {
      columns: this.tty.columns, chop, raw, number: numbers ? line + 1 : null, shift: this.shift,
      highlight: this.pattern,
    })
  }

  /** At most `count` rows from a place on. */
  private rowsFrom(document: LessDocument, from: Place, count: number): { text: string; line: number }[] {
    const rows: { text: string; line: number }[] = []
    for (let line = from.line; line < document.lines.length && rows.length < count; line++) {
      const layout = this.layout(document, line)
      for (const text of layout.slice(line === from.line ? from.row : 0)) rows.push({ text, line })
    }
    return rows.slice(0, count)
  }

  private atEnd(document: LessDocument): boolean {
    return document.complete && this.rowsFrom(document, this.top, this.height + 1).length <= this.height
  }

  private *command(document: LessDocument, key: string): KernelThread<Outcome> {
    this.message = null
    const given = this.count === '' ? null : Number(this.count)
    const moved = yield* this.move(document, key, given)
    if (moved !== null) return moved
    switch (key) {
      case 'q': case 'Q': return 'quit'
      case 'Z': return (yield* this.keys.next()) === 'Z' ? 'quit' : 'stay'
      case ':': return yield* this.colon(document)
      case '/': case '?':
        yield* this.search(document, key, given ?? 1)
        return 'stay'
      case 'n': case 'N': {
        const other = this.direction === 1 ? -1 : 1
        yield* this.searchAgain(document, key === 'n' ? this.direction : other, given ?? 1)
        return 'stay'
      }
      case '=': case CTRL('G'): {
        yield* this.measure(document)
        const last = this.rowsFrom(document, this.top, this.height).at(-1)?.line ?? 0
        this.message = `${this.placeText(document, last)}${this.atEnd(document) ? ' (END)' : ''}`
        return 'stay'
      }
      case '-':
        yield* this.toggle()
        return 'stay'
      case 'h': case 'H':
        this.message = 'space b page, j k line, d u half, g G ends, / ? n N search, -S -N options, q quit'
        return 'stay'
      case 'r': case 'R': case CTRL('L'): case 'resized': return 'stay'
      default:
        if (key >= ' ' || key === 'unknown') yield* this.put('\x07')
        return 'stay'
    }
  }

  /** Commands that move; null when the key is another one. */
  private *move(document: LessDocument, key: string, given: number | null): KernelThread<Outcome | null> {
    const half = Math.max(1, Math.floor(this.height / 2))
    switch (key) {
      case ' ': case 'f': case CTRL('F'): case CTRL('V'):
        return yield* this.forward(document, given ?? this.height)
      case 'd': case CTRL('D'): return yield* this.forward(document, given ?? half)
      case 'j': case 'e': case '\n': case '\r': case CTRL('N'): case CTRL('E'):
        return yield* this.forward(document, given ?? 1)
      case 'b': case CTRL('B'): return this.back(document, given ?? this.height)
      case 'u': case CTRL('U'): return this.back(document, given ?? half)
      case 'k': case 'y': case CTRL('P'): case CTRL('Y'): case CTRL('K'):
        return this.back(document, given ?? 1)
      case 'g': case '<': return yield* this.goTo(document, (given ?? 1) - 1)
      case 'G': case '>':
        return given === null ? yield* this.goToEnd(document) : yield* this.goTo(document, given - 1)
      case 'p': case '%':
        if (yield* this.readAll(document)) {
          const line = Math.floor((document.lines.length * Math.min(100, given ?? 0)) / 100)
          yield* this.goTo(document, Math.max(0, Math.min(line, document.lines.length - 1)))
        }
        return 'stay'
      case 'right': return this.sideways(given ?? Math.floor(this.tty.columns / 2))
      case 'left': return this.sideways(-(given ?? Math.floor(this.tty.columns / 2)))
      default: return null
    }
  }

  private sideways(by: number): Outcome {
    if (this.options.chop) this.shift = Math.max(0, this.shift + by)
    return 'stay'
  }

  private *forward(document: LessDocument, rows: number): KernelThread<Outcome> {
    for (let left = Math.min(rows, 1_000_000); left > 0; left--) {
      yield* document.fill(this.top.line + this.height + 2, () => this.interrupted)
      if (this.interrupted) break
      if (this.atEnd(document)) {
        if (this.options.quitAtEnd && left === rows) return 'quit'
        break
      }
      if (this.top.row + 1 < this.layout(document, this.top.line).length) this.top.row++
      else this.top = { line: this.top.line + 1, row: 0 }
    }
    return 'stay'
  }

  private back(document: LessDocument, rows: number): Outcome {
    for (let left = rows; left > 0 && (this.top.line > 0 || this.top.row > 0); left--) {
      if (this.top.row > 0) this.top.row--
      else this.top = { line: this.top.line - 1, row: this.layout(document, this.top.line - 1).length - 1 }
    }
    return 'stay'
  }

  private *goTo(document: LessDocument, line: number): KernelThread<Outcome> {
    const wanted = Math.max(0, line)
    yield* document.fill(wanted + this.height + 1, () => this.interrupted)
    if (wanted >= document.lines.length && document.lines.length > 0) {
      this.message = `Cannot seek to line number ${wanted + 1}  (press RETURN)`
      return 'stay'
    }
    this.top = { line: wanted, row: 0 }
    if (this.atEnd(document)) this.settleAtEnd(document)
    return 'stay'
  }

  private *goToEnd(document: LessDocument): KernelThread<Outcome> {
    if (yield* this.readAll(document)) this.settleAtEnd(document)
    return 'stay'
  }

  private *readAll(document: LessDocument): KernelThread<boolean> {
    const done = yield* document.fill(Infinity, () => this.interrupted)
    if (!done) this.message = 'Interrupted  (press RETURN)'
    return done
  }

  /** Puts the last row of the document at the bottom of the screen. */
  private settleAtEnd(document: LessDocument): void {
    const last = Math.max(0, document.lines.length - 1)
    this.top = { line: last, row: this.layout(document, last).length - 1 }
    this.back(document, this.height - 1)
  }

  private *colon(document: LessDocument): KernelThread<Outcome> {
    yield* this.put('\r\x1b[K :')
    const key = yield* this.keys.next()
    if (key === 'n') return 'next'
    if (key === 'p') return 'previous'
    if (key === 'q' || key === 'Q' || key === null) return 'quit'
    if (key === 'f') this.message = this.placeText(document, this.top.line)
    return 'stay'
  }

  private *toggle(): KernelThread {
    yield* this.put('\r\x1b[K-')
    const key = yield* this.keys.next()
    if (key === 'S') {
      this.options.chop = !this.options.chop
      this.shift = 0
      this.top.row = 0
      this.message = this.options.chop ? 'Chop long lines  (press RETURN)' : 'Fold long lines  (press RETURN)'
    } else if (key === 'N') {
      this.options.numbers = !this.options.numbers
      this.top.row = 0
      const use = this.options.numbers ? 'Constantly display' : "Don't use"
      this.message = `${use} line numbers  (press RETURN)`
    } else if (key !== null && key >= ' ') this.message = `There is no -${key} option  (press RETURN)`
  }

  private *search(document: LessDocument, prompt: '/' | '?', times: number): KernelThread {
    const text = yield* this.readText(prompt)
    if (text === null) return
    this.direction = prompt === '/' ? 1 : -1
    if (text !== '') {
      const regex = compileRegex(text, { extended: true, ignoreCase: this.options.ignoreCase })
      if ('problem' in regex) {
        this.message = `${regex.problem}  (press RETURN)`
        return
      }
      this.pattern = regex
    }
    yield* this.searchAgain(document, this.direction, times)
  }

  private *searchAgain(document: LessDocument, step: 1 | -1, times: number): KernelThread {
    const { pattern } = this
    if (pattern === null) {
      this.message = 'No previous regular expression  (press RETURN)'
      return
    }
    let line = this.top.line
    for (let left = times; left > 0; left--) {
      const found = yield* document.find(pattern, line + step, step, () => this.interrupted)
      if (found === null) {
        this.message = 'Pattern not found  (press RETURN)'
        return
      }
      line = found
    }
    this.top = { line, row: 0 }
    yield* document.fill(line + this.height + 1, () => this.interrupted)
  }

  /** A line typed at the bottom; null when it was given up. */
  private *readText(prompt: string): KernelThread<string | null> {
    let text = ''
    for (;;) {
      yield* this.put(`\r\x1b[K${prompt}${text}`)
      const key = yield* this.keys.next()
      if (key === null || key === CTRL('G') || this.interrupted) return null
      if (key === '\r' || key === '\n') return text
      if (key === '\x7f' || key === '\b') {
        if (text === '') return null
        text = [...text].slice(0, -1).join('')
      } else if (key === CTRL('U')) text = ''
      else if (key.length <= 2 && key >= ' ') text += key
    }
  }
}
