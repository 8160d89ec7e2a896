/** A program that cannot be parsed or a run that cannot go on; the text follows `awk: `. */
export class AwkError extends Error {
  override readonly name = 'AwkError'
}

/** Characters a text may have. */
const MAX_TEXT_LENGTH = 1 << 26

/** Guards a program against texts that grow without end. */
export function bounded(text: string): string {
  if (text.length > MAX_TEXT_LENGTH) throw new AwkError('out of memory')
  return text
}
