/** What arithmetic needs from the shell. */
export interface ArithmeticVariables {
  get(name: string): string
  set(name: string, value: string): void
}

/** A wrong expression; the text is what the shell prints after its name. */
export class ArithmeticError extends Error {
  override readonly name = 'ArithmeticError'
}

const MAX_DEPTH = 100
const BITS = 64
/** Binary operators from loosest to tightest. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'], ['&&'], ['|'], ['^'], ['&'], ['==', '!='], ['<=', '>=', '<', '>'], ['<<', '>>'], ['+', '-'],
  ['*', '/', '%'], ['**'],
]
const ASSIGNMENTS = ['<<=', '>>=', '**=', '+=', '-=', '*=', '/=', '%=', '&=', '^=', '|=', '='] as const
const TOKEN = /\s*(0[xX][0-9a-fA-F]+|[0-9]+#[0-9a-zA-Z]+|[0-9]+|[A-Za-z_][A-Za-z0-9_]*|<<=|>>=|\*\*=|\+\+|--|&&|\|\||\*\*|<<|>>|[<>=!+\-*/%&^|]=|[-+*/%<>=!~&^|?:,()])/y

/** Evaluates a 64-bit integer expression, with the operators of C and `**`. */
export function evaluateArithmetic(text: string, variables: ArithmeticVariables): bigint {
  return new Evaluator(tokensOf(text), variables, 0).whole()
}

function tokensOf(text: string): string[] {
  const tokens: string[] = []
  const matcher = new RegExp(TOKEN)
  const end = text.trimEnd().length
  while (matcher.lastIndex < end) {
    const at = matcher.lastIndex
    const match = matcher.exec(text)
    if (match === null) throw new ArithmeticError(`bad math expression: operator expected at \`${text.slice(at).trim()}'`)
    tokens.push(match[1]!)
  }
  return tokens
}

class Evaluator {
  private at = 0
  private skipping = 0

  constructor(
    private readonly tokens: readonly string[],
    private readonly variables: ArithmeticVariables,
    private depth: number,
  ) {}

  whole(): bigint {
    if (this.tokens.length === 0) return 0n
    const value = this.comma()
    if (this.at < this.tokens.length) {
      throw new ArithmeticError(`bad math expression: operator expected at \`${this.tokens.slice(this.at).join('')}'`)
    }
    return value
  }

  private peek(): string {
    return this.tokens[this.at] ?? ''
  }

  private accept(token: string): boolean {
    if (this.peek() !== token) return false
    this.at++
    return true
  }

  private comma(): bigint {
    let value = this.assignment()
    while (this.accept(',')) value = this.assignment()
    return value
  }

  private assignment(): bigint {
    const name = this.peek()
    const operator = this.tokens[this.at + 1] ?? ''
    if (!isName(name) || !(ASSIGNMENTS as readonly string[]).includes(operator)) return this.conditional()
    this.at += 2
    const right = this.deeper(() => this.assignment())
    const value = operator === '=' ? right : this.apply(operator.slice(0, -1), this.variable(name), right)
    return this.assign(name, value)
  }

  private assign(name: string, value: bigint): bigint {
    const wrapped = BigInt.asIntN(BITS, value)
    if (this.skipping === 0) this.variables.set(name, String(wrapped))
    return wrapped
  }

  private conditional(): bigint {
    const condition = this.binary(0)
    if (!this.accept('?')) return condition
    const yes = this.branch(condition !== 0n, () => this.assignment())
    if (!this.accept(':')) throw new ArithmeticError("bad math expression: ':' expected")
    const no = this.branch(condition === 0n, () => this.assignment())
    return condition !== 0n ? yes : no
  }

  /** Evaluates a part whose side effects count only if `taken`. */
  private branch(taken: boolean, body: () => bigint): bigint {
    if (!taken) this.skipping++
    const value = this.deeper(body)
    if (!taken) this.skipping--
    return value
  }

  private binary(level: number): bigint {
    const operators = LEVELS[level]
    if (operators === undefined) return this.unary()
    let left = this.binary(level + 1)
    for (;;) {
      const operator = this.peek()
      if (!operators.includes(operator)) return left
      this.at++
      if (operator === '&&') left = truth(this.branch(left !== 0n, () => this.binary(level + 1)) !== 0n && left !== 0n)
      else if (operator === '||') {
        const right = this.branch(left === 0n, () => this.binary(level + 1))
        left = truth(left !== 0n || right !== 0n)
      } else if (operator === '**') left = this.apply(operator, left, this.deeper(() => this.binary(level)))
      else left = this.apply(operator, left, this.binary(level + 1))
    }
  }

