import { ByteStrings } from './ByteText.ts'

const WINDOW_BYTES = 1 << 16
/** Shorter pieces of a string are copies; longer ones keep the string alive that they were cut from. */
const LONGEST_COPY = 12

/** The bytes of a document, of which only a window is text at a time: the text of all would be as large again. */
export class WindowedBytes extends ByteStrings {
  private window = ''
  private windowStart = 0

  /** `toText` makes one character of each byte. */
  constructor(bytes: Uint8Array, private readonly toText: (bytes: Uint8Array) => string) {
    super(bytes)
  }

  /** One character per byte from `start` on: at least `atLeast` of them, as far as there are. */
  textFrom(start: number, atLeast = WINDOW_BYTES): string {
    return this.toText(this.bytes.subarray(start, start + Math.max(atLeast, WINDOW_BYTES)))
  }

  protected override cut(start: number, end: number): string {
    let from = start - this.windowStart
    if (from < 0 || end > this.windowStart + this.window.length) {
      this.window = this.textFrom(start, end - start)
      this.windowStart = start
      from = 0
    }
    const text = this.window.slice(from, from + end - start)
    return text.length > LONGEST_COPY ? copied(text) : text
  }
}

/** The same text, which does not keep the string alive that it was cut from. */
function copied(text: string): string {
  return ` ${text}`.slice(1)
}
