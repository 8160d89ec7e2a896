/** An expansion that cannot be done; the command is not run. The text follows the shell's name. */
export class ExpansionError extends Error {
  override readonly name = 'ExpansionError'
}
