import { expect, test } from 'vitest'
import { importedPlanes, importedSnapshot } from '../importedSnapshot.ts'
import { registrySummary } from '../registrySummary.ts'
import { readIoregText } from './readIoregText.ts'

const SEED = 20250309
const ROUNDS = 400

/** A small generator of repeatable chance (Park and Miller). */
function chance(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48271) % 2147483647
    return state % below
  }
}

const DUMP = `IOService:
+-o Root  <class IORegistryEntry, id 0x100000100, retain 21>
  | {
  |   "a" = {"x"=(1,<"t","u">,<00ff>),"s"=["q"],"n"=,"y"=Yes}
  |   "b" = "text
over "lines""
  | }
  | 
  +-o Pear@0,1  <class A:B:C, id 0x100000200, registered, !matched, inactive, busy 3 (5 ms), retain 2>
      {
        "c" = 18446744073709551615
      }
      
`

const PIECES = [
  '"',
  '<',
  '>',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '=',
  ',',
  '\n',
  '$',
  '+-o ',
  ' = ',
  '| ',
  'IOUSB:\n',
  '\x80',
  '\0',
  '<"',
  '">',
  '9'.repeat(40),
]

function mutated(next: (below: number) => number): string {
  let text = DUMP.repeat(1 + next(2))
  for (let i = next(12); i >= 0; i--) {
    const at = next(text.length + 1)
    const piece = PIECES[next(PIECES.length)] ?? ''
    text = text.slice(0, at) + (next(3) === 0 ? '' : piece) + text.slice(at + next(3) * next(40))
  }
  return text
}

test(`damaged dumps are read without a fault, every line counted (seed ${SEED})`, () => {
  const next = chance(SEED)
  for (let round = 0; round < ROUNDS; round++) {
    const text = mutated(next)
    const registry = readIoregText(text)
    const lines = text.split('\n').length - (text.endsWith('\n') || text === '' ? 1 : 0)
    expect(registry.linesTotal, `round ${round}`).toBe(lines)
    expect(registry.linesUnderstood).toBeLessThanOrEqual(lines)
    expect(registry.rows.every((row, i) => row.parent < i && row.depth >= 0)).toBe(true)
    expect(registrySummary(registry).entries).toBe(registry.rows.length)
    for (const plane of importedPlanes(registry)) importedSnapshot(registry, plane, 'import:1')
  }
})

test('bytes and their one-character-per-byte string read alike', () => {
  const next = chance(SEED + 1)
  for (let round = 0; round < 50; round++) {
    const text = mutated(next)
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0))
    expect(readIoregText(bytes)).toEqual(readIoregText(text))
  }
})

test('input made to be slow takes time in proportion to its length', () => {
  const makers = [
    (n: number) => `+-o A  <class A>\n  {\n    "k" = ${'('.repeat(n)}\n`,
    (n: number) => `+-o A  <class A>\n  {\n    "k" = ("${'"'.repeat(n)}\n`,
    (n: number) => `+-o A  <class A>\n  {\n    "k" = <"${'">'.repeat(n)}x\n`,
    (n: number) => `+-o A  <class A>\n  {\n${'    "k" = "\n'.repeat(n / 8)}`,
    (n: number) => `+-o A  <class A>\n  {\n${'    "k\n'.repeat(n / 8)}`,
    (n: number) => `+-o A  <class A>\n  {\n    "k" = {${'"a'.repeat(n)}\n`,
  ]
  for (const make of makers) {
    expect(readIoregText(make(200_000)).linesTotal).toBeGreaterThan(2)
  }
}, 5_000)
