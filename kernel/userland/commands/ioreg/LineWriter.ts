/**
 * Puts lines together and clips them: of a line longer than `width - 1` bytes only that many are printed,
 * then `$`. Width 0 is unlimited. While clipping, line breaks inside values become spaces. Escapes for bold
 * do not count. Text is bytes, one character each.
 */
export class LineWriter {
  private finished = new Uint8Array(16_384)
  private length = 0
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
    this.append(this.line)
    this.append(this.cut ? '$\n' : '\n')
    this.line = ''
    this.cut = false
    this.room = this.width - 1
  }

  /** Length of the lines that wait to be taken. */
  get pending(): number {
    return this.length
  }

  /** Finished lines as bytes; they are gone from here afterwards. */
  take(): Uint8Array {
    const bytes = this.finished.slice(0, this.length)
    this.length = 0
    return bytes
  }

  private append(text: string): void {
    const end = this.length + text.length
    if (end > this.finished.length) {
      const grown = new Uint8Array(end * 2)
      grown.set(this.finished)
      this.finished = grown
    }
    const bytes = this.finished
    for (let i = 0, at = this.length; at < end; i++, at++) bytes[at] = text.charCodeAt(i)
    this.length = end
  }
}
