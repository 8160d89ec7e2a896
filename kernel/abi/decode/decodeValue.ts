import { bugType } from '../bugTypes.ts'
import { errnoName, errnoNumber } from '../errnoNames.ts'
import { exitReasonMeaning } from '../exitReasons.ts'
import { fourCCValue } from '../fourCC.ts'
import { machException } from '../machExceptions.ts'
import { signalNumber } from '../signals.ts'
import { constantMeaning, constantNamed, constantsLike } from './constantNames.ts'
import { readings32, readings64, readingsOfPair } from './numberReadings.ts'
import { reading, type Decoding, type Reading, type ReadingKind } from './Reading.ts'

const MAX_INPUT = 200
const MAX_LIKE = 8

/** Words in front of a value that say what it is. */
const HINTS: readonly (readonly [pattern: RegExp, kinds: readonly ReadingKind[]])[] = [
  [/^(?:panic ?flags?)\b/iu, ['panic flags']],
  [/^bug_?type\b/iu, ['bug_type']],
  [/^esr(?:_el1)?\b/iu, ['ESR']],
  [/^errno\b/iu, ['errno', 'unix error']],
  [/^signal\b/iu, ['signal']],
  [/^exc_guard\b/iu, ['EXC_GUARD']],
  [/^exc_resource\b/iu, ['EXC_RESOURCE']],
  [/^(?:failure code|sleep|wake)\b/iu, ['sleep failure', 'sleep phase']],
  [/^(?:kern_return(?:_t)?|kr)\b/iu, ['kern_return', 'mach_msg_return', 'mig_return']],
  [/^ioreturn\b/iu, ['IOReturn', 'OSReturn']],
]

/** A number as people write it: `0x…`, signed decimal, eight bare hexadecimal digits. */
function numberOf(word: string): bigint | null {
  if (/^-?0x[0-9a-f]{1,16}$/iu.test(word)) return word.startsWith('-') ? -BigInt(word.slice(1)) : BigInt(word)
  if (/^0(?:\d{7}|\d{15})$/u.test(word)) return BigInt(`0x${word}`)
  if (/^-?\d{1,20}$/u.test(word)) return BigInt(word)
  return /^(?=.*[a-f])(?=.*\d)(?:[0-9a-f]{8}|[0-9a-f]{16})$/iu.test(word) ? BigInt(`0x${word}`) : null
}

/** The words of the input without what stands between numbers. */
function wordsOf(text: string): string[] {
  return text.split(/[\s,;=:()]+/u).filter((word) => word !== '' && !/^(?:code|namespace)$/iu.test(word))
}

function readingsOfNumber(value: bigint): Reading[] {
  if (value >= -0x8000_0000n && value <= 0xffff_ffffn) return readings32(Number(BigInt.asUintN(32, value)))
  return readings64(BigInt.asUintN(64, value))
}

/** `CODESIGNING 2`, `DYLD, Code 1`. */
function exitReasonReading(words: readonly string[]): Reading[] {
  const [namespace = '', code = ''] = words
  const value = numberOf(code)
  if (words.length !== 2 || value === null || !/^[A-Za-z_]+$/u.test(namespace)) return []
  const known = exitReasonMeaning(namespace.toUpperCase(), Number(value))
  const name = `${namespace.toUpperCase()} ${value}`
  return known === null ? [] : [reading('exit reason', name, known.meaning, { fit: 97 })]
}

function namedReadings(word: string): { value: number; readings: Reading[] } | null {
  const constant = constantNamed(word)
  if (constant !== null) {
    return { value: constant.value, readings: [reading(constant.kind, constant.name,
      constantMeaning(constant), { fit: 100 })] }
  }
  const errno = errnoNumber(word)
  if (errno !== null) {
    const { name, meaning } = errnoName(errno)!
    return { value: errno, readings: [reading('errno', name, meaning, { fit: 100 })] }
  }
  const signal = signalNumber(word)
  if (signal !== null) {
    const readings = [reading('signal', word.toUpperCase(), `signal ${signal}`, { fit: 100 })]
    return { value: signal, readings }
  }
  const exception = machException(word.toUpperCase())
  return exception === null ? null
    : { value: exception.number, readings: [reading('exception', exception.name, exception.meaning,
      { fit: 100 })] }
}

