import type { AssertionKind, RegexNode } from './ast.ts'
import { addClass, CharacterSet, isWordCode } from './CharacterSet.ts'
import { RegexError } from './RegexError.ts'

const MAX_REPEAT = 255
const MAX_DEPTH = 200

export interface RegexSyntax {
  /** ERE instead of BRE. */
  readonly extended?: boolean
  readonly ignoreCase?: boolean
}

/** What a token means, whatever the syntax spells it as. */
type Operator = '(' | ')' | '|' | '*' | '+' | '?' | '{' | '}'

const ASSERTIONS = new Map<string, AssertionKind>([
  ['<', 'wordStart'], ['>', 'wordEnd'], ['b', 'wordBoundary'], ['B', 'notWordBoundary'],
])
const CLASS_ESCAPES = new Map([
  ['w', 'word'], ['W', 'word'], ['d', 'digit'], ['D', 'digit'], ['s', 'space'], ['S', 'space'],
])
const CONTROL_ESCAPES = new Map([
  ['n', '\n'], ['t', '\t'], ['r', '\r'], ['f', '\f'], ['v', '\v'], ['a', '\x07'],
])

/**
 * Parses a POSIX expression, with the enhancements macOS adds (`\|`, `\w`, `\<`, `\d` …). Throws
 * `RegexError`.
 */
export class RegexParser {
  groups = 0
  hasBackreferences = false
  private readonly closed = new Set<number>()
  private at = 0
  private depth = 0
  private readonly extended: boolean
  private readonly ignoreCase: boolean

  constructor(private readonly text: string, syntax: RegexSyntax) {
    this.extended = syntax.extended === true
    this.ignoreCase = syntax.ignoreCase === true
  }

  /** The whole text. */
  parse(): RegexNode {
    const node = this.either()
    if (this.at < this.text.length) throw new RegexError('parentheses not balanced')
    return node
  }

  private either(): RegexNode {
    if (++this.depth > MAX_DEPTH) throw new RegexError('out of memory')
    const items = [this.sequence()]
    while (this.operatorHere() === '|') {
      this.skipOperator()
      items.push(this.sequence())
    }
    this.depth--
    return items.length === 1 ? items[0]! : { kind: 'either', items }
  }

  private sequence(): RegexNode {
    const items: RegexNode[] = []
    for (;;) {
      const operator = this.operatorHere()
      if (this.at >= this.text.length || operator === '|') break
      if (operator === ')' && (this.depth > 1 || !this.extended)) break
      items.push(this.repeated(items.length === 0))
    }
    if (items.length === 0) return { kind: 'empty' }
    return items.length === 1 ? items[0]! : { kind: 'sequence', items }
  }

  private repeated(first: boolean): RegexNode {
    let node = this.atom(first)
    for (;;) {
      const operator = this.operatorHere()
      if (operator === '*') node = { kind: 'repeat', item: node, min: 0, max: null }
      else if (operator === '+') node = { kind: 'repeat', item: node, min: 1, max: null }
      else if (operator === '?') node = { kind: 'repeat', item: node, min: 0, max: 1 }
      else if (operator === '{' && this.isInterval()) {
        node = this.interval(node)
        continue
      } else return node
      this.skipOperator()
    }
  }

  /**
   * Whether a `{` starts a repetition count; in extended syntax others stand for themselves, as awk wants it.
   */
  private isInterval(): boolean {
    return !this.extended || /^\{[0-9]*,?[0-9]*\}/.test(this.text.slice(this.at))
      && this.text[this.at + 1] !== '}'
  }

  private interval(item: RegexNode): RegexNode {
    this.skipOperator()
    const close = this.extended ? '}' : '\\}'
    const end = this.text.indexOf(close, this.at)
    if (end < 0) throw new RegexError('braces not balanced')
    const match = /^([0-9]*)(,?)([0-9]*)$/.exec(this.text.slice(this.at, end))
    if (match === null) throw new RegexError('invalid repetition count(s)')
    this.at = end + close.length
    const min = match[1] === '' ? 0 : Number(match[1])
    const max = match[2] === '' ? min : match[3] === '' ? null : Number(match[3])
    if (min > MAX_REPEAT || (max !== null && (max > MAX_REPEAT || max < min))) {
      throw new RegexError('invalid repetition count(s)')
    }
    return { kind: 'repeat', item, min, max }
  }

  private atom(first: boolean): RegexNode {
    const operator = this.operatorHere()
    if (operator === '(') return this.group()
    if (operator === '*' && !this.extended && first) {
      this.at++
      return this.literal('*')
    }
    if (operator === '*' || operator === '+' || operator === '?') {
      if (this.extended) throw new RegexError('repetition-operator operand invalid')
      this.skipOperator()
      return this.literal(operator)
    }
    const character = this.text[this.at]!
    if (character === '\\') return this.escape()
    this.at++
    if (character === '.') return { kind: 'any' }
    if (character === '[') return this.bracket()
    if (character === '^' && (this.extended || first)) return { kind: 'assertion', assertion: 'lineStart' }
    if (character === '$' && (this.extended || this.isEndOfBranch())) {
      return { kind: 'assertion', assertion: 'lineEnd' }
    }
    return this.literal(character)
  }

