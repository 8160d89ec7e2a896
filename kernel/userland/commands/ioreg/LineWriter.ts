/**
 * Puts lines together and clips them: of a line longer than `width - 1` bytes only that many are printed, then `$`.
 * Width 0 is unlimited. While clipping, line breaks inside values become spaces. Escapes for bold do not count.
 * Text is bytes, one character each.
 */
export class LineWriter {
  private finished = ''
  private line = ''
  private room: number
  private cut = false

  constructor(private readonly width: number) {
    this.room = width - 1
  }

  /** Text of the current line. Without clipping, line breaks in it are printed as they are. */
  print(text: string): void {
    if (this.width === 0) {
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
    this.finished += this.cut ? `${this.line}$\n` : `${this.line}\n`
    this.line = ''
    this.cut = false
    this.room = this.width - 1
  }

  /** Length of the lines that wait to be taken. */
  get pending(): number {
    return this.finished.length
  }

  /** Finished lines as bytes; they are gone from here afterwards. */
  take(): Uint8Array {
    const text = this.finished
    this.finished = ''
    const bytes = new Uint8Array(text.length)
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
    return bytes
  }
}
