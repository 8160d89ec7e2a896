import type {
  AndOr, Assignment, CaseClause, CompoundCommand, ListItem, Pipeline, Redirection, Script, ShellCommand, Word,
} from './ast.ts'
import { ConditionParser } from './parseCondition.ts'
import { ParseError, parseErrorNear } from './ParseError.ts'
import { matchingArithmeticEnd, WordParser } from './parseWord.ts'
import { Source } from './Source.ts'

const RESERVED: ReadonlySet<string> = new Set([
  '!', '{', '}', 'if', 'then', 'elif', 'else', 'fi', 'while', 'until', 'do', 'done', 'for', 'in', 'case', 'esac',
  'function', '[[', 'time', 'select',
])
/** Reserved words that cannot start a command. */
const CLOSING: ReadonlySet<string> = new Set(['then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}'])
const OPERATORS: readonly Redirection['kind'][] = [
  '&>>', '<<<', '<<', '&>', '>>', '<&', '>&', '<>', '>|', '<', '>',
]
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*/

interface HereDocument {
  readonly delimiter: string
  readonly quoted: boolean
  readonly stripTabs: boolean
  readonly parts: Word[number][]
}

/** Recursive descent over the text of a script. Every failure is a `ParseError`. */
export class Parser {
  private readonly source: Source
  private readonly words: WordParser
  private readonly conditions: ConditionParser
  private hereDocuments: HereDocument[] = []

  constructor(text: string, private readonly aliases: ReadonlyMap<string, string>) {
    this.source = new Source(text, aliases)
    this.words = new WordParser(
      this.source,
      (end) => this.listUntil(end),
      (inner) => new Parser(inner, this.aliases).script(),
    )
    this.conditions = new ConditionParser(this.source, this.words)
  }

  /** The whole text as one script. */
  script(): Script {
    const script = this.list(() => false)
    if (!this.source.atEnd) throw parseErrorNear(this.source.near())
    if (this.hereDocuments.length > 0) this.readHereDocuments()
    return script
  }

  /** A list up to a closing character, which is taken. */
  private listUntil(end: string): Script {
    const script = this.list(() => this.source.peek() === end)
    if (this.source.atEnd) throw this.source.endError()
    if (!this.source.accept(end)) throw parseErrorNear(this.source.near())
    return script
  }

  private list(ends: () => boolean): Script {
    const items: ListItem[] = []
    for (;;) {
      this.skipSeparators()
      if (this.source.atEnd || ends() || this.source.peek() === ')') break
      if (CLOSING.has(this.reservedHere())) break
      if (this.source.startsWith(';;')) break
      items.push(this.listItem())
    }
    return { items }
  }

  private listItem(): ListItem {
    const { source } = this
    const start = source.at
    const andOr = this.andOr()
    source.skipBlanks()
    const text = source.text.slice(start, source.at).trim()
    const background = source.peek() === '&' && source.peek(1) !== '&'
    if (background) source.at++
    else if (source.peek() === ';' && source.peek(1) !== ';') source.at++
    else if (!source.atEnd && !'\n);'.includes(source.peek())) throw parseErrorNear(source.near())
    return { andOr, background, text }
  }

  /** Blanks, newlines (reading here-documents that wait) and nothing else. */
  private skipSeparators(): void {
    const { source } = this
    for (;;) {
      source.skipBlanks()
      if (source.peek() !== '\n') return
      source.at++
      if (this.hereDocuments.length > 0) this.readHereDocuments()
    }
  }

  private andOr(): AndOr {
    const first = this.pipeline()
    const rest: { operator: '&&' | '||'; pipeline: Pipeline }[] = []
    for (;;) {
      this.source.skipBlanks()
      const operator = this.source.accept('&&') ? '&&' : this.source.accept('||') ? '||' : null
      if (operator === null) return { first, rest }
      rest.push({ operator, pipeline: this.continued(operator === '&&' ? 'cmdand' : 'cmdor') })
    }
  }

  private continued(context: string): Pipeline {
    return this.source.inside(context, () => {
      this.skipSeparators()
      if (this.source.atEnd) throw this.source.endError()
      return this.pipeline()
    })
  }

