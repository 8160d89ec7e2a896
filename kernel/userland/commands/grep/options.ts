import type { KernelThread } from '../../../sim/index.ts'
import { getoptLong, type LongOption } from '../../getopt/index.ts'
import type { Process } from '../../libsystem/Process.ts'
import { strerror } from '../../libsystem/errno.ts'
import { openInput } from '../../libsystem/open.ts'
import { parseCount } from '../support/inputs.ts'

export const USAGE = 'usage: grep [-abcdDEFGHhIiJLlMmnOopqRSsUVvwXxZz] [-A num] [-B num] [-C[num]]\n'
  + '\t[-e pattern] [-f file] [--binary-files=value] [--color=when]\n'
  + '\t[--context[=num]] [--directories=action] [--label] [--line-buffered]\n'
  + '\t[--null] [pattern] [file ...]'

export interface GrepOptions {
  patterns: string[]
  kind: 'basic' | 'extended' | 'fixed'
  ignoreCase: boolean
  invert: boolean
  word: boolean
  wholeLine: boolean
  output: 'lines' | 'count' | 'names' | 'otherNames' | 'matches' | 'quiet'
  lineNumbers: boolean
  byteOffsets: boolean
  fileNames: boolean | null
  noMessages: boolean
  recursive: boolean
  maxCount: number
  before: number
  after: number
  colour: boolean
  lineBuffered: boolean
  paths: readonly string[]
}

const LONG: readonly LongOption[] = [
  { name: 'color', argument: 'optional', value: 'color' },
  { name: 'colour', argument: 'optional', value: 'color' },
  { name: 'extended-regexp', argument: 'no', value: 'E' },
  { name: 'fixed-strings', argument: 'no', value: 'F' },
  { name: 'basic-regexp', argument: 'no', value: 'G' },
  { name: 'ignore-case', argument: 'no', value: 'i' },
  { name: 'invert-match', argument: 'no', value: 'v' },
  { name: 'word-regexp', argument: 'no', value: 'w' },
  { name: 'line-regexp', argument: 'no', value: 'x' },
  { name: 'line-number', argument: 'no', value: 'n' },
  { name: 'count', argument: 'no', value: 'c' },
  { name: 'files-with-matches', argument: 'no', value: 'l' },
  { name: 'files-without-match', argument: 'no', value: 'L' },
  { name: 'only-matching', argument: 'no', value: 'o' },
  { name: 'quiet', argument: 'no', value: 'q' },
  { name: 'silent', argument: 'no', value: 'q' },
  { name: 'no-messages', argument: 'no', value: 's' },
  { name: 'recursive', argument: 'no', value: 'r' },
  { name: 'no-filename', argument: 'no', value: 'h' },
  { name: 'with-filename', argument: 'no', value: 'H' },
  { name: 'max-count', argument: 'required', value: 'm' },
  { name: 'regexp', argument: 'required', value: 'e' },
  { name: 'file', argument: 'required', value: 'f' },
  { name: 'after-context', argument: 'required', value: 'A' },
  { name: 'before-context', argument: 'required', value: 'B' },
  { name: 'context', argument: 'optional', value: 'C' },
  { name: 'line-buffered', argument: 'no', value: 'buffered' },
]

function defaults(program: string): GrepOptions {
  const kind = program === 'egrep' ? 'extended' : program === 'fgrep' ? 'fixed' : 'basic'
  return {
    patterns: [], kind, ignoreCase: false, invert: false, word: false, wholeLine: false, output: 'lines',
    lineNumbers: false, byteOffsets: false, fileNames: null, noMessages: false, recursive: false, maxCount: Infinity,
    before: 0, after: 0, colour: false, lineBuffered: false, paths: [],
  }
}

const SETTERS = new Map<string, (options: GrepOptions) => void>([
  ['E', (options) => { options.kind = 'extended' }],
  ['F', (options) => { options.kind = 'fixed' }],
  ['G', (options) => { options.kind = 'basic' }],
  ['i', (options) => { options.ignoreCase = true }],
  ['y', (options) => { options.ignoreCase = true }],
  ['v', (options) => { options.invert = true }],
  ['w', (options) => { options.word = true }],
  ['x', (options) => { options.wholeLine = true }],
  ['c', (options) => { options.output = 'count' }],
  ['l', (options) => { options.output = 'names' }],
  ['L', (options) => { options.output = 'otherNames' }],
  ['o', (options) => { options.output = 'matches' }],
  ['q', (options) => { options.output = 'quiet' }],
  ['n', (options) => { options.lineNumbers = true }],
  ['b', (options) => { options.byteOffsets = true }],
  ['h', (options) => { options.fileNames = false }],
  ['H', (options) => { options.fileNames = true }],
  ['s', (options) => { options.noMessages = true }],
  ['r', (options) => { options.recursive = true }],
  ['R', (options) => { options.recursive = true }],
  ['buffered', (options) => { options.lineBuffered = true }],
])

/** Reads the command line; a text is a complaint, to be printed as it is. */
export function* readOptions(process: Process, program: string): KernelThread<GrepOptions | string> {
  const argv = process.argv.map((argument, index) => (index > 0 && /^-[0-9]+$/.test(argument) ? `-C${argument.slice(1)}` : argument))
  const parsed = getoptLong(argv, 'abcEFGHhIiLlm:noqRrsUvwxyZzA:B:C::e:f:', LONG)
  const options = defaults(program)
  let explicit = false
  for (const { option, argument, message } of parsed.options) {
    if (option === '?') return `${message ?? ''}\n${USAGE}`
    const problem = yield* applyOption(process, options, option, argument)
    if (problem !== null) return problem
    if (option === 'e' || option === 'f') explicit = true
  }
  options.paths = parsed.operands
  if (!explicit) {
    const pattern = parsed.operands[0]
    if (pattern === undefined) return USAGE
    options.patterns.push(...pattern.split('\n'))
    options.paths = parsed.operands.slice(1)
  }
  return options
}

function* applyOption(
  process: Process, options: GrepOptions, option: string, argument: string | null,
): KernelThread<string | null> {
  SETTERS.get(option)?.(options)
  switch (option) {
    case 'e':
      options.patterns.push(...argument!.split('\n'))
      return null
    case 'f': return yield* readPatterns(process, options, argument!)
    case 'color':
      options.colour = argument === 'always' || (argument !== 'never' && process.isTty(1))
      return null
    case 'A': case 'B': case 'C': case 'm': return applyNumber(options, option, argument)
    default: return null
  }
}

function applyNumber(options: GrepOptions, option: string, argument: string | null): string | null {
  const number = argument === null ? 2 : parseCount(argument)
  if (number === null) return `grep: Invalid argument: ${argument}`
  if (option === 'm') options.maxCount = number
  if (option === 'A' || option === 'C') options.after = number
  if (option === 'B' || option === 'C') options.before = number
  return null
}

function* readPatterns(process: Process, options: GrepOptions, path: string): KernelThread<string | null> {
  const stream = openInput(process, path)
  if (typeof stream === 'number') return `grep: ${path}: ${strerror(stream)}`
  for (let line = yield* stream.readLine(); line !== null; line = yield* stream.readLine()) options.patterns.push(line)
  stream.close()
  return null
}
