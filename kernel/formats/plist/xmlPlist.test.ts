import { expect, test } from 'vitest'
import { decodeLatin1, encodeUtf8Lossless } from '../utf8.ts'
import {
  parsePlist, parseXmlPlist, PlistData, PlistDate, PlistReal, writeBinaryPlist, writeXmlPlist,
  writeXmlPlistBytes, type PlistValue,
} from './index.ts'

const SEED = 20250711
const ROUNDS = 600

/** A small generator of repeatable chance (Park and Miller). */
function chance(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48271) % 2147483647
    return state % below
  }
}

const TREE: PlistValue = new Map<string, PlistValue>([
  ['numbers', [0, -1, 9007199254740991, 2n ** 63n, 2n ** 64n - 1n, 123456789012345]],
  ['texts', ['', 'plain', 'a < b & c > d', 'caf\u00e9 \u{1f980}', 'x'.repeat(60)]],
  ['flags', new Map<string, PlistValue>([['yes', true], ['no', false]])],
  ['data', [0, 1, 2, 100].map((length) => new PlistData(Uint8Array.from({ length }, (_, i) => i * 7)))],
  ['others', [new PlistReal(1.5), new PlistDate(86_400), new Map(), []]],
  ['again', [1, 2, 3].map((n) => new Map<string, PlistValue>([['zeta', n], ['alpha', 'same']]))],
])

const PIECES = [
  '<', '>', '&', '&amp;', '</', '<key>', '</key>', '<integer>', '<true/>', '<dict>', '</dict>', ' ', '\n',
  '<!-- c -->', '99999999999999999999', '18446744073709551615', '-', '\t\t\t\t\t', '<string/>', '<array>',
  '<![CDATA[x]]>',
]

test('what was written is read again, from XML and binary alike, and written to the same bytes', () => {
  const xml = writeXmlPlistBytes(TREE)
  for (const bytes of [xml, writeBinaryPlist(TREE)]) {
    const read = parsePlist(bytes)
    expect(read.ok && writeXmlPlist(read.value)).toBe(writeXmlPlist(TREE))
  }
  expect(encodeUtf8Lossless(writeXmlPlist(TREE))).toEqual(xml)
})

test('equal numbers are one object in a binary property list, whatever holds them', () => {
  expect(writeBinaryPlist([5, 5n, 2n ** 63n, 2n ** 63n])).toHaveLength(writeBinaryPlist([5, 2n ** 63n]).length + 2)
})

test(`damaged documents are read alike on the short way and on the long one (seed ${SEED})`, () => {
  const next = chance(SEED)
  const whole = decodeLatin1(writeXmlPlistBytes(TREE)).replaceAll(/[^\n\t -~]/g, 'e')
  for (let round = 0; round < ROUNDS; round++) {
    let text = whole
    for (let i = next(6); i >= 0; i--) {
      const at = next(text.length + 1)
      const piece = next(3) === 0 ? '' : PIECES[next(PIECES.length)]!
      text = text.slice(0, at) + piece + text.slice(at + next(2) * next(30))
    }
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0))
    expect(bytesOf(parseXmlPlist(bytes)), `round ${round}`).toEqual(bytesOf(parseXmlPlist(text)))
  }
})

/** Problems, or the tree written out: data that is not decoded yet compares by its bytes. */
function bytesOf(result: ReturnType<typeof parseXmlPlist>): unknown {
  return result.ok ? writeXmlPlist(result.value, { keepsOrder: true }) : result.problems
}
