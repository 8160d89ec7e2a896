import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { judgeCrash } from '../../kernel/explain/index.ts'
import { looksLikeCrash, readCrash } from '../../kernel/importers/index.ts'
import { Random } from '../../kernel/sim/index.ts'
import { mutateText } from './mutateText.ts'

const folder = join(import.meta.dirname, '../samples/crashes')

/** Pieces that mean something to a reader of reports. */
const tokens = [
  'Thread 0 Crashed:', 'Thread 99999999 name: ', 'Thread 0 crashed with ARM Thread State (64-bit):',
  'Binary Images:',
  'Last Exception Backtrace:\n(0x1 0x2', 'Exception Codes: 0x8badf00d, 0xffffffffffffffffffff',
    'Exception Type: ', '0x', '0xffffffffffffffff',
  'Termination Reason: Namespace DYLD, Code ', '{"bug_type":"309"}\n{',
    '"threads":[{"frames":[{"imageIndex":', '18446744073709551616',
  '-1', '1e999', '[[[[[[[[', '{"', '\\u', '<00000000000000000000000000000000>', ' + ', ' (', '::', '[', ']',
    '> ', '\r\n', '\n\n', '\t',
  '"usedImages":[{"base":-1,"size":', '"asi":{"a":[', '"processes":[{"name":"a","rpages":1e18',
    '--> STACK GUARD', ' '.repeat(500),
] as const

const bound = (milliseconds: number, bytes: number): boolean => milliseconds < 5_000 + bytes / 100

/** Feeds mutated reports to the crash reader and its verdicts: none may throw, hang or count more than there is. */
export function fuzzCrash(seed: number, steps: number): void {
  const random = new Random(seed)
  const samples = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'))
  for (let step = 0; step < steps; step++) {
    const text = mutateText(random, samples, tokens)
    const bytes = Buffer.from(text, 'latin1')
    const before = Date.now()
    try {
      looksLikeCrash(bytes)
      const { coverage, verdict, unread } = judgeCrash(readCrash(bytes))
      if (coverage.linesUnderstood > coverage.linesTotal) throw new Error('more lines understood than there are')
      if (unread.length > 2_000) throw new Error('unread lines without bound')
      if (verdict.sentence === '') throw new Error('a verdict without a sentence')
      if (!bound(Date.now() - before, bytes.length)) throw new Error(`took ${Date.now() - before} ms`)
    } catch (error) {
      throw new Error(`seed ${seed}, step ${step}: ${String(error)}\ninput: ${JSON.stringify(text.slice(0, 4_000))}`, { cause: error })
    }
  }
}
