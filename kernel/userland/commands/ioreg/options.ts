import { getopt } from '../../getopt/index.ts'

/** What the command line asks for. */
export interface IoregOptions {
  readonly archive: boolean
  readonly bold: boolean
  readonly className: string | null
  /** 0 is unlimited. */
  readonly maxDepth: number
  readonly smart: boolean
  readonly inheritance: boolean
  readonly key: string | null
  readonly listAll: boolean
  readonly name: string | null
  readonly plane: string
  readonly subtrees: boolean
  readonly showAncestors: boolean
  /** Null: the terminal's width, or unlimited where there is none. */
  readonly width: number | null
  readonly hex: boolean
  readonly kernelClassOnly: boolean
}

type Writable = { -readonly [K in keyof IoregOptions]: IoregOptions[K] }

/** The options, or what getopt has to say about a command line that makes no sense. */
export type CommandLine = { readonly options: IoregOptions } | { readonly complaint: string }

/**
 * Reads the command line as BSD getopt does: the first operand ends the options, and all after it is
 * ignored.
 */
export function readOptions(argv: readonly string[]): CommandLine {
  const options = defaults()
  for (const { option, argument, message } of getopt(argv, 'abc:d:fik:ln:p:rsStw:xy').options) {
    if (!takeOption(options, option, argument ?? '')) return { complaint: message ?? '' }
  }
  return { options }
}

function takeOption(options: Writable, letter: string, argument: string): boolean {
  const flag = FLAGS.get(letter)
  if (flag !== undefined) {
    options[flag] = true
    return true
  }
  if (letter === 'c') options.className = argument
  else if (letter === 'd') options.maxDepth = atoi(argument) >>> 0
  else if (letter === 'k') options.key = argument
  else if (letter === 'n') options.name = argument
  else if (letter === 'p') options.plane = argument
  else if (letter === 'w') options.width = atoi(argument) >>> 0
  else return letter === 's' || letter === 'S'
  return true
}

type Flag = { [K in keyof IoregOptions]: IoregOptions[K] extends boolean ? K : never }[keyof IoregOptions]

const FLAGS: ReadonlyMap<string, Flag> = new Map([
  ['a', 'archive'],
  ['b', 'bold'],
  ['f', 'smart'],
  ['i', 'inheritance'],
  ['l', 'listAll'],
  ['r', 'subtrees'],
  ['t', 'showAncestors'],
  ['x', 'hex'],
  ['y', 'kernelClassOnly'],
])

function defaults(): Writable {
  return {
    archive: false,
    bold: false,
    className: null,
    maxDepth: 0,
    smart: false,
    inheritance: false,
    key: null,
    listAll: false,
    name: null,
    plane: 'IOService',
    subtrees: false,
    showAncestors: false,
    width: null,
    hex: false,
    kernelClassOnly: false,
  }
}

/** A number as atoi reads it: blanks, sign, digits; anything else is 0. */
export function atoi(text: string): number {
  const match = /^[ \t\n\v\f\r]*([+-]?[0-9]{1,10})/.exec(text)
  return match === null ? 0 : Number(match[1]) | 0
}

const ARGUMENTS: ReadonlyMap<string, string> = new Map([
  ['c', 'class'],
  ['d', 'depth'],
  ['k', 'key'],
  ['n', 'name'],
  ['p', 'plane'],
  ['w', 'width'],
])

const HELP: readonly (readonly [string, string])[] = [
  ['a', 'archive output'],
  ['b', 'show object name in bold'],
  ['c', 'list properties of objects with the given class'],
  ['d', 'limit tree to the given depth'],
  ['f', 'enable smart formatting'],
  ['i', 'show object inheritance'],
  ['k', 'list properties of objects with the given key'],
  ['l', 'list properties of all objects'],
  ['n', 'list properties of objects with the given name'],
  ['p', 'traverse registry over the given plane (IOService is default)'],
  ['r', 'show subtrees rooted by the given criteria'],
  ['t', 'show location of each subtree'],
  ['w', 'clip output to the given line width (0 is unlimited)'],
  ['x', 'show data and numbers as hexadecimal'],
  ['y', 'do not consider DriverKit classes with -c'],
]

/** Each option as written with its argument, and what it does: for the manual page. */
export const OPTION_TEXTS: readonly (readonly [string, string])[] = HELP.map(([letter, text]) => {
  const argument = ARGUMENTS.get(letter)
  return [argument === undefined ? `-${letter}` : `-${letter} ${argument}`, text] as const
})

/** What goes to standard error when the command line makes no sense. */
export const USAGE = [
  'usage: ioreg [-abfilrtxy] [-c class] [-d depth] [-k key] [-n name] [-p plane] [-w width]',
  'where options are:',
  ...HELP.map(([letter, text]) => `\t-${letter} ${text}`),
  '',
].join('\n')
