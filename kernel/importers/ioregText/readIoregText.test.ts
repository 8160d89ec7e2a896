import { expect, test } from 'vitest'
import {
  ImportedArray,
  ImportedData,
  ImportedDictionary,
  ImportedOther,
  ImportedString,
} from '../ImportedRegistry.ts'
import { MAX_PROBLEMS, MAX_VALUE_DEPTH } from '../limits.ts'
import { readIoregText } from './readIoregText.ts'

/** One entry with the given property lines. */
function entryWith(...lines: string[]): string {
  return [
    '+-o Pear  <class Pear, retain 1>',
    '    {',
    ...lines.map((line) => `      ${line}`),
    '    }',
    '    ',
    '',
  ].join('\n')
}

function valueOf(printed: string) {
  return readIoregText(entryWith(`"key" = ${printed}`)).rows[0]?.properties?.get('key')
}

test('a tree line of every generation gives its facts', () => {
  const lines = [
    '+-o Pear@1,a  <class Pear, retain count 5>',
    '+-o Pear  <class Pear, !registered, !matched, active, busy 2, retain 6>',
    '+-o Pear  <class Pear, id 0x100000abc, registered, matched, inactive, busy 0 (12 ms), retain 7>',
    '+-o Pear  <class Base:Fruit:Pear, id 0x100000abd, registered, matched, active, busy 0 (0 ms), retain 8>',
  ]
  const { rows, style, linesUnderstood } = readIoregText(lines.join('\n'))
  expect(linesUnderstood).toBe(4)
  expect(style).toMatchObject({ retainWord: 'retain count', printsIds: true, printsInheritance: true })
  expect(rows[0]).toMatchObject({
    name: 'Pear',
    location: '1,a',
    state: null,
    retain: 5,
    id: 0,
    busyTimeNs: null,
  })
  expect(rows[1]).toMatchObject({ location: null, state: 0, busy: 2, busyTimeNs: null })
  expect(rows[2]).toMatchObject({ id: 0x100000abc, state: 7, busyTimeNs: 12_000_000 })
  expect(rows[3]).toMatchObject({
    className: 'Pear',
    inheritance: ['Base', 'Fruit', 'Pear'],
    state: 6,
    busyTimeNs: 0,
  })
})

test('integers are exact in 64 bits and 32-bit negatives are recognised', () => {
  expect(valueOf('4294967295')).toBe(4294967295)
  expect(valueOf('9007199254740993')).toBe(9007199254740993n)
  expect(valueOf('18446744073709551615')).toBe(-1)
  expect(valueOf('18446744073660268544')).toBe(0xfd100000 - 2 ** 32)
  expect(valueOf('9223372036854775808')).toBe(9223372036854775808n)
  expect(valueOf('0xffffffffffffffff')).toBe(-1)
})

test('data is kept with the form in which it was shown', () => {
  const hex = valueOf('<0610ff>')
  expect(hex instanceof ImportedData && [...hex.bytes()]).toEqual([6, 0x10, 0xff])
  const text = valueOf('<"ab","c">')
  expect(text instanceof ImportedData && [...text.bytes()]).toEqual([0x61, 0x62, 0, 0x63, 0])
  expect(text).toMatchObject({ form: 'text' })
})

test('strings keep quotes, line breaks and bytes that are not UTF-8', () => {
  expect(valueOf('"a "b", c"')).toBe('a "b", c')
  expect(valueOf('"one\ntwo = "x"\n"')).toBe('one\ntwo = "x"\n')
  expect(valueOf('"caf\xc3\xa9 \xff"')).toBe('café \udcff')
  expect(valueOf('')).toBeInstanceOf(ImportedString)
})

test('nested values keep their order, also where a string holds what looks like structure', () => {
  const value = valueOf('{"z"=("x","a (b)"),"a"=[1,2],"n"=,"d"=<"<i id="1">x</i>">,"e"={}}')
  expect(value).toBeInstanceOf(ImportedDictionary)
  if (!(value instanceof ImportedDictionary)) return
  expect(value.keys).toEqual(['z', 'a', 'n', 'd', 'e'])
  expect(value.values[0]).toEqual(new ImportedArray(['x', 'a (b)'], 'array'))
  expect(value.values[1]).toEqual(new ImportedArray([1, 2], 'set'))
  expect(value.values[2]).toBeInstanceOf(ImportedString)
  expect(value.values[3]).toEqual(new ImportedData('"<i id="1">x</i>"', 'text'))
})

