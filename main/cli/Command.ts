/** Exit codes of the command line, as the contract gives them. */
export const EXIT = { done: 0, negative: 1, usage: 2, panic: 3, bug: 70 } as const

/** One subcommand of `workbench`. */
export interface CliCommand {
  readonly name: string
  /** Line for the help list, arguments included. */
  readonly synopsis: string
  readonly summary: string
  /** Runs it; answers the exit code. A `UsageError` becomes one sentence and exit 2. */
  run(args: string[], io: CliIo): Promise<number>
}

/** Where a subcommand reads and writes; tests give their own. */
export interface CliIo {
  out(data: string | Uint8Array): void
  error(text: string): void
  readonly isErrorTerminal: boolean
}

/** Wrong usage or unreadable input: one sentence that says what, where and what to do. */
export class UsageError extends Error {}

/** Prints one JSON document: 64-bit values as decimal strings, maps as objects. */
export function printJson(io: CliIo, value: unknown): void {
  io.out(`${JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'bigint') return item.toString()
    if (item instanceof Map) return Object.fromEntries(item) as unknown
    if (item instanceof Uint8Array) return Buffer.from(item).toString('base64')
    return item
  }, 2)}\n`)
}
