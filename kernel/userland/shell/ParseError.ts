/** A script that cannot be parsed. `incomplete` ones may become right with more lines. */
export class ParseError extends Error {
  override readonly name = 'ParseError'

  constructor(
    message: string,
    /** Non-null when the text ended inside something: what zsh's second prompt calls it. */
    readonly incomplete: string | null,
  ) {
    super(message)
  }
}

/** The text is wrong at `near`. */
export function parseErrorNear(near: string): ParseError {
  return new ParseError(near === '' ? 'parse error' : `parse error near \`${near}'`, null)
}
