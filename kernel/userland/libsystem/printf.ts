/** Gives the next argument of a format, or null when there are no more. */
export type NextArgument = () => string | number | null

export interface PrintfResult {
  readonly text: string
  /** `\c` in a `%b` argument, or in the format of printf(1): nothing more is printed. */
  readonly stopped: boolean
  /** Arguments that are no numbers where a number was wanted. */
  readonly badNumbers: readonly string[]
}

const ESCAPES = new Map([
  ['a', '\x07'], ['b', '\b'], ['e', '\x1b'], ['f', '\f'], ['n', '\n'], ['r', '\r'], ['t', '\t'], ['v', '\v'],
  ['\\', '\\'], ["'", "'"], ['"', '"'],
])
const CONVERSION = /^%([-+ #0']*)(\*|[0-9]+)?(?:\.(\*|[0-9]*))?(?:hh|h|ll|l|j|z|t|q|L)?([diouxXeEfFgGaAcsb%])/
const MAX_WIDTH = 10_000

interface Spec {
  readonly flags: string
  readonly width: number
  readonly precision: number | null
  readonly letter: string
}

/** Replaces the backslash escapes of printf and `echo -e`. `stopped` when `\c` was met. */
export function unescapeText(text: string): { text: string; stopped: boolean } {
  let result = ''
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!
    if (character !== '\\' || i + 1 >= text.length) {
      result += character
      continue
    }
    const rest = text.slice(i + 1)
    if (rest.startsWith('c')) return { text: result, stopped: true }
    const coded = /^(?:0([0-7]{0,3})|([1-7][0-7]{0,2})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4}))/.exec(rest)
    const plain = ESCAPES.get(rest[0]!)
    if (coded !== null) {
      const [whole, zero, octal, hex, unicode] = coded
      const code = hex ?? unicode
      result += String.fromCharCode(code === undefined ? parseInt((zero ?? octal) || '0', 8) : parseInt(code, 16))
      i += whole.length
    } else if (plain !== undefined) {
      result += plain
      i++
    } else result += character
  }
  return { text: result, stopped: false }
}

/** Formats as C's printf: flags, width, precision, d i o u x X e f g c s, and b of printf(1). */
export function formatPrintf(format: string, next: NextArgument): PrintfResult {
  let text = ''
  const badNumbers: string[] = []
  for (let i = 0; i < format.length; i++) {
    if (format[i] !== '%') {
      text += format[i]!
      continue
    }
    const match = CONVERSION.exec(format.slice(i, i + 40))
    if (match === null) {
      text += '%'
      continue
    }
    i += match[0].length - 1
    if (match[4] === '%') {
      text += '%'
      continue
    }
    const spec = specOf(match, next)
    if (spec.letter === 'b') {
      const { text: inner, stopped } = unescapeText(String(next() ?? ''))
      text += pad(clip(inner, spec), spec)
      if (stopped) return { text, stopped, badNumbers }
    } else text += convert(spec, next, badNumbers)
  }
  return { text, stopped: false, badNumbers }
}

function specOf(match: RegExpExecArray, next: NextArgument): Spec {
  let flags = match[1]!
  let width = match[2] === '*' ? toInteger(next()) : Number(match[2] ?? 0)
  if (width < 0) {
    flags += '-'
    width = -width
  }
  const given = match[3]
  const precision = given === undefined ? null : given === '*' ? toInteger(next()) : Number(given)
  return { flags, width: Math.min(width, MAX_WIDTH), precision: capped(precision), letter: match[4]! }
}

function capped(precision: number | null): number | null {
  return precision === null || precision < 0 ? null : Math.min(precision, 100)
}

function toInteger(value: string | number | null): number {
  const number = Math.trunc(Number(value ?? 0))
  return Number.isFinite(number) ? number : 0
}

function convert(spec: Spec, next: NextArgument, badNumbers: string[]): string {
  const { letter } = spec
  if (letter === 's') return pad(clip(String(next() ?? ''), spec), spec)
  if (letter === 'c') {
    const value = next() ?? ''
    const character = typeof value === 'number' ? String.fromCodePoint(Math.trunc(value) & 0x1fffff) : [...value][0] ?? ''
    return pad(character, spec)
  }
  if ('eEfFgGaA'.includes(letter)) return pad(floating(numberArgument(next(), badNumbers), spec), spec, true)
  return pad(integer(integerArgument(next(), badNumbers), spec), spec, spec.precision === null)
}

function clip(text: string, spec: Spec): string {
  return spec.precision === null ? text : [...text].slice(0, spec.precision).join('')
}

