import { expect, test } from 'vitest'
import { dataStrings, hexText } from './dataStrings.ts'

function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values)
}

test('one string is shown with or without its NUL, but a single byte never is', () => {
  expect(dataStrings(bytes(0x61, 0x62, 0), false)).toBe('"ab"')
  expect(dataStrings(bytes(0x61, 0x62), false)).toBe('"ab"')
  expect(dataStrings(bytes(0x61, 0), false)).toBe('"a"')
  expect(dataStrings(bytes(0x61), false)).toBeNull()
})

test('several strings are shown one by one', () => {
  expect(dataStrings(bytes(0x61, 0, 0x62, 0), false)).toBe('"a","b"')
})

test('a NUL where a string should begin makes it data, unless padding is allowed', () => {
  expect(dataStrings(bytes(0x61, 0x62, 0, 0), false)).toBeNull()
  expect(dataStrings(bytes(0x61, 0x62, 0, 0), true)).toBe('"ab"')
  expect(dataStrings(bytes(0, 0x61, 0x62), true)).toBeNull()
  expect(dataStrings(bytes(0, 0, 0, 0), true)).toBeNull()
})

test('too many symbols make it data', () => {
  expect(dataStrings(bytes(0x61, 0x62, 0x63, 0x64, 0x80), false)).toBe('"abcd\x80"')
  expect(dataStrings(bytes(0x61, 0x62, 0x63, 0x80), false)).toBeNull()
})

test('bytes are printed as pairs of lower-case digits', () => {
  expect(hexText(bytes(6, 0x10, 0xff))).toBe('0610ff')
})
