// Goal: looking at a line's signs first saves asking, and never hides a line from a reader that knows it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Random } from '../../../sim/index.ts'
import { READERS_BY_SIGN, type AskedReader } from './askedReaders.ts'
import { plainFrameLine } from './backtraceLines.ts'
import { plainKextLine } from './kextLines.ts'
import { BEYOND_ASCII, codesOfLines, LineSigns } from './LineSigns.ts'
import { PanicDraft, type PanicPart } from './PanicDraft.ts'

const folder = join(import.meta.dirname, '../../../../test/samples/panics')
const samples = readdirSync(folder).flatMap((name) =>
  readFileSync(join(folder, name), 'utf8').replaceAll('\\n', '\n').replaceAll('\\t', '\t').split(/\r?\n/u))
const PARTS: readonly PanicPart[] = [
  'none', 'message', 'backtrace', 'symbols', 'branches', 'ppc', 'kexts', 'loaded', 'block', 'hardware',
]
const PIECES = [' ', '\t', ':', '(', ')', '@0x1', '>', '!A', '*', '\u{3000}', '\u{17f}', '\u{212a}', '.', '[', 'x', '0x1', '-', '+']
const readers = READERS_BY_SIGN[BEYOND_ASCII]!

/** Lines of the samples, and as many with a piece put in, cut off or written in capitals. */
function lines(): string[] {
  const random = new Random(20260712)
  const known = [...new Set(samples)].filter((line) => line.length < 1000)
  return known.flatMap((line) => {
    const at = random.below(line.length + 1)
    const piece = PIECES[random.below(PIECES.length)]!
    return [line, line.slice(0, at) + piece + line.slice(at + random.below(2)), line.slice(at), line.toUpperCase(), ` ${line}`]
  })
}

function signsOf(text: string): LineSigns {
  const signs = new LineSigns(codesOfLines([text]))
  signs.end = text.length
  signs.look()
  return signs
}

const draftIn = (part: PanicPart): PanicDraft => Object.assign(new PanicDraft(), { part })

describe('readers of a line', () => {
  it('are asked for every line that they would take', () => {
    let taken = 0
    for (const text of lines()) {
      if (text.trim() === '') continue
      const signs = signsOf(text)
      const isAsked = ({ needs, part }: AskedReader, now: PanicPart): boolean =>
        (needs & ~signs.has) === 0 && (part === undefined || part === now)
      for (const reader of readers) for (const part of PARTS) {
        if (!reader.read({ text, number: 1 }, draftIn(part))) continue
        taken++
        expect(READERS_BY_SIGN[signs.first], text).toContain(reader)
        expect(isAsked(reader, part), text).toBe(true)
      }
    }
    expect(taken).toBeGreaterThan(5000)
  })

  it('leave a plain frame to the quick reader, which says the same', () => {
    let plain = 0
    for (const text of lines().flatMap((line) => [line, /^\s*0x\w+ : 0x\w+ */u.exec(line)?.[0] ?? line])) {
      const quick = draftIn('backtrace')
      if (!plainFrameLine(text, 1, signsOf(text), quick)) continue
      plain++
      const slow = draftIn('backtrace')
      expect(readers.find(({ read }) => read({ text, number: 1 }, slow))?.first, text).toBe('0Ll')
      expect(slow).toEqual(quick)
    }
    expect(plain).toBeGreaterThan(20)
  })

  it('leave a plain line of the list of loaded kexts to the quick reader, which says the same', () => {
    let plain = 0
    for (const text of lines()) {
      const quick = draftIn('loaded')
      if (!plainKextLine(text, signsOf(text), quick)) continue
      plain++
      const slow = draftIn('loaded')
      expect(readers.find(({ read }) => read({ text, number: 1 }, slow))?.part, text).toBe('loaded')
      expect(slow).toEqual(quick)
    }
    expect(plain).toBeGreaterThan(20)
  })
})
