import { scheduler, WaitQueue, type KernelThread } from '../../../sim/index.ts'
import { EINTR, EIO } from '../errno.ts'
import { OpenFile } from '../OpenFile.ts'
import type { Process } from '../Process.ts'
import { signalGroup, signalSession } from '../processTable.ts'
import { SIGCONT, SIGHUP, SIGTTIN, SIGWINCH } from '../signals.ts'
import { encodeText } from '../text.ts'
import { LineDiscipline } from './LineDiscipline.ts'
import { defaultTermios, type Termios } from './Termios.ts'

/** Virtual time that one byte of output takes: the speed of the line holds back a program that only prints. */
const OUTPUT_COST_NS_PER_BYTE = 200
/** A writer lets others run after this much output. */
const OUTPUT_BURST_BYTES = 4096
const NEWLINE = 10
const CARRIAGE_RETURN = 13

export interface TtyOptions {
  /** Base name of the device file, for example `ttys000`. */
  readonly name: string
  readonly columns: number
  readonly rows: number
  /** Receives what goes to the screen. Any context. */
  readonly onOutput: (bytes: Uint8Array) => void
}

/** A terminal line: keyboard on one side, processes on the other, the line discipline between. */
export class Tty {
  readonly name: string
  columns: number
  rows: number
  /** The process group that reads and gets the signals of the keyboard. */
  foregroundPgid = 0
  /** The session whose controlling terminal this is. */
  sid = 0
  hungUp = false
  /** Whether the last output ended a line. */
  atLineStart = true
  private settings: Termios = defaultTermios()
  private readonly readers = new WaitQueue()
  private readonly discipline: LineDiscipline
  private readonly onOutput: (bytes: Uint8Array) => void

  constructor(options: TtyOptions) {
    this.name = options.name
    this.columns = options.columns
    this.rows = options.rows
    this.onOutput = options.onOutput
    this.discipline = new LineDiscipline(() => this.settings, {
      echo: (text) => this.put(encodeText(text)),
      signal: (signal) => signalGroup(this.foregroundPgid, signal),
    })
  }

  /** Keys from the host. Any context. */
  input(bytes: Uint8Array): void {
    if (!this.hungUp && this.discipline.input(bytes)) scheduler().wakeAll(this.readers)
  }

  /** The window has a new size. Any context. */
  resize(columns: number, rows: number): void {
    if (columns === this.columns && rows === this.rows) return
    this.columns = columns
    this.rows = rows
    signalGroup(this.foregroundPgid, SIGWINCH)
  }

  /** The window was closed: the session is told, reads and writes end. Any context. */
  hangUp(): void {
    if (this.hungUp) return
    this.hungUp = true
    scheduler().wakeAll(this.readers)
    signalSession(this.sid, SIGHUP)
    signalSession(this.sid, SIGCONT)
  }

  /** Current settings, as a copy. */
  get termios(): Termios {
    return { ...this.settings }
  }

  /**
   * Changes the settings. What was typed ahead is treated anew: a half-typed line becomes readable when line editing
   * is switched off, and unread keys become a line when it is switched on.
   */
  setTermios(settings: Termios): void {
    const wasCanonical = this.settings.icanon
    this.settings = { ...settings }
    if (wasCanonical === settings.icanon) return
    const readable = settings.icanon ? this.discipline.reprocess() : this.discipline.releaseLine()
    if (readable) scheduler().wakeAll(this.readers)
  }

  /** Drops input that was typed and not read. */
  flushInput(): void {
    this.discipline.discard()
  }

  /** Reads as read(2) on a terminal: a line in canonical mode, what there is in raw mode. */
  *read(process: Process, maxBytes: number): KernelThread<Uint8Array | number> {
    for (;;) {
      if (this.hungUp) return new Uint8Array(0)
      if (process.sid === this.sid && process.pgid !== this.foregroundPgid) {
        if (process.signalDisposition(SIGTTIN) === 'ignore') return EIO
        signalGroup(process.pgid, SIGTTIN)
        yield* process.checkpoint()
        continue
      }
      const taken = this.discipline.take(maxBytes)
      if (taken !== null) return taken
      if (!(yield* process.sleepOn(this.readers))) return EINTR
    }
  }

  /** Puts bytes on the screen at the speed of the line. */
  *write(process: Process, bytes: Uint8Array): KernelThread<number> {
    for (let offset = 0; offset < bytes.length; offset += OUTPUT_BURST_BYTES) {
      if (this.hungUp) return EIO
      const burst = bytes.subarray(offset, offset + OUTPUT_BURST_BYTES)
      this.put(burst)
      scheduler().charge(burst.length * OUTPUT_COST_NS_PER_BYTE)
      if (offset + OUTPUT_BURST_BYTES < bytes.length) yield* process.checkpoint()
    }
    return 0
  }

  private put(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.atLineStart = bytes.at(-1) === NEWLINE
    this.onOutput(this.processed(bytes))
  }

  private processed(bytes: Uint8Array): Uint8Array {
    if (!this.settings.onlcr) return bytes
    let newlines = 0
    for (const byte of bytes) if (byte === NEWLINE) newlines++
    if (newlines === 0) return bytes
    const output = new Uint8Array(bytes.length + newlines)
    let at = 0
    for (const byte of bytes) {
      if (byte === NEWLINE) output[at++] = CARRIAGE_RETURN
      output[at++] = byte
    }
    return output
  }
}

/** An open terminal. */
export class TtyFile extends OpenFile {
  readonly kind = 'tty'

  constructor(private readonly line: Tty) {
    super()
  }

  override get tty(): Tty {
    return this.line
  }

  override *read(process: Process, maxBytes: number): KernelThread<Uint8Array | number> {
    return yield* this.line.read(process, maxBytes)
  }

  override *write(process: Process, bytes: Uint8Array): KernelThread<number> {
    return yield* this.line.write(process, bytes)
  }
}
