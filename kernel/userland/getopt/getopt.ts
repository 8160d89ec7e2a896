/** One option as it stood on the command line. */
export interface ParsedOption {
  /** The letter or the long option's `value`; `?` for a bad one. */
  readonly option: string
  readonly argument: string | null
  /** For `?`: the sentence that getopt prints, without newline. */
  readonly message?: string
}

export interface ParsedArguments {
  /** In the order of the command line, bad ones (`?`) included. */
  readonly options: readonly ParsedOption[]
  readonly operands: readonly string[]
  /** Index in argv of the first operand (after permutation for the long forms). */
  readonly optind: number
}

export interface LongOption {
  readonly name: string
  readonly argument: 'no' | 'required' | 'optional'
  /** What `ParsedOption.option` becomes; normally the matching letter or the name. */
  readonly value: string
}

/** Base name of argv[0], as the messages carry it. */
function programName(argv: readonly string[]): string {
  return (argv[0] ?? '').replace(/^.*\//, '')
}

/** One pass over argv with the state that getopt(3) keeps in statics. */
class Scan {
  readonly options: ParsedOption[] = []
  index = 1
  private readonly program: string

  constructor(
    private readonly argv: readonly string[],
    private readonly optstring: string,
  ) {
    this.program = programName(argv)
  }

  add(option: string, argument: string | null): void {
    this.options.push({ option, argument })
  }

  fail(text: string): void {
    this.options.push({ option: '?', argument: null, message: `${this.program}: ${text}` })
  }

  /** Takes argv[index], a cluster of letters after one dash. */
  cluster(text: string): void {
    this.index++
    for (let at = 0; at < text.length; at++) {
      const letter = text[at]!
      const place = letter === ':' ? -1 : this.optstring.indexOf(letter)
      if (place < 0) {
        this.fail(`illegal option -- ${letter}`)
        continue
      }
      if (this.optstring[place + 1] !== ':') {
        this.add(letter, null)
        continue
      }
      this.letterArgument(letter, text.slice(at + 1), this.optstring[place + 2] === ':')
      return
    }
  }

  private letterArgument(letter: string, attached: string, optional: boolean): void {
    if (attached !== '') this.add(letter, attached)
    else if (optional) this.add(letter, null)
    else if (this.index < this.argv.length) this.add(letter, this.argv[this.index++]!)
    else this.fail(`option requires an argument -- ${letter}`)
  }

  /** Takes argv[index] as a long option; false when no name fits and `strict` is not set. */
  long(text: string, longOptions: readonly LongOption[], strict: boolean): boolean {
    const equals = text.indexOf('=')
    const name = equals < 0 ? text : text.slice(0, equals)
    const exact = longOptions.find((option) => option.name === name)
    const fitting = exact === undefined ? longOptions.filter((option) => option.name.startsWith(name)) : [exact]
    if (fitting.length === 0 && !strict) return false
    this.index++
    const found = fitting[0]
    if (found === undefined) this.fail(`unrecognized option \`--${text}'`)
    else if (fitting.length > 1) this.fail(`ambiguous option -- ${name}`)
    else this.longArgument(found, equals < 0 ? null : text.slice(equals + 1))
    return true
  }

  private longArgument(option: LongOption, attached: string | null): void {
    if (option.argument === 'no' && attached !== null) this.fail(`option doesn't take an argument -- ${option.name}`)
    else if (option.argument !== 'required' || attached !== null) this.add(option.value, attached)
    else if (this.index < this.argv.length) this.add(option.value, this.argv[this.index++]!)
    else this.fail(`option requires an argument -- ${option.name}`)
  }
}

/**
 * BSD getopt(3): stops at the first operand or after `--`. Letters may be clustered; `x:` takes an argument,
 * `x::` an attached one only.
 */
export function getopt(argv: readonly string[], optstring: string): ParsedArguments {
  const scan = new Scan(argv, optstring)
  while (scan.index < argv.length) {
    const text = argv[scan.index]!
    if (text === '--') {
      scan.index++
      break
    }
    if (text.length < 2 || !text.startsWith('-')) break
    scan.cluster(text.slice(1))
  }
  return { options: scan.options, operands: argv.slice(scan.index), optind: scan.index }
}

/** BSD getopt_long(3): operands may stand between options unless `optstring` starts with `+`. */
export function getoptLong(
  argv: readonly string[], optstring: string, longOptions: readonly LongOption[],
): ParsedArguments {
  return scanLong(argv, optstring, { longOptions, singleDash: false })
}

/** BSD getopt_long_only(3): long options may also start with a single dash (`-xml`). */
export function getoptLongOnly(
  argv: readonly string[], optstring: string, longOptions: readonly LongOption[],
): ParsedArguments {
  return scanLong(argv, optstring, { longOptions, singleDash: true })
}

interface LongRules {
  readonly longOptions: readonly LongOption[]
  readonly singleDash: boolean
}

function scanLong(argv: readonly string[], optstring: string, rules: LongRules): ParsedArguments {
  const permute = !optstring.startsWith('+')
  const letters = permute ? optstring : optstring.slice(1)
  const scan = new Scan(argv, letters)
  const operands: string[] = []
  while (scan.index < argv.length) {
    const text = argv[scan.index]!
    if (text === '--') {
      scan.index++
      break
    }
    if (text.length < 2 || !text.startsWith('-')) {
      if (!permute) break
      operands.push(text)
      scan.index++
    } else takeOption(scan, text, letters, rules)
  }
  operands.push(...argv.slice(scan.index))
  return { options: scan.options, operands, optind: argv.length - operands.length }
}

function takeOption(scan: Scan, text: string, letters: string, rules: LongRules): void {
  if (text.startsWith('--')) {
    scan.long(text.slice(2), rules.longOptions, true)
    return
  }
  const body = text.slice(1)
  const isLetter = body[0] !== ':' && letters.includes(body[0]!)
  if (isLetter && body.length === 1) return scan.cluster(body)
  if (rules.singleDash && scan.long(body, rules.longOptions, !isLetter && body.length > 1)) return
  scan.cluster(body)
}
