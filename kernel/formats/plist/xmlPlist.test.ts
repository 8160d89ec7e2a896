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

/** Markup of the long way in every part of a document that is several windows long. */
function longDocument(shift: number): string {
  const next = chance(SEED + shift)
  const long = ['<string>a &amp; b, café</string>', '<string><![CDATA[<raw>]]> and more</string>', '<!-- between --><true/>',
    '<integer size="32">0x1f</integer>', '<string ID="7">kept under a number</string><string IDREF="7"/>']
  const items = ['\n'.repeat(shift)]
  for (let i = 0; i < 4_000; i++) {
    items.push(next(9) === 0 ? long[next(long.length)]! : `<string>item ${i} of many, number ${next(900)}</string>`,
      next(3) === 0 ? `<data>${'QUJD'.repeat(next(20))}</data>` : '\n\t')
  }
  return `<?xml version="1.0"?><!DOCTYPE plist><plist version="1.0"><array>${items.join('')}</array></plist>`
}

test('a document of many windows is read as its text is, wherever the windows end', () => {
  for (let shift = 0; shift < 12; shift++) {
    const text = longDocument(shift * 7)
    let longest = 0
    const result = parseXmlPlist(encodeUtf8Lossless(text), {
      decodeLatin1: (bytes) => {
        longest = Math.max(longest, bytes.length)
        return decodeLatin1(bytes)
      },
    })
    expect(result.ok && longest < text.length / 2).toBe(true)
    expect(bytesOf(result)).toEqual(bytesOf(parseXmlPlist(text)))
  }
})

test('an element that is longer than a window is read all the same', () => {
  const text = longDocument(1).replace('<array>', `<array><string>${'&lt;'.repeat(50_000)}</string>`)
  const result = parseXmlPlist(encodeUtf8Lossless(text))
  expect(result.ok && Array.isArray(result.value) && result.value[0]).toBe('<'.repeat(50_000))
  expect(bytesOf(result)).toEqual(bytesOf(parseXmlPlist(text)))
})

test('a fault far into a long document has its line and column', () => {
  const text = longDocument(3).replace('</array>', '\n  <integer>x</integer></array>').replaceAll('é', 'e')
  const problems = bytesOf(parseXmlPlist(encodeUtf8Lossless(text)))
  expect(problems).toEqual(bytesOf(parseXmlPlist(text)))
  expect(problems).toMatchObject([{ line: text.slice(0, text.indexOf('<integer>x')).split('\n').length, column: 3 }])
})

/** Problems, or the tree written out: data that is not decoded yet compares by its bytes. */
function bytesOf(result: ReturnType<typeof parseXmlPlist>): unknown {
  return result.ok ? writeXmlPlist(result.value, { keepsOrder: true }) : result.problems
}
