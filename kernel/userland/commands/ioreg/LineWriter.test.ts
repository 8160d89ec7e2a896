import { expect, test } from 'vitest'
import { LineWriter } from './LineWriter.ts'

function written(width: number, ...parts: string[]): string {
  const writer = new LineWriter(width)
  for (const part of parts) writer.print(part)
  writer.endLine()
  return String.fromCharCode(...writer.take())
}

test('a line of width - 1 characters is printed whole, a longer one ends in a dollar sign', () => {
  expect(written(6, 'abcde')).toBe('abcde\n')
  expect(written(6, 'abc', 'def')).toBe('abcde$\n')
})

test('line breaks inside values become spaces only while clipping', () => {
  expect(written(40, '"a\nb"')).toBe('"a b"\n')
  expect(written(0, '"a\nb"')).toBe('"a\nb"\n')
})

test('escapes take no room', () => {
  const writer = new LineWriter(4)
  writer.escape('\x1b[1m')
  writer.print('abc')
  writer.escape('\x1b[m')
  writer.endLine()
  expect(String.fromCharCode(...writer.take())).toBe('\x1b[1mabc\x1b[m\n')
})

test('what was taken is gone', () => {
  const writer = new LineWriter(0)
  writer.print('\xe9')
  writer.endLine()
  expect(writer.pending).toBe(2)
  expect([...writer.take()]).toEqual([0xe9, 10])
  expect(writer.take()).toHaveLength(0)
})
