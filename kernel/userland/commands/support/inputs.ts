import type { KernelThread } from '../../../sim/index.ts'
import { getopt, type ParsedArguments } from '../../getopt/index.ts'
import { strerror } from '../../libsystem/errno.ts'
import { openInput } from '../../libsystem/open.ts'
import type { Process } from '../../libsystem/Process.ts'
import type { InputStream } from '../../libsystem/streams.ts'

/** Name under which a program complains. */
export function programName(process: Process): string {
  return process.name.replace(/^.*\//, '')
}

/** Prints `program: text` on standard error. */
export function* warn(process: Process, text: string): KernelThread {
  yield* process.stderr.write(`${programName(process)}: ${text}\n`)
}

/** Prints `program: path: reason` on standard error. */
export function* warnPath(process: Process, path: string, errno: number): KernelThread {
  yield* warn(process, `${path}: ${strerror(errno)}`)
}

/** Reads the options; after a bad one, prints getopt's message and the usage text and answers null. */
export function* parseOptions(process: Process, letters: string, usage: string): KernelThread<ParsedArguments | null> {
  const parsed = getopt(process.argv, letters)
  const bad = parsed.options.find(({ option }) => option === '?')
  if (bad === undefined) return parsed
  yield* process.stderr.write(`${bad.message ?? ''}\n${usage}\n`)
  return null
}

/** One input of a filter. */
export interface Input {
  readonly stream: InputStream
  /** The path as it was given, or `(standard input)`. */
  readonly name: string
}

/**
 * Runs `body` for each file, or for standard input when there are none (`-` means it too). What cannot be opened or
 * read is reported. The value is 0, or 1 when something was.
 */
export function* eachInput(
  process: Process, paths: readonly string[], body: (input: Input) => KernelThread<boolean | void>,
): KernelThread<number> {
  let status = 0
  for (const path of paths.length === 0 ? ['-'] : paths) {
    const stream = path === '-' ? process.stdin : openInput(process, path)
    if (typeof stream === 'number') {
      yield* process.stdout.flush()
      yield* warnPath(process, path, stream)
      status = 1
      continue
    }
    const name = path === '-' ? '(standard input)' : path
    const stop = yield* body({ stream, name })
    if (stream.error !== 0) {
      yield* process.stdout.flush()
      yield* warnPath(process, path === '-' ? 'stdin' : path, stream.error)
      status = 1
    }
    if (stream !== process.stdin) stream.close()
    if (stop === true) break
  }
  return status
}

/** A count as option arguments give it; null when it is none. */
export function parseCount(text: string): number | null {
  return /^[0-9]+$/.test(text) ? Number(text) : null
}
