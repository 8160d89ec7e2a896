import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Measurement, Row } from './Row.ts'

/** NO PEER: it cannot run here. WRONG: the two sides did not do the same. */
export type Verdict = 'PASS' | 'MISS' | 'NOISY' | 'NO PEER' | 'WRONG'

/** What the rounds of one row gave. */
export interface Result {
  readonly id: string
  readonly title: string
  readonly peer: string
  readonly unit: string
  readonly goal: number
  readonly verdict: Verdict
  readonly ours: readonly number[]
  readonly peers: readonly number[]
  readonly ratios: readonly number[]
  readonly rssMb: number
  /** Why there is no verdict, or what was checked to be equal. */
  readonly note: string
}

type Answer = (Measurement & { readonly rssMb: number }) | { readonly absent: string }
type SideName = 'ours' | 'peer'

const flags = ['--expose-gc', '--experimental-transform-types', '--no-warnings']

export const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1]!

/**
 * Within the goal by the median: PASS. Not even the best round: MISS. In between the machine was too
 * restless.
 */
export function verdictOf(ratios: readonly number[], goal: number): Verdict {
  if (median(ratios) <= goal) return 'PASS'
  return Math.min(...ratios) > goal ? 'MISS' : 'NOISY'
}

/** One side in a fresh process. */
function measure(id: string, side: SideName): Answer {
  const worker = join(import.meta.dirname, 'worker.ts')
  const options = { encoding: 'utf8', maxBuffer: 1 << 26 } as const
  const done = spawnSync(process.execPath, [...flags, worker, id, side], options)
  if (done.status !== 0) throw new Error(`${id} ${side} failed:\n${done.stderr}`)
  return JSON.parse(done.stdout) as Answer
}

/** All rounds of a row: ours and peer in turn, the other way round in every second one. */
export async function runRow(row: Row, rounds: number): Promise<Result> {
  await row.prepare?.()
  const { id, title, maxRatio: goal } = row
  const found = { ours: [] as number[], peers: [] as number[], ratios: [] as number[], rssMb: 0 }
  const base = { id, title, peer: row.peer.name, unit: row.unit ?? 'ms', goal }
  let note = ''
  for (let round = 0; round < rounds; round++) {
    const order: readonly SideName[] = round % 2 === 0 ? ['ours', 'peer'] : ['peer', 'ours']
    const answers = new Map(order.map((side) => [side, measure(id, side)]))
    const [mine, theirs] = [answers.get('ours')!, answers.get('peer')!]
    if ('absent' in mine) return { ...base, ...found, verdict: 'NO PEER', note: mine.absent }
    if ('absent' in theirs) {
      const why = `${theirs.absent} Ours alone: ${mine.ms.toFixed(1)}.`
      return { ...base, ...found, verdict: 'NO PEER', note: why }
    }
    if (mine.check !== null && theirs.check !== null && mine.check !== theirs.check) {
      return { ...base, ...found, verdict: 'WRONG', note: `${mine.check} against ${theirs.check}` }
    }
    note = mine.check ?? ''
    found.ours.push(mine.ms)
    found.peers.push(theirs.ms)
    found.ratios.push(mine.ms / theirs.ms)
    found.rssMb = Math.max(found.rssMb, mine.rssMb)
  }
  return { ...base, ...found, verdict: verdictOf(found.ratios, goal), note }
}