test('dictionaries of one list share their keys only while these are the same', () => {
  const value = valueOf('({"a"=1,"b"=2},{"a"=3,"b"=4},{"a"=5,"c"=6},{"a"=7})')
  const keys =
    value instanceof ImportedArray ? value.values.map((item) => (item as ImportedDictionary).keys) : []
  expect(keys).toEqual([['a', 'b'], ['a', 'b'], ['a', 'c'], ['a']])
  expect(keys[1]).toBe(keys[0])
})

test('a key is never taken for the one before that begins with the same bytes', () => {
  const value = valueOf('({"\xc3\xa9"=1},{"\xc3"=2},{"\xc3\xa9"=3},{"\xc3\xa9a"=4})')
  const keys =
    value instanceof ImportedArray ? value.values.map((item) => (item as ImportedDictionary).keys) : []
  expect(keys).toEqual([['é'], ['\udcc3'], ['é'], ['éa']])
})

test('masked values stay text without a problem', () => {
  expect(valueOf('<--->')).toEqual(new ImportedOther('<--->', 'masked'))
  expect(valueOf('<00XX11>')).toEqual(new ImportedOther('<00XX11>', 'masked'))
  expect(valueOf('XXXXX')).toEqual(new ImportedOther('XXXXX', 'masked'))
  expect(valueOf('00000')).toEqual(new ImportedOther('00000', 'masked'))
})

test('a value that makes no sense is kept as text and told with line and column', () => {
  const { rows, problems, linesTotal, linesUnderstood } = readIoregText(
    entryWith('"key" = {"a"=1,"b"', '"next" = 2'),
  )
  expect(rows[0]?.properties?.get('key')).toEqual(new ImportedOther('{"a"=1,"b"', 'unreadable'))
  expect(rows[0]?.properties?.get('next')).toBe(2)
  expect(problems).toMatchObject([{ line: 3, column: 22 }])
  expect([linesTotal, linesUnderstood]).toEqual([6, 5])
})

test('lines cut at the width of a terminal are told from lines cut elsewhere', () => {
  const clipped = readIoregText(entryWith('"key" = "abc$'))
  expect(clipped).toMatchObject({ clippedLines: 1, clippedAtTerminalWidth: true, problems: [] })
  expect(clipped.rows[0]?.properties?.get('key')).toEqual(new ImportedOther('"abc$', 'clipped'))
  const long = readIoregText(entryWith(`"key" = "${'x'.repeat(2_000)}$`))
  expect(long).toMatchObject({ clippedLines: 1, clippedAtTerminalWidth: false })
})

test('entries with one id are one entry, entries without are each their own', () => {
  const withIds = readIoregText(
    '+-o A  <class A, id 0x1, retain 1>\n  +-o B  <class B, id 0x2, retain 1>\n+-o B  <class B, id 0x2, retain 1>',
  )
  expect(withIds.rows.map((row) => row.entry)).toEqual([0, 1, 1])
  expect(readIoregText('+-o A  <class A, retain 1>\n+-o A  <class A, retain 1>').entryCount).toBe(2)
})

test('titles and second roots begin new sections', () => {
  const root = '+-o Root  <class IORegistryEntry, retain 1>\n'
  const { sections } = readIoregText(`IOService:\n${root}IODeviceTree:\n${root}${root}`)
  expect(sections.map((section) => section.title)).toEqual(['IOService', 'IODeviceTree', null])
  expect(sections.map((section) => section.firstRow)).toEqual([0, 1, 2])
})

test('lines that are no part of a dump are told with their numbers', () => {
  const { problems, rows } = readIoregText('$ ioreg -l\n+-o A  <class A, retain 1>\nlogout\n')
  expect(rows).toHaveLength(1)
  expect(problems.map((problem) => problem.line)).toEqual([1, 3])
})

test('the line ending of the dump is told', () => {
  const { style, rows } = readIoregText(
    '+-o A  <class A, retain 1>\r\n    {\r\n      "k" = "v"\r\n    }\r\n',
  )
  expect(style).toMatchObject({ lineEnding: '\r\n', endsWithNewline: true })
  expect(rows[0]?.properties?.get('k')).toBe('v')
})

test('nesting beyond the limit stays text', () => {
  const depth = MAX_VALUE_DEPTH + 1
  expect(valueOf('('.repeat(depth) + ')'.repeat(depth))).toBeInstanceOf(ImportedOther)
  expect(valueOf('('.repeat(depth - 1) + ')'.repeat(depth - 1))).toBeInstanceOf(ImportedArray)
})

test('only so many problems are told one by one', () => {
  const { problems } = readIoregText('?\n'.repeat(MAX_PROBLEMS + 50))
  expect(problems).toHaveLength(MAX_PROBLEMS + 2)
  expect(problems[MAX_PROBLEMS + 1]?.message).toBe('50 more problems are not listed one by one.')
})