  private pipeline(): Pipeline {
    const { source } = this
    const start = source.at
    let negated = false
    let timed = false
    for (;;) {
      const word = this.reservedHere()
      if (word !== '!' && word !== 'time') break
      source.at += word.length
      source.skipBlanks()
      if (word === '!') negated = !negated
      else timed = true
    }
    const commands: ShellCommand[] = []
    const bare = timed && (source.atEnd || '\n;'.includes(source.peek()))
    if (!bare) commands.push(this.command())
    for (;;) {
      source.skipBlanks()
      if (source.peek() !== '|' || source.peek(1) === '|') break
      source.at++
      const both = source.accept('&')
      if (both) commands.push(withRedirection(commands.pop()!))
      commands.push(source.inside('pipe', () => {
        this.skipSeparators()
        if (source.atEnd) throw source.endError()
        return this.command()
      }))
    }
    return { negated, timed, commands, text: source.text.slice(start, source.at).trim() }
  }

  /** The reserved word at the position, or an empty string. */
  private reservedHere(): string {
    const match = /^(?:[a-z]+|\[\[|[!{}])(?=[\s;&|<>()]|$)/.exec(this.source.text.slice(this.source.at, this.source.at + 16))
    const word = match?.[0] ?? ''
    return RESERVED.has(word) ? word : ''
  }

  private command(): ShellCommand {
    const { source } = this
    source.skipBlanks()
    const start = source.at
    const compound = this.compound()
    if (compound === null) return this.simple()
    if (compound.kind === 'function') return compound
    const redirections: Redirection[] = []
    for (;;) {
      source.skipBlanks()
      const redirection = this.redirection()
      if (redirection === null) break
      redirections.push(redirection)
    }
    if (source.at === start) throw parseErrorNear(source.near())
    return { ...compound, redirections }
  }

  private compound(): CompoundCommand | Extract<ShellCommand, { kind: 'function' }> | null {
    const { source } = this
    if (source.startsWith('((')) {
      const arithmetic = this.arithmeticCommand()
      if (arithmetic !== null) return arithmetic
    }
    if (source.accept('(')) {
      return { kind: 'subshell', body: source.inside('subsh', () => this.listUntil(')')) }
    }
    const word = this.reservedHere()
    if (word === '') return this.functionDefinition()
    if (CLOSING.has(word) || word === 'in' || word === 'select') throw parseErrorNear(word)
    source.at += word.length
    if (word === '!' || word === 'time') throw parseErrorNear(word)
    return source.inside(CONTEXT_NAMES.get(word) ?? word, () => this.reserved(word))
  }

  private reserved(word: string): CompoundCommand | Extract<ShellCommand, { kind: 'function' }> {
    switch (word) {
      case '{': return { kind: 'group', body: this.body('}') }
      case 'if': return this.ifCommand()
      case 'while': return this.whileCommand(false)
      case 'until': return this.whileCommand(true)
      case 'for': return this.forCommand()
      case 'case': return this.caseCommand()
      case '[[': return { kind: 'condition', expression: this.conditions.parse() }
      default: return this.functionKeyword()
    }
  }

  /** A list that must be closed by the reserved word `end`, which is taken. */
  private body(end: string): Script {
    const script = this.list(() => false)
    this.expect(end)
    return script
  }

  private expect(word: string): void {
    this.source.skipBlanks()
    if (this.reservedHere() === word) this.source.at += word.length
    else if (this.source.atEnd) throw this.source.endError()
    else throw parseErrorNear(this.source.near())
  }

  private ifCommand(): CompoundCommand {
    const branches: { condition: Script; body: Script }[] = []
    let otherwise: Script | null = null
    for (;;) {
      const condition = this.body('then')
      branches.push({ condition, body: this.source.inside('then', () => this.list(() => false)) })
      const word = this.reservedHere()
      this.source.at += word.length
      if (word === 'elif') continue
      if (word === 'else') otherwise = this.source.inside('else', () => this.body('fi'))
      else if (this.source.atEnd && word === '') throw this.source.endError()
      else if (word !== 'fi') throw parseErrorNear(word === '' ? this.source.near() : word)
      return { kind: 'if', branches, otherwise }
    }
  }

  private whileCommand(until: boolean): CompoundCommand {
    const condition = this.body('do')
    return { kind: 'while', until, condition, body: this.body('done') }
  }

  private forCommand(): CompoundCommand {
    const { source } = this
    source.skipBlanks()
    if (source.startsWith('((')) return this.forArithmetic()
    const name = this.identifier()
    source.skipBlanks()
    if (source.peek() === ';') source.at++
    this.skipSeparators()
    let words: Word[] | null = null
    if (this.reservedHere() === 'in') {
      source.at += 2
      words = this.wordsToEnd()
    }
    return { kind: 'for', name, words, body: this.doBody() }
  }

  private forArithmetic(): CompoundCommand {
    const { source } = this
    const end = matchingArithmeticEnd(source.text, source.at + 2)
    if (end === null || end === -1) throw source.endError()
    const parts = source.text.slice(source.at + 2, end).split(';')
    if (parts.length !== 3) throw parseErrorNear('((')
    source.at = end + 2
    const [start = [], condition = [], step = []] = parts.map((part) => this.words.nested(part))
    source.skipBlanks()
    if (source.peek() === ';') source.at++
    return { kind: 'forArithmetic', start, condition, step, body: this.doBody() }
  }

  private doBody(): Script {
    this.skipSeparators()
    const braces = this.reservedHere() === '{'
    this.expect(braces ? '{' : 'do')
    return this.body(braces ? '}' : 'done')
  }

  private wordsToEnd(): Word[] {
    const { source } = this
    const words: Word[] = []
    for (;;) {
      source.skipBlanks()
      if (source.atEnd) throw source.endError()
      if (source.accept(';') || source.peek() === '\n') return words
      const word = this.words.word()
      if (word.length === 0) throw parseErrorNear(source.near())
      words.push(word)
    }
  }

  private caseCommand(): CompoundCommand {
    const { source } = this
    source.skipBlanks()
    const subject = this.words.word()
    this.skipSeparators()
    this.expect('in')
    const clauses: CaseClause[] = []
    for (;;) {
      this.skipSeparators()
      if (source.atEnd) throw source.endError()
      if (this.reservedHere() === 'esac') break
      clauses.push(this.caseClause())
    }
    source.at += 'esac'.length
    return { kind: 'case', subject, clauses }
  }

  private caseClause(): CaseClause {
    const { source } = this
    source.accept('(')
    const patterns: Word[] = []
    do {
      source.skipBlanks()
      const pattern = this.words.word()
      if (source.atEnd) throw source.endError()
      if (pattern.length === 0) throw parseErrorNear(source.near())
      patterns.push(pattern)
      source.skipBlanks()
    } while (source.accept('|'))
    if (!source.accept(')')) throw source.atEnd ? source.endError() : parseErrorNear(source.near())
    const body = this.list(() => false)
    if (!source.accept(';;') && this.reservedHere() !== 'esac') {
      throw source.atEnd ? source.endError() : parseErrorNear(source.near())
    }
    return { patterns, body }
  }

  private arithmeticCommand(): CompoundCommand | null {
    const { source } = this
    const end = matchingArithmeticEnd(source.text, source.at + 2)
    if (end === null) throw new ParseError('unmatched ((', 'math')
    if (end === -1) return null
    const expression = this.words.nested(source.text.slice(source.at + 2, end))
    source.at = end + 2
    return { kind: 'arithmeticCommand', expression }
  }

  private functionKeyword(): Extract<ShellCommand, { kind: 'function' }> {
    this.source.skipBlanks()
    const name = /^[^\s;&|<>()'"`$\\]+/.exec(this.source.text.slice(this.source.at))?.[0]
    if (name === undefined) throw this.source.atEnd ? this.source.endError() : parseErrorNear(this.source.near())
    this.source.at += name.length
    this.source.skipBlanks()
    if (this.source.accept('(')) {
      this.source.skipBlanks()
      if (!this.source.accept(')')) throw parseErrorNear(this.source.near())
    }
    return this.functionBody(name)
  }

  /** `name () body`, if that is what stands here. */
  private functionDefinition(): Extract<ShellCommand, { kind: 'function' }> | null {
    const match = /^([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*\([ \t]*\)/.exec(this.source.text.slice(this.source.at))
    if (match === null) return null
    this.source.at += match[0].length
    return this.source.inside('function', () => this.functionBody(match[1]!))
  }

  private functionBody(name: string): Extract<ShellCommand, { kind: 'function' }> {
    this.skipSeparators()
    if (this.source.atEnd) throw this.source.endError()
    return { kind: 'function', name, body: this.command() }
  }

  private identifier(): string {
    const name = IDENTIFIER.exec(this.source.text.slice(this.source.at))?.[0]
    if (name === undefined) throw this.source.atEnd ? this.source.endError() : parseErrorNear(this.source.near())
    this.source.at += name.length
    return name
  }

  private simple(): ShellCommand {
    const { source } = this
    const assignments: Assignment[] = []
    const words: Word[] = []
    const redirections: Redirection[] = []
    for (;;) {
      source.skipBlanks()
      const redirection = this.redirection()
      if (redirection !== null) {
        redirections.push(redirection)
        continue
      }
      const assignment = words.length === 0 ? this.assignment() : null
      if (assignment !== null) {
        assignments.push(assignment)
        continue
      }
      const start = source.at
      const word = this.words.word()
      if (source.at === start) break
      if (words.length === 0 && this.isAlias(word, start)) {
        if (assignments.length + redirections.length === 0) return this.command()
        continue
      }
      words.push(word)
    }
    if (words.length + assignments.length + redirections.length === 0) {
      throw source.atEnd ? source.endError() : parseErrorNear(source.near())
    }
    return { kind: 'simple', assignments, words, redirections }
  }

  private isAlias(word: Word, start: number): boolean {
    const only = word[0]
    if (word.length !== 1 || only === undefined || only.kind !== 'literal' || only.quoted) return false
    return this.source.expandAlias(start, only.text)
  }

  private assignment(): Assignment | null {
    const { source } = this
    const match = /^([A-Za-z_][A-Za-z0-9_]*)(\+?)=/.exec(source.text.slice(source.at))
    if (match === null) return null
    source.at += match[0].length
    return { name: match[1]!, append: match[2] === '+', value: this.words.word() }
  }

  private redirection(): Redirection | null {
    const { source } = this
    const digits = /^[0-9]+(?=[<>])/.exec(source.text.slice(source.at, source.at + 4))?.[0] ?? ''
    const rest = source.text.slice(source.at + digits.length, source.at + digits.length + 3)
    const kind = OPERATORS.find((operator) => rest.startsWith(operator))
    if (kind === undefined) return null
    source.at += digits.length + kind.length
    const fd = digits === '' ? null : Number(digits)
    if (kind === '<<') return this.hereDocument(fd)
    source.skipBlanks()
    const target = this.words.word()
    if (target.length === 0) throw source.atEnd ? source.endError() : parseErrorNear(source.near())
    return { kind, fd, target }
  }

  private hereDocument(fd: number | null): Redirection {
    const { source } = this
    const stripTabs = source.accept('-')
    source.skipBlanks()
    const word = this.words.word()
    if (word.length === 0) throw source.atEnd ? source.endError() : parseErrorNear(source.near())
    const delimiter = word.map((part) => (part.kind === 'literal' ? part.text : '')).join('')
    const quoted = word.some((part) => part.kind === 'literal' && part.quoted)
    const parts: Word[number][] = []
    this.hereDocuments.push({ delimiter, quoted, stripTabs, parts })
    return { kind: '<<', fd, target: parts }
  }

  private readHereDocuments(): void {
    const waiting = this.hereDocuments
    this.hereDocuments = []
    for (const document of waiting) {
      const text = this.hereDocumentText(document)
      if (document.quoted) document.parts.push({ kind: 'literal', text, quoted: true })
      else document.parts.push(...this.words.nested(text))
    }
  }

  private hereDocumentText(document: HereDocument): string {
    const { source } = this
    let text = ''
    for (;;) {
      if (source.atEnd) throw new ParseError('here-document is not closed', 'heredoc')
      const newline = source.text.indexOf('\n', source.at)
      const end = newline < 0 ? source.text.length : newline
      const raw = source.text.slice(source.at, end)
      const line = document.stripTabs ? raw.replace(/^\t+/, '') : raw
      source.at = newline < 0 ? end : end + 1
      if (line === document.delimiter) return text
      text += line + '\n'
    }
  }
}

const CONTEXT_NAMES = new Map([['{', 'cursh'], ['[[', 'cond']])

/** `|&`: the command's errors go into the pipe as well. */
function withRedirection(command: ShellCommand): ShellCommand {
  if (command.kind === 'function') return command
  const target: Word = [{ kind: 'literal', text: '1', quoted: false }]
  return { ...command, redirections: [...command.redirections, { kind: '>&', fd: 2, target }] }
}

const NO_ALIASES: ReadonlyMap<string, string> = new Map()

/** Parses a script; throws `ParseError` only. */
export function parseScript(text: string, aliases: ReadonlyMap<string, string> = NO_ALIASES): Script {
  return new Parser(text, aliases).script()
}