  private apply(operator: string, left: bigint, right: bigint): bigint {
    if (this.skipping > 0) return 0n
    return BigInt.asIntN(BITS, operate(operator, left, right))
  }

  private unary(): bigint {
    const token = this.peek()
    if (token === '++' || token === '--') {
      const name = this.tokens[this.at + 1] ?? ''
      if (isName(name)) {
        this.at += 2
        return this.assign(name, this.variable(name) + (token === '++' ? 1n : -1n))
      }
    }
    const operation = UNARY.get(token)
    if (operation === undefined) return this.primary()
    this.at++
    return BigInt.asIntN(BITS, operation(this.deeper(() => this.unary())))
  }

  private primary(): bigint {
    const token = this.peek()
    if (token === '') throw new ArithmeticError('bad math expression: operand expected at end of string')
    this.at++
    if (token === '(') {
      const value = this.deeper(() => this.comma())
      if (!this.accept(')')) throw new ArithmeticError("bad math expression: ')' expected")
      return value
    }
    if (isName(token)) return this.named(token)
    if (/^[0-9]/.test(token)) return numberOf(token)
    throw new ArithmeticError(`bad math expression: operand expected at \`${token}'`)
  }

  private named(name: string): bigint {
    const value = this.variable(name)
    if (this.accept('++')) this.assign(name, value + 1n)
    else if (this.accept('--')) this.assign(name, value - 1n)
    return value
  }

  private variable(name: string): bigint {
    const text = this.variables.get(name).trim()
    if (text === '') return 0n
    return this.deeper(() => new Evaluator(tokensOf(text), this.variables, this.depth).whole())
  }

  private deeper<T>(body: () => T): T {
    if (this.depth >= MAX_DEPTH) throw new ArithmeticError('math recursion limit exceeded')
    this.depth++
    const value = body()
    this.depth--
    return value
  }
}

const UNARY = new Map<string, (value: bigint) => bigint>([
  ['-', (value) => -value],
  ['+', (value) => value],
  ['!', (value) => truth(value === 0n)],
  ['~', (value) => ~value],
])

function operate(operator: string, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '|': return left | right
    case '^': return left ^ right
    case '&': return left & right
    case '==': return truth(left === right)
    case '!=': return truth(left !== right)
    case '<=': return truth(left <= right)
    case '>=': return truth(left >= right)
    case '<': return truth(left < right)
    case '>': return truth(left > right)
    case '<<': return left << (right & 63n)
    case '>>': return left >> (right & 63n)
    case '+': return left + right
    case '-': return left - right
    case '*': return left * right
    case '**': return power(left, right)
    default: return divide(operator, left, right)
  }
}

function divide(operator: string, left: bigint, right: bigint): bigint {
  if (right === 0n) throw new ArithmeticError('division by zero')
  return operator === '/' ? left / right : left % right
}

/** Power in 64 bits by squaring, so that a large exponent costs 64 steps. */
function power(base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) throw new ArithmeticError('exponent less than 0')
  let result = 1n
  let square = base
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = BigInt.asIntN(BITS, result * square)
    square = BigInt.asIntN(BITS, square * square)
  }
  return result
}

function truth(value: boolean): bigint {
  return value ? 1n : 0n
}

function isName(token: string): boolean {
  return /^[A-Za-z_]/.test(token)
}

function numberOf(token: string): bigint {
  const hash = token.indexOf('#')
  if (hash > 0) return inBase(token.slice(hash + 1), Number(token.slice(0, hash)))
  if (/^0[0-7]+$/.test(token)) return BigInt.asIntN(BITS, BigInt('0o' + token.slice(1)))
  if (/^0[0-9]+$/.test(token)) return BigInt.asIntN(BITS, BigInt(token.replace(/^0+(?=.)/, '')))
  return BigInt.asIntN(BITS, BigInt(token))
}

function inBase(digits: string, base: number): bigint {
  if (base < 2 || base > 36) throw new ArithmeticError(`invalid base (must be 2 to 36 inclusive): ${base}`)
  let value = 0n
  for (const digit of digits.toLowerCase()) {
    const place = '0123456789abcdefghijklmnopqrstuvwxyz'.indexOf(digit)
    if (place >= base) throw new ArithmeticError(`bad math expression: operator expected at \`${digit}'`)
    value = value * BigInt(base) + BigInt(place)
  }
  return BigInt.asIntN(BITS, value)
}
