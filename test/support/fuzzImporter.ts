import { Random } from '../../kernel/sim/index.ts'
import { hostileBytes } from './hostileBytes.ts'
import { mutateText } from './mutateText.ts'

/** A reader of foreign files, what it is fed with, and what its kind of file is made of. */
export interface ImporterTarget {
  readonly name: string
  readonly samples: readonly string[]
  readonly pieces: readonly string[]
  /** Reads and checks what must hold of anything read; whatever it throws is a fault. */
  read(bytes: Uint8Array, random: Random): void
}

/** Processor time that an input may take: some for each, more for longer ones, never more than in proportion. */
const MAX_MS = 3_000
const MAX_MS_PER_BYTE = 0.002

/** One input in so many is hostile as a whole; those are large. */
const HOSTILE_IN = 12

/** Pieces that upset readers of any kind. */
const COMMON = ['', '\0', '\r\n', '\n\n', '\t', '9'.repeat(40), '-1', '0x', '\xff\xfe', '\xef\xbb\xbf', '18446744073709551616', '\x80', 'NaN']

/** Feeds mutated samples to a reader: it may not throw, nor take longer than its input allows. */
export function fuzzImporter(target: ImporterTarget, seed: number, steps: number): void {
  const random = new Random(seed)
  const pieces = [...COMMON, ...target.pieces]
  for (let step = 0; step < steps; step++) {
    const text = mutateText(random, target.samples, pieces)
    const bytes = random.below(HOSTILE_IN) === 0 ? hostileBytes(random, text, target.pieces) : Buffer.from(text, 'latin1')
    const began = cpuMs()
    try {
      target.read(bytes, random)
      const took = cpuMs() - began
      if (took > MAX_MS + bytes.length * MAX_MS_PER_BYTE) throw new Error(`it took ${Math.round(took)} ms`)
    } catch (error) {
      const start = JSON.stringify(Buffer.from(bytes.subarray(0, 4_000)).toString('latin1'))
      throw new Error(`step ${step}: ${String(error)}\n${bytes.length} bytes: ${start}`, { cause: error })
    }
  }
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
