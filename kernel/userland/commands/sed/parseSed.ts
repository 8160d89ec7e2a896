import { compileRegex, type Regex } from '../../libsystem/regex/index.ts'
import { ReplacementBuilder, readDelimited } from './delimited.ts'
import type { Address, ReplacementPart, SedAction, SedCommand, SedError, SedLetter } from './program.ts'
import type { ScriptReader } from './ScriptReader.ts'

/** Most addresses of each command, as messages count them. */
const MOST_ADDRESSES: ReadonlyMap<string, number> = new Map([
  ...Array.from('{bcdDgGhHlnNpPstwxy!', (code): [string, number] => [code, 2]),
  ...Array.from('aiqr=', (code): [string, number] => [code, 1]),
  ...Array.from('}:#', (code): [string, number] => [code, 0]),
])
const TEXT_KINDS = { a: 'append', i: 'insert', c: 'change' } as const
const MAX_OCCURRENCE = 0x7fffffff
const MAX_DEPTH = 1000

/** A `{` that is open, and the commands outside it. */
interface OpenBlock {
  readonly outside: SedCommand[]
  readonly head: Omit<SedCommand, 'action'>
}

/** Parses a sed script, line by line as BSD sed does. Throws `SedError`. */
export class SedParser {
  /** The line at hand with its newline, and the place in it. */
  private line = ''
  private at = 0
  private commands: SedCommand[] = []
  private readonly blocks: OpenBlock[] = []
  private readonly labels = new Set<string>()
  private readonly targets: string[] = []

  constructor(private readonly reader: ScriptReader, private readonly extended: boolean) {}

  /** The commands of the whole script. */
  parse(): SedCommand[] {
    for (let line = this.reader.next(); line !== null; line = this.reader.next()) {
      this.line = line
      this.at = 0
      while (this.command());
    }
    if (this.blocks.length > 0) throw this.error("unexpected EOF (pending }'s)")
    const missing = this.targets.find((label) => !this.labels.has(label))
    if (missing !== undefined) throw this.error(`undefined label '${missing}'`)
    return this.commands
  }

  private error(message: string): SedError {
    return this.reader.error(message)
  }

  private peek(): string {
    return this.line[this.at] ?? ''
  }

  private skipSpace(): void {
    while (/^[ \t\n\v\f\r]$/.test(this.peek())) this.at++
  }

  /** Takes one command; false when the line has no more. */
  private command(): boolean {
    this.skipSpace()
    while (this.peek() === ';') {
      this.at++
      this.skipSpace()
    }
    if (this.peek() === '#' || this.peek() === '') return false
    const { first, second, count } = this.addresses()
    let negated = false
    while (this.peek() === '!') {
      this.at++
      this.skipSpace()
      negated = !negated
    }
    const code = this.peek()
    if (code === '') throw this.error('command expected')
    const most = MOST_ADDRESSES.get(code)
    if (most === undefined) throw this.error(`invalid command code ${code}`)
    if (count > most) {
      throw this.error(`command ${code} expects up to ${most} address(es), found ${count}`)
    }
    this.at++
    return this.body(code, { first, second, negated })
  }

  private addresses(): { first: Address | null; second: Address | null; count: number } {
    if (!/^[0-9/\\$]$/.test(this.peek())) return { first: null, second: null, count: 0 }
    const first = this.address()
    this.skipSpace()
    if (this.peek() !== ',') return { first, second: null, count: 1 }
    this.at++
    this.skipSpace()
    const second = this.address()
    this.skipSpace()
    return { first, second, count: 2 }
  }

  private body(code: string, head: Omit<SedCommand, 'action'>): boolean {
    if (code === '{') return this.openBlock(head)
    if (code === '}') return this.closeBlock()
    if (code === '#') return false
    this.commands.push({ ...head, action: this.action(code) })
    this.skipSpace()
    return this.peek() !== ''
  }

