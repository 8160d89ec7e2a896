import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { decodeText } from '../../libsystem/text.ts'
import { concatenate } from '../../libsystem/streams.ts'
import { parseOptions } from '../support/inputs.ts'
import { trMan } from './tr.man.ts'

const USAGE = 'usage: tr [-Ccsu] string1 string2\n       tr [-Ccu] -d string1\n       tr [-Ccu] -s string1\n'
  + '       tr [-Ccu] -ds string1 string2'
const ESCAPES = new Map([['n', '\n'], ['t', '\t'], ['r', '\r'], ['f', '\f'], ['v', '\v'], ['b', '\b'], ['a', '\x07']])
const CLASSES = new Map<string, RegExp>([
  ['alpha', /[A-Za-z]/], ['digit', /[0-9]/], ['alnum', /[A-Za-z0-9]/], ['upper', /[A-Z]/], ['lower', /[a-z]/],
  ['space', /[\t-\r ]/], ['blank', /[ \t]/], ['punct', /[!-/:-@[-`{-~]/], ['xdigit', /[0-9A-Fa-f]/],
  ['cntrl', /[\0-\x1f\x7f]/], ['print', /[ -~]/], ['graph', /[!-~]/],
])

/** The characters a string of tr stands for, in order. */
export function expandSet(text: string): string[] {
  const result: string[] = []
  const characters = [...text]
  let at = 0
  const next = (): string => {
    const character = characters[at++]!
    if (character !== '\\' || at >= characters.length) return character
    const octal = /^[0-7]{1,3}/.exec(characters.slice(at, at + 3).join(''))
    if (octal !== null) {
      at += octal[0].length
      return String.fromCharCode(parseInt(octal[0], 8))
    }
    const escaped = characters[at++]!
    return ESCAPES.get(escaped) ?? escaped
  }
  while (at < characters.length) {
    const named = /^\[:([a-z]+):\]/.exec(characters.slice(at, at + 12).join(''))
    const test = CLASSES.get(named?.[1] ?? '')
    if (named !== null && test !== undefined) {
      at += named[0].length
      for (let code = 0; code < 128; code++) if (test.test(String.fromCharCode(code))) result.push(String.fromCharCode(code))
      continue
    }
    const first = next()
    if (characters[at] === '-' && at + 1 < characters.length) {
      at++
      addRange(result, first, next())
    } else result.push(first)
  }
  return result
}

function addRange(result: string[], first: string, last: string): void {
  const [start, end] = [first.codePointAt(0)!, last.codePointAt(0)!]
  for (let code = start; code <= end && code - start < 0x10000; code++) result.push(String.fromCodePoint(code))
}

/** What tr does to each character: the text that takes its place. */
function translator(letters: ReadonlySet<string>, first: readonly string[], second: readonly string[]): (character: string) => string {
  const complement = letters.has('c') || letters.has('C')
  const members = new Set(first)
  const isMember = (character: string): boolean => members.has(character) !== complement
  if (letters.has('d')) return (character) => (isMember(character) ? '' : character)
  if (second.length === 0) return (character) => character
  const last = second.at(-1)!
  if (complement) return (character) => (isMember(character) ? last : character)
  const table = new Map<string, string>()
  first.forEach((character, index) => table.set(character, second[index] ?? last))
  return (character) => table.get(character) ?? character
}

/** Whole characters of a chunk; the bytes of a half one stay for the next. */
function splitWhole(bytes: Uint8Array): [Uint8Array, Uint8Array] {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if ((byte & 0xc0) === 0x80) continue
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    const end = size > back ? bytes.length - back : bytes.length
    return [bytes.subarray(0, end), bytes.subarray(end)]
  }
  return [bytes, new Uint8Array(0)]
}

function* main(process: Process): KernelThread<number> {
  const parsed = yield* parseOptions(process, 'Ccdsu', USAGE)
  if (parsed === null) return 1
  const letters = new Set(parsed.options.map(({ option }) => option))
  const [one, two] = parsed.operands
  const wantsTwo = letters.has('d') === letters.has('s') && !(letters.has('d') && !letters.has('s'))
  if (one === undefined || (wantsTwo && two === undefined) || parsed.operands.length > 2) {
    yield* process.stderr.write(USAGE + '\n')
    return 1
  }
  const first = expandSet(one)
  const second = two === undefined ? [] : expandSet(two)
  const translate = translator(letters, first, second)
  const squeezed = new Set(two === undefined ? first : second)
  const inverted = two === undefined && (letters.has('c') || letters.has('C'))
  let previous = ''
  let rest = new Uint8Array(0)
  for (let chunk = yield* process.stdin.read(); chunk !== null; chunk = yield* process.stdin.read()) {
    const [whole, half] = splitWhole(rest.length > 0 ? concatenate([rest, chunk]) : chunk)
    rest = new Uint8Array(half)
    let output = ''
    for (const character of decodeText(whole)) {
      const changed = translate(character)
      if (letters.has('s') && changed !== '' && changed === previous && squeezed.has(changed) !== inverted) continue
      if (changed !== '') previous = changed
      output += changed
    }
    yield* process.stdout.write(output)
    if (letters.has('u')) yield* process.stdout.flush()
  }
  return 0
}

export const tr = defineCommand({
  name: 'tr', path: '/usr/bin/tr', summary: 'translate characters', man: trMan, main,
})
