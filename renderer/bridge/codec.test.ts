import { expect, it } from 'vitest'
import { decodeMessage, encodeMessage } from './codec.ts'

it('carries bytes, typed arrays, Map, bigint and undefined through text', () => {
  const message = { t: 's', r: { bytes: new Uint8Array([1, 255]), ids: new Float64Array([2 ** 40]), map: new Map([['a', 1n]]), none: undefined } }
  expect(decodeMessage(encodeMessage(message))).toEqual(message)
})

it('carries an error as name and message', () => {
  const { e } = decodeMessage(encodeMessage({ t: 's', e: new RangeError('too far') })) as { e: Error }
  expect([e instanceof Error, e.name, e.message]).toEqual([true, 'RangeError', 'too far'])
})
