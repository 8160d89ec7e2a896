import { expect, it } from 'vitest'
import { FrameReader, framesOf } from './codec.ts'

/** The message as it comes out at the other end, and the kinds of frames that it took. */
function carried(message: unknown): { message: unknown; frames: string[] } {
  const reader = new FrameReader()
  const frames = framesOf(message)
  let seen: unknown
  for (const frame of frames) reader.take(frame, (whole) => { seen = whole })
  return { message: seen, frames: frames.map((frame) => typeof frame === 'string' ? 'text' : `${frame.length} bytes`) }
}

it('carries bytes, typed arrays, Map, bigint and undefined through text', () => {
  const message = { t: 's', r: { bytes: new Uint8Array([1, 255]), ids: new Float64Array([2 ** 40]), map: new Map([['a', 1n]]), none: undefined } }
  expect(carried(message)).toEqual({ message, frames: ['text'] })
})

it('carries an error as name and message', () => {
  const { e } = carried({ t: 's', e: new RangeError('too far') }).message as { e: Error }
  expect([e instanceof Error, e.name, e.message]).toEqual([true, 'RangeError', 'too far'])
})

it('carries long bytes in pieces before the text, and long lists of texts beside it', () => {
  const message = {
    file: Uint8Array.from({ length: 2_500_000 }, (_, at) => at % 251), ids: Float64Array.from({ length: 300 }, (_, at) => at * 2 ** 33),
    depths: Uint16Array.from({ length: 999 }, (_, at) => at), names: Array.from({ length: 300 }, (_, at) => at % 7 === 0 ? null : `\u00fc\ud800"${at}`),
  }
  const { message: seen, frames } = carried(message)
  expect(seen).toEqual(message)
  expect(frames).toEqual(['1048576 bytes', '1048576 bytes', '402848 bytes', '2400 bytes', '1998 bytes', expect.stringMatching(/bytes$/u), 'text'])
})

it('refuses a text that tells of more bytes than came, and does not mix them into the next message', () => {
  const reader = new FrameReader()
  const [piece, text] = framesOf({ file: new Uint8Array(5_000) })
  const seen: unknown[] = []
  expect(() => reader.take(text!, (whole) => seen.push(whole))).toThrow('5000 bytes were announced and 0 came')
  reader.take(piece!, (whole) => seen.push(whole))
  reader.take(framesOf('next')[0]!, (whole) => seen.push(whole))
  expect(seen).toEqual(['next'])
})