  private isEndOfBranch(): boolean {
    if (this.at >= this.text.length) return true
    const operator = this.operatorHere()
    return operator === '|' || operator === ')'
  }

  private group(): RegexNode {
    this.skipOperator()
    const index = ++this.groups
    const item = this.either()
    if (this.operatorHere() !== ')') throw new RegexError('parentheses not balanced')
    this.skipOperator()
    this.closed.add(index)
    return { kind: 'group', item, index }
  }

  private literal(character: string): RegexNode {
    const set = new CharacterSet().addCharacter(character)
    if (this.ignoreCase) set.foldCase()
    return { kind: 'set', set }
  }

  private escape(): RegexNode {
    const next = this.text[this.at + 1]
    if (next === undefined) throw new RegexError('trailing backslash (\\)')
    this.at += 2
    const assertion = ASSERTIONS.get(next)
    if (assertion !== undefined) return { kind: 'assertion', assertion }
    const named = CLASS_ESCAPES.get(next)
    if (named !== undefined) return { kind: 'set', set: escapedClass(named, next) }
    const control = CONTROL_ESCAPES.get(next)
    if (control !== undefined) return this.literal(control)
    if (next >= '1' && next <= '9') return this.backreference(Number(next))
    return this.literal(next)
  }

  /** Only to a group that is closed. */
  private backreference(index: number): RegexNode {
    if (!this.closed.has(index)) throw new RegexError('invalid backreference number')
    this.hasBackreferences = true
    return { kind: 'backreference', index }
  }

  private bracket(): RegexNode {
    const start = this.text.slice(this.at, this.at + 6)
    if (start === '[:<:]]' || start === '[:>:]]') {
      this.at += 6
      return { kind: 'assertion', assertion: start === '[:<:]]' ? 'wordStart' : 'wordEnd' }
    }
    const set = new CharacterSet()
    const negated = this.text[this.at] === '^'
    if (negated) this.at++
    for (let first = true; ; first = false) {
      const character = this.text[this.at]
      if (character === undefined) throw new RegexError('brackets ([ ]) not balanced')
      if (character === ']' && !first) break
      this.bracketItem(set)
    }
    this.at++
    if (this.ignoreCase) set.foldCase()
    if (negated) set.negate()
    return { kind: 'set', set }
  }

  private bracketItem(set: CharacterSet): void {
    const named = /^\[:([a-z]*):\]/.exec(this.text.slice(this.at, this.at + 16))
    if (named !== null) {
      this.at += named[0].length
      if (!addClass(set, named[1]!)) throw new RegexError('invalid character class')
      return
    }
    const first = this.bracketCharacter()
    const isRange = this.text[this.at] === '-' && this.text[this.at + 1] !== ']'
      && this.text[this.at + 1] !== undefined
    if (!isRange) {
      set.addRange(first, first)
      return
    }
    this.at++
    const last = this.bracketCharacter()
    if (last < first) throw new RegexError('invalid character range')
    set.addRange(first, last)
  }

  private bracketCharacter(): number {
    const collating = /^\[([.=])(.)\1\]/s.exec(this.text.slice(this.at, this.at + 6))
    if (collating !== null) {
      this.at += collating[0].length
      return collating[2]!.charCodeAt(0)
    }
    const rest = this.text.slice(this.at, this.at + 2)
    const control = rest.startsWith('\\') ? CONTROL_ESCAPES.get(rest[1] ?? '') : undefined
    if (control !== undefined && (control === '\n' || control === '\t')) {
      this.at += 2
      return control.charCodeAt(0)
    }
    return this.text.charCodeAt(this.at++)
  }

  /** The operator at the position in either syntax, or null. */
  private operatorHere(): Operator | null {
    const character = this.text[this.at]
    if (character === undefined) return null
    if (character === '*') return '*'
    if (this.extended) return '()|+?{'.includes(character) ? (character as Operator) : null
    if (character !== '\\') return null
    const next = this.text[this.at + 1]
    return next !== undefined && '()|+?{'.includes(next) ? (next as Operator) : null
  }

  private skipOperator(): void {
    this.at += this.extended || this.text[this.at] === '*' ? 1 : 2
  }
}

function escapedClass(name: string, letter: string): CharacterSet {
  const set = new CharacterSet()
  if (name === 'word') set.addWhere((character) => isWordCode(character.charCodeAt(0))).addRange(0xc0, 0xd7ff)
  else addClass(set, name)
  return letter === letter.toUpperCase() ? set.negate() : set
}
