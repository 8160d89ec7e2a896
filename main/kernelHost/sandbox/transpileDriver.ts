import { createRequire } from 'node:module'
import type * as sucrase from 'sucrase'
import type { Problem, Result } from '../../../kernel/api/index.ts'
import { instrumentDriver, type DriverFunction } from './instrument.ts'

type Sucrase = typeof sucrase
const load = createRequire(import.meta.url)

export interface TranspiledDriver {
  readonly code: string
  readonly functions: readonly DriverFunction[]
}

const MAX_SOURCE_CHARACTERS = 4 * 1024 * 1024

/** What SES refuses to load, also inside strings and comments: said here in words that help. */
const REFUSED: readonly [RegExp, string][] = [
  [/\bimport\s*\(/u, 'A dynamic import() is not allowed in driver code, not even in a comment: import at the top of the file.'],
  [/<!--|-->/u, 'HTML comment marks (<!-- or -->) are not allowed in driver code: write the characters apart.'],
]

/** TypeScript or JavaScript of a driver to instrumented JavaScript. All faults with file and line; never throws. */
export function transpileDriver(source: string, file: string): Result<TranspiledDriver> {
  if (source.length > MAX_SOURCE_CHARACTERS) {
    return fail([{ where: file, message: `The file is longer than ${MAX_SOURCE_CHARACTERS} characters: driver sources up to that are read.` }])
  }
  const refused = REFUSED.flatMap(([pattern, message]): Problem[] => {
    const match = pattern.exec(source)
    return match === null ? [] : [{ where: file, message, line: lineOf(source, match.index), seen: match[0] }]
  })
  if (refused.length > 0) return fail(refused)
  try {
    // Loaded with the first driver: it takes a tenth of the time the kernel process needs to start.
    const { transform } = load('sucrase') as Sucrase
    const plain = transform(source, { transforms: ['typescript', 'imports'], disableESTransforms: true, filePath: file })
    return { ok: true, value: instrumentDriver(plain.code) }
  } catch (error) {
    const place = (error as { loc?: { line?: number } }).loc?.line
    const message = `The code cannot be read: ${(error as Error).message.replace(/^Error transforming [^:]*: /u, '')}`
    return fail([place === undefined ? { where: file, message } : { where: file, message, line: place }])
  }
}

function fail(problems: Problem[]): Result<never> {
  return { ok: false, problems }
}

function lineOf(source: string, index: number): number {
  return source.slice(0, index).split('\n').length
}
