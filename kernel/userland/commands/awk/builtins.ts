import { formatPrintf } from '../../libsystem/printf.ts'
import { allMatches, type Regex } from '../../libsystem/regex/index.ts'
import { AwkError, bounded } from './AwkError.ts'
import type { AwkRuntime } from './AwkRuntime.ts'
import { splitFields } from './Record.ts'
import { InputText, toNumber, type Value } from './value.ts'

/** A function of numbers and texts alone. */
type Plain = (runtime: AwkRuntime, values: readonly Value[]) => Value

/** The functions that need neither arrays, nor targets, nor time. */
export const PLAIN_BUILTINS: ReadonlyMap<string, Plain> = new Map<string, Plain>([
  ['substr', substr],
  ['index', (runtime, [text, part]) => position(runtime.text(text), runtime.text(part))],
  ['sprintf', (runtime, values) => formatValues(runtime, values)],
  ['int', (_, [value]) => Math.trunc(toNumber(value))],
  ['sqrt', (_, [value]) => Math.sqrt(toNumber(value))],
  ['rand', (runtime) => runtime.nextRandom()],
  ['srand', (runtime, [seed]) => runtime.reseed(seed === undefined ? null : toNumber(seed))],
  ['tolower', (runtime, [text]) => runtime.text(text).toLowerCase()],
  ['toupper', (runtime, [text]) => runtime.text(text).toUpperCase()],
])

function position(text: string, part: string): number {
  const at = text.indexOf(part)
  return at < 0 ? 0 : [...text.slice(0, at)].length + 1
}

function substr(runtime: AwkRuntime, [value, from, length]: readonly Value[]): Value {
  const characters = [...runtime.text(value)]
  const start = Math.round(toNumber(from))
  const end = length === undefined ? Infinity : start + Math.round(toNumber(length))
  return characters.slice(Math.max(0, start - 1), Math.max(0, end - 1)).join('')
}

/** sprintf: the first value is the format. */
export function formatValues(runtime: AwkRuntime, values: readonly Value[]): string {
  let at = 1
  return formatPrintf(runtime.text(values[0]), () => {
    if (at >= values.length) throw new AwkError(`not enough args in printf(${runtime.text(values[0])})`)
    const value = values[at++]
    return typeof value === 'number' ? value : runtime.text(value)
  }).text
}

/** split: fills `array` from 1 and answers the count. */
export function splitInto(
  runtime: AwkRuntime, text: string, array: Map<string, Value>, separator: string | Regex,
): number {
  array.clear()
  const parts = splitFields(text, separator, runtime.cache)
  parts.forEach((part, index) => array.set(String(index + 1), new InputText(part)))
  return parts.length
}

/** sub and gsub on a text: the new text and how many places were changed. */
export function substitute(
  text: string, regex: Regex, replacement: string, global: boolean,
): { text: string; count: number } {
  const parts = replacementParts(replacement)
  let result = ''
  let at = 0
  let count = 0
  for (const match of allMatches(regex, text)) {
    const found = text.slice(match.start, match.end)
    result = bounded(result + text.slice(at, match.start) + parts.map((part) => part ?? found).join(''))
    at = match.end
    count++
    if (!global) break
  }
  return { text: result + text.slice(at), count }
}

/** The pieces of a replacement; null stands for the match. */
function replacementParts(replacement: string): (string | null)[] {
  const parts: (string | null)[] = []
  for (const match of replacement.matchAll(/\\\\&|\\&|&|[^\\&]+|\\/g)) {
    if (match[0] === '&') parts.push(null)
    else if (match[0] === '\\&') parts.push('&')
    else if (match[0] === '\\\\&') parts.push('\\', null)
    else parts.push(match[0])
  }
  return parts
}

/** match: sets RSTART and RLENGTH and answers RSTART. */
export function matchIn(runtime: AwkRuntime, text: string, regex: Regex): number {
  const match = regex.exec(text)
  const start = match === null ? 0 : [...text.slice(0, match.start)].length + 1
  runtime.set('RSTART', start)
  runtime.set('RLENGTH', match === null ? -1 : [...text.slice(match.start, match.end)].length)
  return start
}
