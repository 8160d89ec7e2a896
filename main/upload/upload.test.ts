// Goal: a large file goes from the window to the kernel process as it is, whatever the pipe cuts it into.
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { UploadReader } from './UploadReader.ts'
import { UploadWriter } from './UploadWriter.ts'

async function* pieces(...parts: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    if (part instanceof Error) throw part
    yield Buffer.from(part)
  }
}

/** A pipe that is cut into pieces of `size` bytes on its way. */
function pipe(size: number): { writer: UploadWriter; reader: UploadReader } {
  const stream = new PassThrough()
  const reader = new UploadReader({ mostWaiting: 8 })
  stream.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; at += size) reader.take(chunk.subarray(at, at + size))
  })
  return { writer: new UploadWriter(stream), reader }
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()

describe('files through the pipe', () => {
  it.each([1, 3, 8, 9, 1000])('arrive whole, two at a time, when it is cut every %i bytes', async (size) => {
    const { writer, reader } = pipe(size)
    const ids = await Promise.all([writer.send(pieces('pear', '', ' and quince'), 15), writer.send(pieces('medlar'), 6)])
    expect(ids).toEqual([1, 2])
    expect(text(await reader.claim(2))).toBe('medlar')
    expect(text(await reader.claim(1))).toBe('pear and quince')
    await expect(reader.claim(1)).rejects.toThrow('did not arrive')
  })

  it('are waited for, and an empty one is a file too', async () => {
    const { writer, reader } = pipe(2)
    expect(await writer.send(pieces(), 0)).toBe(1)
    expect((await reader.claim(1)).length).toBe(0)
  })

  it('may be asked for before they begin to come', async () => {
    const { writer, reader } = pipe(4)
    const asked = [reader.claim(2), reader.claim(1)]
    await Promise.all([writer.send(pieces('pear'), 4), writer.send(pieces('quince'), 6)])
    expect((await Promise.all(asked)).map(text)).toEqual(['quince', 'pear'])
    await expect(new UploadReader({ patienceMs: 1 }).claim(7)).rejects.toThrow('did not arrive')
  })

  it('that break off are refused', async () => {
    const { writer, reader } = pipe(100)
    await expect(writer.send(pieces('half', new Error('the window went away')), 8)).rejects.toThrow('went away')
    await expect(writer.send(pieces('less'), 8)).rejects.toThrow('4 bytes, 8 were told')
    await expect(writer.send(pieces('more'), 3)).rejects.toThrow('more than the 3 bytes')
    for (const id of [1, 2, 3]) await expect(reader.claim(id)).rejects.toThrow('could not be sent whole')
  })

  it('that nobody asks for do not pile up', async () => {
    const { writer, reader } = pipe(100)
    for (let i = 0; i < 12; i++) await writer.send(pieces(`file ${i}`), 5 + String(i).length)
    await expect(reader.claim(1)).rejects.toThrow('did not arrive')
    expect(text(await reader.claim(12))).toBe('file 11')
  })
})
