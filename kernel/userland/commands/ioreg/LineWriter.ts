/** Where finished output goes; bytes as a string with one character per byte. */
export type ByteSink = (bytes: string) => void

/**
 * Puts lines together and clips them: of a line longer than `width - 1` bytes only that many are printed, then `$`.
 * Width 0 is unlimited. While clipping, line breaks inside values become spaces. Escapes for bold do not count.
 */
export class LineWriter {
  private line = ''
  private room: number
  private cut = false

  constructor(
    private readonly sink: ByteSink,
    private readonly width: number,
  ) {
    this.room = width - 1
  }

  /** Text of the current line. Without clipping, line breaks in it are printed as they are. */
  print(text: string): void {
    if (this.width <= 0) {
      this.line += text
      return
    }
    if (text.length > this.room) this.cut = true
    const shown = text.length > this.room ? text.slice(0, this.room) : text
    this.room -= shown.length
    this.line += shown.includes('\n') ? shown.replaceAll('\n', ' ') : shown
  }

  /** An escape sequence, which takes no room. */
  escape(sequence: string): void {
    this.line += sequence
  }

  endLine(): void {
    const line = this.line
    this.line = ''
    this.sink(this.cut ? `${line}$\n` : `${line}\n`)
    this.cut = false
    this.room = this.width - 1
  }
}