function likeReadings(word: string): Reading[] {
  if (!/^[A-Za-z][\w]{3,}$/u.test(word)) return []
  return constantsLike(word).slice(0, MAX_LIKE).map((constant) => {
    const hex = `0x${constant.value.toString(16)}`
    return reading(constant.kind, constant.name, `${hex}: ${constantMeaning(constant)}`, { fit: 10 })
  })
}

function decodingOf(input: string, value: bigint | null, readings: readonly Reading[]): Decoding {
  const word = value === null ? null : value < 0n && value >= -0x8000_0000n ? BigInt.asUintN(32, value)
    : BigInt.asUintN(64, value)
  return {
    input,
    hex: word === null ? null : `0x${word.toString(16)}`,
    signed32: word === null || word > 0xffff_ffffn ? null : Number(BigInt.asIntN(32, word)),
    unsigned: word === null ? null : word.toString(),
    readings: readings.toSorted((a, b) => b.fit - a.fit),
  }
}

/** Four letters in quotes, or bare ones that are no other word. */
function letterReadings(text: string): { value: number; readings: Reading[] } | null {
  const quoted = /^'([\x20-\x7e]{4})'$/u.exec(text)
  const value = quoted === null ? fourCCValue(text) : fourCCValue(quoted[1]!)
  if (value === null) return null
  const fit = quoted === null ? 40 : 99
  const name = `'${quoted?.[1] ?? text}'`
  return { value, readings: [reading('FourCC', name, `0x${value.toString(16)}`, { fit })] }
}

/**
 * Everything that a value may mean: results of I/O Kit and Mach in any notation or by name, exit reasons,
 * exception codes, panic flags, sleep failures, four letters, bug types. Pure, and quick enough for every key
 * stroke; no readings for text that is none of these. With `isPartial`, parts of names find names.
 */
export function decodeValue(text: string, isPartial = false): Decoding {
  const input = text.slice(0, MAX_INPUT).trim()
  const hint = HINTS.find(([pattern]) => pattern.test(input))
  const body = hint === undefined ? input : input.replace(hint[0], '')
  const words = wordsOf(body)
  const numbers = words.map(numberOf)
  const [first = null, second = null] = numbers
  if (words.length === 1 && first !== null) return hinted(decodingOf(input, first, readingsOfNumber(first)),
    hint?.[1])
  if (words.length === 2 && first !== null && second !== null) {
    const pair = readingsOfPair(BigInt.asUintN(64, first), BigInt.asUintN(64, second))
    return hinted(decodingOf(input, null, pair), hint?.[1])
  }
  const alone = words.length === 0 ? wordsOf(input) : words
  const named = alone.length === 1 ? namedReadings(alone[0]!) : null
  if (named !== null) return decodingOf(input, BigInt(named.value), named.readings)
  const reasons = exitReasonReading(wordsOf(input))
  if (reasons.length > 0) return decodingOf(input, null, reasons)
  const letters = letterReadings(text.slice(0, MAX_INPUT)) ?? letterReadings(input)
  const like = isPartial && words.length === 1 ? likeReadings(words[0]!) : []
  return decodingOf(input, letters === null ? null : BigInt(letters.value), [...letters?.readings ?? [],
    ...like])
}

/** What the hint says is certain; a bug type that no table knows is still one. */
function hinted(decoding: Decoding, kinds: readonly ReadingKind[] | undefined): Decoding {
  if (kinds === undefined) return decoding
  const readings = decoding.readings.filter(({ kind }) => kinds.includes(kind)).map((one) => ({ ...one,
    fit: 99 }))
  if (readings.length > 0 || !kinds.includes('bug_type')
    || decoding.unsigned === null) return { ...decoding, readings }
  const title = bugType(Number(decoding.unsigned))?.title ?? 'no bug type that is known here'
  return { ...decoding, readings: [reading('bug_type', null, title, { fit: 99 })] }
}
