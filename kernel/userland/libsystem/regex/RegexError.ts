/** An expression that cannot be compiled; the message is regerror's. */
export class RegexError extends Error {
  override readonly name = 'RegexError'
}
