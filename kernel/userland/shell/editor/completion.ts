import { pathDirectories } from '../../libsystem/exec.ts'
import { userland, vfs } from '../../libsystem/userlandState.ts'
import { textColumns } from '../../libsystem/tty/width.ts'
import type { Shell } from '../Shell.ts'

/** What may stand for a half-typed word. */
export interface Completion {
  /** The word as typed, in units before the cursor. */
  readonly typed: string
  /** Whole words that fit, as they are to be shown. */
  readonly choices: readonly string[]
  /** What to put in the word's place: the longest beginning that all choices share, quoted. */
  readonly insertion: string
}

interface WordAtCursor {
  /** As typed, with its backslashes and quotes. */
  readonly raw: string
  readonly value: string
  readonly commandPosition: boolean
  /** First word of the simple command. */
  readonly command: string
}

const SPECIAL = /[ \t\\'"`$&|;<>()*?[\]#!{}]/g

/** Finds what the word before the cursor could become: a command, an option, a variable or a file. */
export function complete(shell: Shell, before: string): Completion | null {
  const word = wordAtCursor(before)
  const choices = choicesFor(shell, word)
  if (choices.length === 0) return null
  const shared = choices.reduce((prefix, choice) => commonPrefix(prefix, choice))
  const only = choices.length === 1
  const insertion = shared.length >= word.value.length ? quote(shared) + (only && !shared.endsWith('/') ? ' ' : '') : word.raw
  return { typed: word.raw, choices: choices.map(lastPart), insertion }
}

function choicesFor(shell: Shell, word: WordAtCursor): string[] {
  if (word.value.startsWith('$')) return variableChoices(shell, word.value)
  if (word.commandPosition && !word.value.includes('/')) return commandChoices(shell, word.value)
  if (word.value.startsWith('-')) {
    const options = optionChoices(word)
    if (options.length > 0) return options
  }
  return fileChoices(shell, word.value, word.command === 'cd' || word.command === 'rmdir')
}

function variableChoices(shell: Shell, value: string): string[] {
  return [...shell.variables.keys()].map((name) => '$' + name).filter((name) => name.startsWith(value)).sort()
}

function commandChoices(shell: Shell, value: string): string[] {
  const names = new Set<string>([...shell.builtins.keys(), ...shell.functions.keys(), ...shell.aliases.keys()])
  for (const directory of pathDirectories(shell.process)) {
    const list = vfs().list(shell.process, directory)
    if (typeof list !== 'number') for (const name of list) names.add(name)
  }
  return [...names].filter((name) => name.startsWith(value) && /^[a-zA-Z]/.test(name)).sort()
}

/** The options that the manual page of the command names. */
function optionChoices(word: WordAtCursor): string[] {
  const command = userland().commands.find(({ name }) => name === word.command)
  const options = (command?.man.options ?? []).flatMap(([option]) => option.split(/,\s*/).map((part) => part.split(/[ =]/)[0]!))
  return [...new Set(options)].filter((option) => option.startsWith(word.value) && option.startsWith('-')).sort()
}

function fileChoices(shell: Shell, value: string, directoriesOnly: boolean): string[] {
  const slash = value.lastIndexOf('/') + 1
  const shownDirectory = value.slice(0, slash)
  const directory = shownDirectory.startsWith('~/') ? shell.home + shownDirectory.slice(1) : shownDirectory
  const base = value.slice(slash)
  const names = vfs().list(shell.process, directory === '' ? '.' : directory)
  if (typeof names === 'number') return []
  const choices: string[] = []
  for (const name of names) {
    if (!name.startsWith(base) || (name.startsWith('.') && !base.startsWith('.'))) continue
    const inode = vfs().lookup(shell.process, directory + name)
    const isDirectory = typeof inode !== 'number' && inode.kind === 'directory'
    if (directoriesOnly && !isDirectory) continue
    choices.push(shownDirectory + name + (isDirectory ? '/' : ''))
  }
  return choices
}

/** The word that ends at the cursor, and where in its command it stands. */
function wordAtCursor(before: string): WordAtCursor {
  let start = 0
  let openQuote = ''
  let commandPosition = true
  let command = ''
  for (let i = 0; i < before.length; i++) {
    const character = before[i]!
    if (openQuote !== '') {
      if (character === openQuote) openQuote = ''
    } else if (character === '\\') i++
    else if (character === "'" || character === '"') openQuote = character
    else if (' \t\n'.includes(character)) {
      const word = before.slice(start, i)
      if (word !== '' && commandPosition && !/=|^sudo$/.test(word)) {
        commandPosition = /^(?:then|do|else|if|while|until|!|time)$/.test(word)
        command = commandPosition ? '' : word
      }
      start = i + 1
    } else if ('|;&(`'.includes(character)) {
      start = i + 1
      commandPosition = true
      command = ''
    } else if ('<>'.includes(character)) start = i + 1
  }
  const raw = before.slice(start)
  const value = raw.replace(/\\(.)|['"]/gs, '$1')
  const redirected = /[<>]\s*$/.test(before.slice(0, start))
  return { raw, value, commandPosition: commandPosition && !redirected, command }
}

function commonPrefix(left: string, right: string): string {
  let length = 0
  while (length < left.length && left[length] === right[length]) length++
  return left.slice(0, length)
}

function quote(text: string): string {
  if (text.startsWith('$')) return text
  return text.replace(SPECIAL, '\\$&')
}

function lastPart(choice: string): string {
  const trimmed = choice.endsWith('/') ? choice.slice(0, -1) : choice
  return choice.slice(trimmed.lastIndexOf('/') + 1)
}

/** Choices in columns, top to bottom, for a screen of some width. */
export function inColumns(choices: readonly string[], columns: number): string[] {
  const width = Math.max(...choices.map(textColumns)) + 2
  const perRow = Math.max(1, Math.floor((columns + 1) / width))
  const rows = Math.ceil(choices.length / perRow)
  return Array.from({ length: rows }, (_, row) => {
    let line = ''
    for (let at = row; at < choices.length; at += rows) {
      const choice = choices[at]!
      line += choice + ' '.repeat(width - textColumns(choice))
    }
    return line.trimEnd()
  })
}