function pad(text: string, spec: Spec, numeric = false): string {
  const missing = spec.width - [...text].length
  if (missing <= 0) return text
  if (spec.flags.includes('-')) return text + ' '.repeat(missing)
  if (!numeric || !spec.flags.includes('0')) return ' '.repeat(missing) + text
  const sign = /^(?:[-+ ]?0[xX]|[-+ ])?/.exec(text)![0]
  return sign + '0'.repeat(missing) + text.slice(sign.length)
}

function signOf(negative: boolean, flags: string): string {
  if (negative) return '-'
  return flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''
}

function integer(value: bigint, spec: Spec): string {
  const { letter, flags } = spec
  const signed = letter === 'd' || letter === 'i'
  const shown = signed ? (value < 0n ? -value : value) : BigInt.asUintN(64, value)
  const radix = letter === 'o' ? 8 : letter === 'x' || letter === 'X' ? 16 : 10
  let digits = shown.toString(radix).padStart(spec.precision ?? 1, '0')
  if (spec.precision === 0 && shown === 0n) digits = ''
  if (flags.includes("'") && radix === 10) digits = digits.replace(/\B(?=(?:\d{3})+$)/g, ',')
  let prefix = signed ? signOf(value < 0n, flags) : ''
  if (flags.includes('#') && shown !== 0n) prefix += radix === 16 ? '0x' : radix === 8 ? '0' : ''
  const whole = prefix + digits
  return letter === 'X' ? whole.toUpperCase() : whole
}

function floating(value: number, spec: Spec): string {
  const { letter, flags } = spec
  const upper = letter === letter.toUpperCase()
  const negative = value < 0 || Object.is(value, -0)
  const magnitude = Math.abs(value)
  const kind = letter.toLowerCase()
  let text: string
  if (!Number.isFinite(magnitude)) text = Number.isNaN(magnitude) ? 'nan' : 'inf'
  else if (kind === 'f') text = fixed(magnitude, spec.precision ?? 6)
  else if (kind === 'e') text = exponential(magnitude, spec.precision ?? 6)
  else text = general(magnitude, spec.precision ?? 6, flags.includes('#'))
  const whole = signOf(negative, flags) + text
  return upper ? whole.toUpperCase() : whole
}

/** `toFixed` for all magnitudes: beyond 1e21 the number is an integer and prints exactly. */
function fixed(value: number, precision: number): string {
  if (value < 1e21) return value.toFixed(precision)
  return BigInt(value).toString() + (precision > 0 ? '.' + '0'.repeat(precision) : '')
}

function exponential(value: number, precision: number): string {
  return value.toExponential(precision).replace(/e([-+])(\d)$/, 'e$10$2')
}

function general(value: number, wanted: number, keepZeros: boolean): string {
  const precision = wanted === 0 ? 1 : wanted
  const exponent = value === 0 ? 0 : Number(value.toExponential(precision - 1).split('e')[1])
  const text = exponent < -4 || exponent >= precision
    ? exponential(value, precision - 1)
    : fixed(value, Math.max(0, precision - 1 - exponent))
  if (keepZeros || !text.includes('.')) return text
  return text.replace(/\.?0+(?=e|$)/, '')
}

function numberArgument(value: string | number | null, badNumbers: string[]): number {
  if (value === null) return 0
  if (typeof value === 'number') return value
  const trimmed = value.trim()
  if (/^['"]/.test(trimmed)) return trimmed.codePointAt(1) ?? 0
  const match = /^[-+]?(?:0[xX][0-9a-fA-F]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|inf(?:inity)?|nan)/i.exec(trimmed)
  if (match === null || match[0].length !== trimmed.length) badNumbers.push(value)
  if (match === null) return 0
  const text = match[0].toLowerCase()
  if (/^[-+]?inf/.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  if (text.endsWith('nan')) return NaN
  return text.startsWith('-') ? -Number(text.slice(1)) : Number(text.replace(/^\+/, ''))
}

function integerArgument(value: string | number | null, badNumbers: string[]): bigint {
  if (value === null) return 0n
  if (typeof value === 'number') return Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n
  const trimmed = value.trim()
  if (/^['"]/.test(trimmed)) return BigInt(trimmed.codePointAt(1) ?? 0)
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|[0-9]+)/.exec(trimmed)
  if (match === null || match[0].length !== trimmed.length) badNumbers.push(value)
  if (match === null) return 0n
  const digits = match[2]!
  const magnitude = BigInt(/^0[0-7]+$/.test(digits) ? '0o' + digits.slice(1) : digits.replace(/^0+(?=[0-9])/, ''))
  return match[1] === '-' ? -magnitude : magnitude
}
