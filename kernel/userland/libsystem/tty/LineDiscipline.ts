import { decodeText } from '../text.ts'
import { SIGINT, SIGQUIT, SIGTSTP } from '../signals.ts'
import { textColumns } from './width.ts'
import type { Termios } from './Termios.ts'

const CONTROL_C = 3
const END_OF_FILE = 4
const BACKSPACE = 8
const NEWLINE = 10
const CARRIAGE_RETURN = 13
const REPRINT = 18
const KILL_LINE = 21
const LITERAL_NEXT = 22
const ERASE_WORD = 23
const SUSPEND = 26
const QUIT = 28
const DELETE = 127
/** Longest line that can be typed in canonical mode; more is refused with a bell. */
const MAX_CANON = 1024
/** Most bytes that wait to be read. */
const MAX_INPUT = 65_536
const BELL = '\x07'

/** What the line discipline needs from its terminal. */
export interface LineOutput {
  /** Puts echo on the screen. */
  echo(text: string): void
  /** Sends a signal to the foreground group. */
  signal(signal: number): void
}

/**
 * Turns key bytes into readable input: in canonical mode it edits a line with erase, word erase, kill, reprint and
 * literal next, and makes signals; in raw mode it passes bytes through.
 */
export class LineDiscipline {
  /** Complete pieces of input; an empty one is an end of file. */
  readonly ready: Uint8Array[] = []
  private line: number[] = []
  private literal = false

  constructor(
    private readonly termios: () => Termios,
    private readonly output: LineOutput,
  ) {}

  /** Takes bytes from the keyboard. True when there is something new to read. */
  input(bytes: Uint8Array): boolean {
    const before = this.ready.length
    const raw: number[] = []
    for (const byte of bytes) {
      if (this.termios().icanon) this.canonical(byte)
      else this.direct(byte, raw)
    }
    if (raw.length > 0) this.push(raw)
    return this.ready.length > before
  }

  /** Makes a half-typed line readable: called when canonical mode is switched off. */
  releaseLine(): boolean {
    if (this.line.length === 0) return false
    this.push(this.line)
    this.line = []
    return true
  }

  /** Treats unread raw keys as if they were typed now: called when canonical mode is switched on. */
  reprocess(): boolean {
    const waiting = this.ready.splice(0)
    let readable = false
    for (const piece of waiting) if (this.input(piece)) readable = true
    return readable
  }

  /** Drops everything that was typed and not read. */
  discard(): void {
    this.ready.length = 0
    this.line = []
    this.literal = false
  }

  /** Takes at most `maxBytes` bytes of the first piece. An end of file gives an empty array. */
  take(maxBytes: number): Uint8Array | null {
    const first = this.ready[0]
    if (first === undefined) return null
    if (first.length <= maxBytes) {
      this.ready.shift()
      return first
    }
    this.ready[0] = first.subarray(maxBytes)
    return first.subarray(0, maxBytes)
  }

  private push(bytes: number[]): void {
    let waiting = 0
    for (const piece of this.ready) waiting += piece.length
    if (waiting + bytes.length > MAX_INPUT) this.output.echo(BELL)
    else this.ready.push(Uint8Array.from(bytes))
  }

  private direct(byte: number, raw: number[]): void {
    const { isig, icrnl, echo } = this.termios()
    if (isig && this.special(byte)) return
    const stored = icrnl && byte === CARRIAGE_RETURN ? NEWLINE : byte
    raw.push(stored)
    if (echo) this.echoByte(stored)
  }

  private canonical(byte: number): void {
    if (this.literal) {
      this.literal = false
      this.insert(byte)
      return
    }
    const { isig, icrnl, echo } = this.termios()
    if (isig && this.special(byte)) return
    if (byte === NEWLINE || (icrnl && byte === CARRIAGE_RETURN)) {
      if (echo) this.output.echo('\n')
      this.endLine([...this.line, NEWLINE])
    } else if (byte === END_OF_FILE) this.endLine(this.line)
    else if (byte === DELETE || byte === BACKSPACE) this.eraseCharacter()
    else if (byte === ERASE_WORD) this.eraseWord()
    else if (byte === KILL_LINE) this.eraseTo(0)
    else if (byte === REPRINT) this.reprint()
    else if (byte === LITERAL_NEXT) this.literal = true
    else this.insert(byte)
  }

  private special(byte: number): boolean {
    const signal = byte === CONTROL_C ? SIGINT : byte === QUIT ? SIGQUIT : byte === SUSPEND ? SIGTSTP : 0
    if (signal === 0) return false
    this.discard()
    if (this.termios().echo) this.output.echo(caret(byte))
    this.output.signal(signal)
    return true
  }

  private endLine(bytes: number[]): void {
    this.line = []
    this.push(bytes)
  }

  private insert(byte: number): void {
    if (this.line.length >= MAX_CANON) {
      this.output.echo(BELL)
      return
    }
    this.line.push(byte)
    this.echoByte(byte)
  }

  private echoByte(byte: number): void {
    if (!this.termios().echo) return
    if (byte >= 0x80) this.echoMultibyte()
    else if (byte === NEWLINE || byte === 9) this.output.echo(String.fromCharCode(byte))
    else this.output.echo(byte < 0x20 || byte === DELETE ? caret(byte) : String.fromCharCode(byte))
  }

  /** Echoes a multi-byte character when its last byte has come. */
  private echoMultibyte(): void {
    let start = this.line.length - 1
    while (start > 0 && (this.line[start]! & 0xc0) === 0x80) start--
    const lead = this.line[start]!
    const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1
    if (this.line.length - start === size) this.output.echo(decodeText(Uint8Array.from(this.line.slice(start))))
  }

  private eraseCharacter(): void {
    if (this.line.length === 0) return
    let start = this.line.length - 1
    while (start > 0 && (this.line[start]! & 0xc0) === 0x80) start--
    this.eraseTo(start)
  }

  private eraseWord(): void {
    let start = this.line.length
    while (start > 0 && isBlank(this.line[start - 1]!)) start--
    while (start > 0 && !isBlank(this.line[start - 1]!)) start--
    this.eraseTo(start)
  }

  private eraseTo(start: number): void {
    const before = this.columnsOf(this.line)
    this.line.length = start
    const columns = before - this.columnsOf(this.line)
    if (this.termios().echo) this.output.echo('\b \b'.repeat(columns))
  }

  private columnsOf(line: number[]): number {
    let columns = 0
    for (const character of decodeText(Uint8Array.from(line))) {
      const code = character.codePointAt(0)!
      if (code === 9) columns += 8 - (columns % 8)
      else columns += code < 0x20 || code === DELETE ? 2 : textColumns(character)
    }
    return columns
  }

  private reprint(): void {
    this.output.echo('^R\n' + decodeText(Uint8Array.from(this.line)))
  }
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 9
}

/** A control character as the echo shows it. */
function caret(byte: number): string {
  return '^' + String.fromCharCode(byte ^ 0x40)
}