  private openBlock(head: Omit<SedCommand, 'action'>): boolean {
    if (this.blocks.length >= MAX_DEPTH) throw this.error("too many {'s")
    this.blocks.push({ outside: this.commands, head })
    this.commands = []
    this.skipSpace()
    return this.peek() !== ''
  }

  private closeBlock(): boolean {
    const block = this.blocks.pop()
    if (block === undefined) throw this.error('unexpected }')
    block.outside.push({ ...block.head, action: { kind: 'block', body: this.commands } })
    this.commands = block.outside
    return this.end('}')
  }

  /** After these commands only `;` or the end of the line may follow. */
  private end(code: string): boolean {
    this.skipSpace()
    if (this.peek() !== '' && this.peek() !== ';') {
      throw this.error(`extra characters at the end of ${code} command`)
    }
    return this.peek() === ';'
  }

  private action(code: string): SedAction {
    switch (code) {
      case 's': return this.substitute()
      case 'y': return this.translate()
      case 'a':
      case 'i':
      case 'c': return { kind: TEXT_KINDS[code], text: this.argumentText(code) }
      case 'b':
      case 't': return this.branch(code === 'b' ? 'branch' : 'test')
      case ':': return this.label()
      case 'r':
      case 'w': return { kind: code === 'r' ? 'readFile' : 'writeFile', path: this.fileName() }
      default:
        this.end(code)
        return { kind: 'letter', letter: code as SedLetter }
    }
  }

  /** The rest of the line. */
  private rest(): string {
    this.skipSpace()
    const rest = this.line.slice(this.at).replace(/\n$/, '')
    this.at = this.line.length
    return rest
  }

  private fileName(): string {
    const path = this.rest()
    if (path === '') throw this.error('filename expected')
    return path
  }

  private branch(kind: 'branch' | 'test'): SedAction {
    const label = this.rest()
    if (label !== '') this.targets.push(label)
    return { kind, label }
  }

  private label(): SedAction {
    const label = this.rest()
    if (label === '') throw this.error('empty label')
    if (this.labels.has(label)) throw this.error(`duplicate label '${label}'`)
    this.labels.add(label)
    return { kind: 'label', label }
  }

  /** The lines after `a\`, as long as each ends in a backslash. */
  private argumentText(code: string): string {
    this.skipSpace()
    if (this.peek() !== '\\') throw this.error(`command ${code} expects \\ followed by text`)
    this.at++
    this.skipSpace()
    if (this.peek() !== '') throw this.error(`extra characters after \\ at the end of ${code} command`)
    let text = ''
    for (let line = this.reader.next(); line !== null; line = this.reader.next()) {
      text += line.replace(/\\([^])/g, '$1')
      if (!/(?:^|[^\\])(?:\\\\)*\\\n$/.test(line)) break
    }
    return text
  }

  private address(): Address {
    if (this.peek() === '$') {
      this.at++
      return { kind: 'last' }
    }
    const digits = /^\+?[0-9]*/.exec(this.line.slice(this.at))![0]
    if (digits !== '') {
      this.at += digits.length
      if (digits.startsWith('+')) return { kind: 'offset', count: Number(digits) }
      return { kind: 'line', number: Number(digits) }
    }
    if (this.peek() !== '/' && this.peek() !== '\\') throw this.error('expected context address')
    if (this.peek() === '\\') this.at++
    const pattern = this.delimited('unterminated regular expression', false)
    const ignoreCase = this.peek() === 'I'
    if (ignoreCase) this.at++
    return { kind: 'match', regex: this.regex(pattern, ignoreCase) }
  }

  private regex(pattern: string, ignoreCase: boolean): Regex | null {
    if (pattern === '') return null
    const regex = compileRegex(pattern, { extended: this.extended, ignoreCase })
    if ('problem' in regex) throw this.error(`RE error: ${regex.problem}`)
    return regex
  }

