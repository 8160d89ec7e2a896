import type { KernelThread } from '../../../sim/index.ts'
import { decodeText } from '../../libsystem/text.ts'
import type { Shell } from '../Shell.ts'
import type { Builtin } from './Builtin.ts'

const NEWLINE = 10

/** One line read byte by byte, so that what follows is left for others. `ended` when the data ended first. */
function* readRawLine(shell: Shell, delimiter: number): KernelThread<{ text: string; ended: boolean }> {
  const bytes: number[] = []
  for (;;) {
    const chunk = yield* shell.process.read(0, 1)
    if (typeof chunk === 'number' || chunk.length === 0) return { text: decodeText(Uint8Array.from(bytes)), ended: true }
    if (chunk[0] === delimiter) return { text: decodeText(Uint8Array.from(bytes)), ended: false }
    bytes.push(chunk[0]!)
  }
}

interface ReadOptions {
  readonly raw: boolean
  readonly prompt: string
  readonly delimiter: number
  readonly names: readonly string[]
}

function optionsOf(argv: readonly string[]): ReadOptions {
  let raw = false
  let prompt = ''
  let delimiter = NEWLINE
  let at = 1
  for (; at < argv.length && /^-./.test(argv[at]!); at++) {
    const letters = argv[at]!.slice(1)
    if (letters.includes('r')) raw = true
    if (letters.endsWith('p')) prompt = argv[++at] ?? ''
    if (letters.endsWith('d')) delimiter = (argv[++at] ?? '').charCodeAt(0) || 0
  }
  const names = argv.slice(at).map((name) => {
    const question = name.indexOf('?')
    if (question >= 0) prompt = name.slice(question + 1)
    return question >= 0 ? name.slice(0, question) : name
  })
  return { raw, prompt, delimiter, names: names.length === 0 ? ['REPLY'] : names }
}

export const readBuiltin: Builtin = {
  name: 'read',
  summary: 'read a line into variables',
  *run(shell, argv) {
    const options = optionsOf(argv)
    if (options.prompt !== '' && shell.process.isTty(0)) yield* shell.process.stderr.write(options.prompt)
    let line = ''
    let ended = false
    for (;;) {
      const part = yield* readRawLine(shell, options.delimiter)
      line += part.text
      ended = part.ended
      if (options.raw || ended || !/(?:^|[^\\])(?:\\\\)*\\$/.test(line)) break
      line = line.slice(0, -1)
    }
    assignFields(shell, options, line)
    return ended ? 1 : 0
  },
}

/** Splits a line into the named variables; the last takes the rest. */
function assignFields(shell: Shell, options: ReadOptions, line: string): void {
  const separators = shell.fieldSeparators
  const blanks = [...separators].filter((character) => ' \t\n'.includes(character)).join('')
  let at = skip(line, 0, blanks)
  options.names.forEach((name, index) => {
    if (index === options.names.length - 1) {
      shell.setVariable(name, unescaped(trimEnd(line.slice(at), blanks), options.raw))
      return
    }
    const start = at
    while (at < line.length && !separators.includes(line[at]!)) at += !options.raw && line[at] === '\\' ? 2 : 1
    shell.setVariable(name, unescaped(line.slice(start, at), options.raw))
    at = skip(line, at, blanks)
    if (at < line.length && separators.includes(line[at]!) && !blanks.includes(line[at]!)) at = skip(line, at + 1, blanks)
  })
}

function skip(line: string, start: number, blanks: string): number {
  let at = start
  while (at < line.length && blanks.includes(line[at]!)) at++
  return at
}

function trimEnd(text: string, blanks: string): string {
  let end = text.length
  while (end > 0 && blanks.includes(text[end - 1]!)) end--
  return text.slice(0, end)
}

function unescaped(text: string, raw: boolean): string {
  return raw ? text : text.replace(/\\(.)/gs, '$1')
}
