import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { explainPanic } from '../../kernel/explain/verdict/index.ts'
import { looksLikePanic, readPanic } from '../../kernel/importers/index.ts'
import { Random } from '../../kernel/sim/index.ts'

/** Longest time one damaged report may take. */
const MAX_MS = 2_000

/** Pieces that mean something to the reader; put in at random places. */
const PIECES: readonly string[] = [
  'panic(cpu 1 caller 0xffffff8000000001): ', '\nPanicked task 0x1: 2 threads: pid 3: x', '\nBacktrace (CPU 1), Frame : Return Address',
  '\n0xffffff8000000001 : 0xffffff8000000002 a : b + 0x1', '\n\t\t  lr: 0x1  fp: 0x2', '\n      Kernel Extensions in backtrace:',
  '\n   a.b(1)[00000000000000000000000000000000]@0x2->0x1', '\n      dependency: c.d(1)@0x1', '\nloaded kexts:\n', '\nKernel slide: 0x',
  '\nFailure code:: 0xffffffff ffffffff', '\nesr: 0x', '\nBoot args: ', 'type 255=', '"panicString" : "', '\\n', '\\u00', '{', '}', '[[[[[[[[',
  '"', '\r', '\r\n', '\n\n', '> ', '&gt;', '&#x110000;', '<br>', '\0', '\u{feff}', '\ud800', '0x', '0xffffffffffffffffffff', '(', ')', ': ',
  ' while ', 'Suspected bundle: ', '@', '9'.repeat(400), '\t'.repeat(50), '!U!A>|$@', '_ZN99999', '__ZN3abc', 'service: ', '-'.repeat(99),
]

const samples = readdirSync(join(import.meta.dirname, '../samples/panics')).map((name) =>
  readFileSync(join(import.meta.dirname, '../samples/panics', name)))

function damaged(random: Random): Uint8Array {
  let text = samples[random.below(samples.length)]!.toString('latin1')
  for (let i = random.below(12); i >= 0; i--) {
    const at = random.below(text.length + 1)
    const piece = random.below(3) === 0 ? '' : PIECES[random.below(PIECES.length)]!
    const cut = random.below(4) === 0 ? random.below(600) : random.below(3)
    text = text.slice(0, at) + piece + text.slice(at + cut)
  }
  if (random.below(10) === 0) text = text.slice(0, random.below(text.length + 1))
  return Buffer.from(text, random.below(8) === 0 ? 'utf16le' : 'latin1')
}

/** What must hold of any report, however damaged. */
function check(bytes: Uint8Array): void {
  looksLikePanic(bytes)
  const { facts, lines } = readPanic(bytes)
  const { verdict, fingerprint } = explainPanic(facts, lines)
  const { linesUnderstood, linesTotal } = facts.coverage
  if (linesUnderstood > linesTotal || linesUnderstood < 0) throw new Error(`coverage ${linesUnderstood} of ${linesTotal}`)
  const named = [...verdict.evidence, ...verdict.suspects.flatMap(({ evidence }) => evidence)]
  if (named.some(({ line }) => line !== null && (line < 1 || line > lines.length))) throw new Error('evidence outside of the report')
  if (verdict.suspects.every(({ weight }) => weight === 'weak') && verdict.cannotTell === null) throw new Error('nobody named and no reason')
  if (facts.derived.frames.length !== facts.backtrace.length) throw new Error('a frame is missing')
  if (!/^[0-9a-f]{16}$/u.test(fingerprint.id)) throw new Error(`fingerprint ${fingerprint.id}`)
  JSON.stringify({ facts, verdict, fingerprint })
}

/** Feeds damaged panic reports to the reader and the rules. An Error tells seed, step and the input. */
export function fuzzPanics(seed: number, steps: number): void {
  const random = new Random(seed)
  for (let step = 0; step < steps; step++) {
    const bytes = damaged(random)
    const start = performance.now()
    try {
      check(bytes)
      const ms = performance.now() - start
      if (ms > MAX_MS) throw new Error(`it took ${Math.round(ms)} ms`)
    } catch (error) {
      throw new Error(`step ${step} of seed ${seed}: ${JSON.stringify(Buffer.from(bytes).toString('latin1'))}`, { cause: error })
    }
  }
}
