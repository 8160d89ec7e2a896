import type { KernelThread } from '../../../sim/index.ts'
import { openInput } from '../../libsystem/open.ts'
import type { Process } from '../../libsystem/Process.ts'
import type { InputStream } from '../../libsystem/streams.ts'
import { vfs } from '../../libsystem/userlandState.ts'
import { warnPath } from '../support/inputs.ts'
import type { InPlaceEditor } from './InPlaceEditor.ts'

/** A line, and whether a newline follows it when it is written. */
export interface SedLine {
  readonly text: string
  readonly newline: boolean
}

/**
 * The lines of all inputs one after the other; it reads one line ahead only when it is asked whether one
 * follows.
 */
export class SedInput {
  /** Number of the line read last. */
  number = 0
  status = 0
  /** Called before the first line of a file that is edited by itself. */
  onFile: () => void = () => {}
  private stream: InputStream | null = null
  /** A line that was read ahead; undefined when none was, null at the end of the file. */
  private ahead: string | null | undefined = undefined
  private nextPath = 0

  constructor(
    private readonly process: Process,
    private readonly paths: readonly string[],
    private readonly editor: InPlaceEditor | null,
  ) {}

  /** The next line, or null after the last. */
  *read(): KernelThread<SedLine | null> {
    for (;;) {
      const line = yield* this.lineOfFile()
      if (line !== null) {
        this.ahead = undefined
        this.number++
        return { text: line, newline: !(yield* this.endsHere()) }
      }
      if (!(yield* this.openNext())) return null
    }
  }

  /** Whether no line follows. */
  *isLast(): KernelThread<boolean> {
    for (;;) {
      if ((yield* this.lineOfFile()) !== null) return false
      if (this.editor !== null) return this.editor.eachFile || !this.laterFilesHaveLines()
      if (!(yield* this.openNext())) return true
    }
  }

  /** Ends with the file at hand. */
  *finish(): KernelThread {
    yield* this.closeStream()
  }

  /** Whether the line just read ended without a newline and no other follows. */
  private *endsHere(): KernelThread<boolean> {
    return this.stream !== null && this.stream.endedWithoutNewline && (yield* this.isLast())
  }

  /** The line that comes next in this file; it stays until it is taken. */
  private *lineOfFile(): KernelThread<string | null> {
    if (this.ahead !== undefined) return this.ahead
    this.ahead = this.stream === null ? null : yield* this.stream.readLine()
    return this.ahead
  }

  /** Goes to the next file that can be opened; false after the last. */
  private *openNext(): KernelThread<boolean> {
    yield* this.closeStream()
    for (;;) {
      const path = this.paths[this.nextPath]
      const isStdin = this.paths.length === 0
      if (path === undefined && (!isStdin || this.nextPath > 0)) return false
      this.nextPath++
      if (path !== undefined && this.editor !== null) yield* this.editor.begin(path)
      const opened = path === undefined ? this.process.stdin : openInput(this.process, path)
      if (typeof opened !== 'number') {
        this.start(opened)
        return true
      }
      yield* this.complain(path!, opened)
    }
  }

  private start(stream: InputStream): void {
    this.stream = stream
    this.ahead = undefined
    if (this.editor === null || !this.editor.eachFile) return
    this.number = 0
    this.onFile()
  }

  private *closeStream(): KernelThread {
    const { stream } = this
    if (stream === null) return
    if (stream.error !== 0) yield* this.complain(this.paths[this.nextPath - 1] ?? 'stdin', stream.error)
    if (stream !== this.process.stdin) stream.close()
    this.stream = null
    if (this.editor !== null) yield* this.editor.finish()
  }

  private laterFilesHaveLines(): boolean {
    return this.paths.slice(this.nextPath).some((path) => {
      const bytes = vfs().readFile(this.process, path)
      return typeof bytes !== 'number' && bytes.length > 0
    })
  }

  private *complain(path: string, errno: number): KernelThread {
    yield* this.process.stdout.flush()
    yield* warnPath(this.process, path, errno)
    this.status = 1
  }
}