  /** The delimited text that starts here; `unterminated` is the message when it does not end. */
  private delimited(unterminated: string, isSet: boolean): string {
    const delimiter = this.peek()
    if (delimiter === '\\') throw this.error('\\ can not be used as a string delimiter')
    if (delimiter === '\n') throw this.error('newline can not be used as a string delimiter')
    const found = readDelimited(this.line, this.at, isSet)
    if (found === 'brackets') throw this.error('unbalanced brackets ([])')
    if (found === null) throw this.error(unterminated)
    this.at = found.end
    return found.text
  }

  private substitute(): SedAction {
    if (this.peek() === '' || this.peek() === '\\' || this.peek() === '\n') {
      throw this.error('substitute pattern can not be delimited by newline or backslash')
    }
    const { place } = this.reader
    const pattern = this.delimited('unterminated substitute pattern', false)
    const { parts, highest } = this.replacement(this.line[this.at - 1]!)
    const { ignoreCase, ...flags } = this.flags()
    const regex = this.regex(pattern, ignoreCase)
    if (regex !== null && highest > regex.groups) throw this.error(`\\${highest} not defined in the RE`)
    return { kind: 'substitute', regex, replacement: parts, place, ...flags }
  }

  /** The replacement; it goes on in the next line after a backslash. */
  private replacement(delimiter: string): { parts: readonly ReplacementPart[]; highest: number } {
    const builder = new ReplacementBuilder()
    for (;;) {
      const character = this.peek()
      if (character === '\n') throw this.error('unescaped newline inside substitute pattern')
      if (character === '' || (character === '\\' && this.at + 1 >= this.line.length)) {
        const next = this.reader.next()
        if (next === null) throw this.error('unterminated substitute in regular expression')
        this.line = next
        this.at = 0
      } else if (character === '\\') this.at += builder.escape(this.line, this.at)
      else {
        this.at++
        if (character === delimiter) break
        if (character === '&') builder.group(0)
        else builder.add(character)
      }
    }
    return { parts: builder.finish(), highest: builder.highest }
  }

  private flags(): { occurrence: number; print: boolean; file: string | null; ignoreCase: boolean } {
    const flags = { occurrence: 1, print: false, file: null as string | null, ignoreCase: false }
    let counted = false
    for (;;) {
      this.skipSpace()
      const flag = this.peek()
      if (flag === '' || flag === ';') return flags
      if (flag === 'w') {
        this.at++
        flags.file = this.rest()
        if (flags.file === '') throw this.error('no wfile specified')
        return flags
      }
      if (flag === 'p') flags.print = true
      else if (flag === 'i' || flag === 'I') flags.ignoreCase = true
      else if (flag !== 'g' && !(flag >= '1' && flag <= '9')) {
        throw this.error(`bad flag in substitute command: '${flag}'`)
      } else if (counted) throw this.error("more than one number or 'g' in substitute flags")
      else {
        counted = true
        flags.occurrence = flag === 'g' ? 0 : this.occurrence()
      }
      this.at++
    }
  }

  /** A number; the place stays on its last digit. */
  private occurrence(): number {
    const digits = /^[0-9]+/.exec(this.line.slice(this.at))![0]
    if (Number(digits) > MAX_OCCURRENCE) throw this.error("overflow in the 'N' substitute flag")
    this.at += digits.length - 1
    return Number(digits)
  }

  private translate(): SedAction {
    if (this.peek() === '' || this.peek() === '\\' || this.peek() === '\n') {
      throw this.error('transform pattern can not be delimited by newline or backslash')
    }
    const from = [...this.delimited('unterminated transform source string', true)]
    this.at--
    const to = [...this.delimited('unterminated transform target string', true)]
    if (from.length !== to.length) throw this.error('transform strings are not the same length')
    this.skipSpace()
    if (this.peek() !== '' && this.peek() !== ';') {
      throw this.error('extra text at the end of a transform command')
    }
    return { kind: 'translate', table: new Map(from.map((character, index) => [character, to[index]!])) }
  }
}
