import type { KernelThread } from '../../../sim/index.ts'
import { userland } from '../../libsystem/userlandState.ts'
import { ArithmeticError, evaluateArithmetic } from '../arithmetic.ts'
import type { Word, WordPart } from '../ast.ts'
import { globPaths } from '../glob.ts'
import type { Shell } from '../Shell.ts'
import { substitute } from '../interpret/substitution.ts'
import { ExpansionError } from './ExpansionError.ts'
import { Fields, isGlob } from './Fields.ts'
import { applyOperation } from './parameterOperation.ts'

/** Expands the words of a command to its arguments: parameters, commands, splitting, file names. */
export function* expandWords(shell: Shell, words: readonly Word[]): KernelThread<string[]> {
  const result: string[] = []
  for (const word of words) {
    const plain = plainText(word)
    if (plain !== null) result.push(plain)
    else result.push(...(yield* expandWord(shell, word)))
  }
  return result
}

/** The text of a word that holds nothing to expand, else null. */
function plainText(word: Word): string | null {
  const only = word[0]
  if (word.length !== 1 || only === undefined || only.kind !== 'literal') return null
  return only.quoted || !/[*?[{\\]/.test(only.text) ? only.text : null
}

function* expandWord(shell: Shell, word: Word): KernelThread<string[]> {
  const result: string[] = []
  for (const alternative of expandBraces(word)) {
    const fields = new Fields(shell.fieldSeparators)
    yield* expandParts(shell, alternative, fields)
    fields.end()
    for (const field of fields.done) {
      const paths = !shell.options.noglob && isGlob(field) ? globPaths(shell.process, field.pattern) : []
      if (paths.length > 0) result.push(...paths)
      else result.push(field.text)
    }
  }
  return result
}

/** Expands a word to one text: nothing is split and no file names are put in. */
export function* expandText(shell: Shell, word: Word): KernelThread<string> {
  const fields = new Fields(null)
  yield* expandParts(shell, word, fields)
  fields.end()
  return fields.done.map(({ text }) => text).join(' ')
}

/** Expands a word to a pattern: quoted characters stand for themselves. */
export function* expandPattern(shell: Shell, word: Word): KernelThread<string> {
  const fields = new Fields(null)
  yield* expandParts(shell, word, fields)
  fields.end()
  return fields.done.map(({ pattern }) => pattern).join(' ')
}

function* expandParts(shell: Shell, word: Word, fields: Fields): KernelThread {
  for (const part of word) yield* expandPart(shell, part, fields)
}

function* expandPart(shell: Shell, part: WordPart, fields: Fields): KernelThread {
  switch (part.kind) {
    case 'literal':
      if (part.quoted) fields.addQuoted(part.text)
      else fields.addLiteral(part.text)
      return
    case 'tilde':
      fields.addQuoted(homeOf(shell, part.user))
      return
    case 'parameter':
      yield* expandParameter(shell, part, fields)
      return
    case 'substitution':
      add(fields, yield* substitute(shell, part.body), part.quoted)
      return
    case 'arithmetic':
      add(fields, String(yield* evaluateWord(shell, part.expression)), part.quoted)
  }
}

function add(fields: Fields, text: string, quoted: boolean): void {
  if (quoted) fields.addQuoted(text)
  else fields.addSplit(text)
}

/** Expands and evaluates an arithmetic expression. Throws `ExpansionError`. */
export function* evaluateWord(shell: Shell, word: Word): KernelThread<bigint> {
  const text = yield* expandText(shell, word)
  try {
    return evaluateArithmetic(text, {
      get: (name) => shell.parameter(name) ?? '',
      set: (name, value) => shell.setVariable(name, value),
    })
  } catch (error) {
    if (error instanceof ArithmeticError) throw new ExpansionError(error.message)
    throw error
  }
}

function homeOf(shell: Shell, user: string): string {
  if (user === '') return shell.home
  const account = userland().accounts.find(({ name }) => name === user)
  if (account === undefined) return `~${user}`
  return account.home
}

type ParameterPart = Extract<WordPart, { kind: 'parameter' }>

function* expandParameter(shell: Shell, part: ParameterPart, fields: Fields): KernelThread {
  const { name, operation, quoted } = part
  if (operation === null && (name === '@' || name === '*')) {
    expandPositional(shell, name, quoted, fields)
    return
  }
  const value = shell.parameter(name)
  if (operation !== null) {
    const result = yield* applyOperation(shell, { name, value, operation, expandText, expandPattern, evaluateWord })
    if (result.word !== null) {
      if (quoted) fields.addQuoted(yield* expandText(shell, result.word))
      else yield* expandParts(shell, result.word, fields)
    } else add(fields, result.text, quoted)
    return
  }
  if (value === null && shell.options.nounset) throw new ExpansionError(`${name}: parameter not set`)
  add(fields, value ?? '', quoted)
}

function expandPositional(shell: Shell, name: string, quoted: boolean, fields: Fields): void {
  if (quoted && name === '*') {
    fields.addQuoted(shell.positional.join(shell.fieldSeparators.slice(0, 1)))
    return
  }
  shell.positional.forEach((value, index) => {
    if (index > 0) fields.end()
    add(fields, value, quoted)
  })
}

/** `a{b,c}d` becomes `abd` and `acd`, `{1..3}` becomes `1 2 3`; only unquoted braces count. */
function expandBraces(word: Word): Word[] {
  for (let i = 0; i < word.length; i++) {
    const part = word[i]!
    if (part.kind !== 'literal' || part.quoted) continue
    const alternatives = bracesIn(part.text)
    if (alternatives === null) continue
    return alternatives.flatMap((text) => {
      return expandBraces([...word.slice(0, i), { kind: 'literal', text, quoted: false }, ...word.slice(i + 1)])
    })
  }
  return [word]
}

const MAX_RANGE = 10_000

/** The alternatives of the first brace group of a text, with what stands around it; null when there is none. */
function bracesIn(text: string): string[] | null {
  const match = /^([^{]*)\{([^{}]*)\}(.*)$/s.exec(text)
  if (match === null) return null
  const [, before = '', inside = '', after = ''] = match
  const range = /^(-?[0-9]+)\.\.(-?[0-9]+)$/.exec(inside)
  const alternatives = range === null ? inside.split(',') : numbersBetween(Number(range[1]), Number(range[2]))
  if (range === null && alternatives.length < 2) return null
  return alternatives.map((alternative) => before + alternative + after)
}

function numbersBetween(first: number, last: number): string[] {
  const count = Math.min(Math.abs(last - first) + 1, MAX_RANGE)
  const step = last >= first ? 1 : -1
  return Array.from({ length: count }, (_, index) => String(first + index * step))
}

