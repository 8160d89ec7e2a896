/** Stands for any sign beyond ASCII. */
export const BEYOND_ASCII = 128

/** Signs that some lines must have, as bits. */
export const COLON = 1
export const BRACKET = 2

const isBlank = (code: number): boolean => code === 0x20 || (code >= 9 && code <= 13)

/** The characters of a text, line by line, and what one look at a line tells of who may read it. */
export class LineSigns {
  /** Where the line begins and ends. */
  start = 0
  end = -1
  /** Code of the first character that is no white space; `BEYOND_ASCII` for any such, -1 for a blank line. */
  first = -1
  /** Which of `COLON` and `BRACKET` (the opening round one) it has. */
  has = 0

  constructor(readonly codes: Uint8Array | Uint16Array) {}

  look(): void {
    const { codes, end } = this
    let at = this.start
    while (at < end && isBlank(codes[at]!)) at++
    this.first = at === end ? -1 : Math.min(codes[at]!, BEYOND_ASCII)
    let has = 0
    for (; at < end; at++) {
      const code = codes[at]!
      if (code === 0x3a) has |= COLON
      else if (code === 0x28) has |= BRACKET
    }
    this.has = has
  }
}

/** The characters of lines, each line followed by one more. */
export function codesOfLines(lines: readonly string[]): Uint16Array {
  let length = 0
  for (const line of lines) length += line.length + 1
  const codes = new Uint16Array(length)
  let to = 0
  for (const line of lines) {
    for (let i = 0; i < line.length; i++) codes[to++] = line.charCodeAt(i)
    to++
  }
  return codes
}
