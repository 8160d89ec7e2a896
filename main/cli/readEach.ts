import { UsageError, type CliIo } from './Command.ts'

/**
 * Reads every file that can be read; those that cannot are told on the error output, each with its reason.
 * With a single file its reason is the command's own error.
 */
export function readEach<T>(paths: readonly string[], read: (path: string) => T, io: CliIo): { values: T[]; failed: number } {
  const values: T[] = []
  let failed = 0
  for (const path of paths) {
    try {
      values.push(read(path))
    } catch (error) {
      if (!(error instanceof UsageError) || paths.length === 1) throw error
      failed++
      io.error(`workbench: ${error.message}\n`)
    }
  }
  return { values, failed }
}
