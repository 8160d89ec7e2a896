// The benchmark runner: interleaved rounds in fresh processes, floors before and after, equal results before speed.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { jsonFile } from './data/files.ts'
import type { Measurement } from './Row.ts'
import { rows, suites } from './rows/index.ts'

type Answer = (Measurement & { readonly rssMb: number }) | { readonly absent: string }

const { values } = parseArgs({ options: { suite: { type: 'string', default: 'quick' }, rounds: { type: 'string', default: '5' } } })
const rounds = Number(values.rounds)
const ids = values.suite.split(',').flatMap((name) => suites[name] ?? [name]).filter((id) => Object.hasOwn(rows, id))
const flags = ['--expose-gc', '--experimental-transform-types', '--no-warnings']

function measure(id: string, side: 'ours' | 'peer'): Answer {
  const done = spawnSync(process.execPath, [...flags, join(import.meta.dirname, 'worker.ts'), id, side], { encoding: 'utf8', maxBuffer: 1 << 26 })
  if (done.status !== 0) throw new Error(`${id} ${side} failed:\n${done.stderr}`)
  return JSON.parse(done.stdout) as Answer
}

/** Fixed work that tells whether the machine itself changed its speed. */
function floorMs(): number {
  const text = jsonFile('mb10').toString('utf8')
  const taken = Array.from({ length: 5 }, () => {
    const began = performance.now()
    JSON.parse(text)
    return performance.now() - began
  })
  return taken.toSorted((a, b) => a - b)[2]!
}

const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!
const span = (list: readonly number[]): string => `${median(list).toFixed(1)} [${Math.min(...list).toFixed(1)}-${Math.max(...list).toFixed(1)}]`

interface Result {
  readonly id: string
  readonly verdict: string
  readonly line: string
  readonly raw: unknown
}

async function runRow(id: string): Promise<Result> {
  const row = await rows[id]!()
  await row.prepare?.()
  const ours: number[] = []
  const peers: number[] = []
  let rssMb = 0
  let check: readonly (string | null)[] = []
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? ['ours', 'peer'] as const : ['peer', 'ours'] as const
    const answers = new Map(order.map((side) => [side, measure(id, side)]))
    const [mine, theirs] = [answers.get('ours')!, answers.get('peer')!]
    if ('absent' in mine || 'absent' in theirs) {
      const why = 'absent' in mine ? mine.absent : (theirs as { absent: string }).absent
      const own = 'absent' in mine ? '' : ` Ours alone: ${mine.ms.toFixed(1)} ms.`
      return { id, verdict: 'NO PEER', line: `${id.padEnd(4)} ${row.title}: ${why}${own}`, raw: null }
    }
    check = [mine.check, theirs.check]
    if (check[0] !== null && check[1] !== null && check[0] !== check[1]) {
      return { id, verdict: 'WRONG', line: `${id.padEnd(4)} ${row.title}: results differ: ${check[0]} against ${check[1]}`, raw: check }
    }
    ours.push(mine.ms)
    peers.push(theirs.ms)
    rssMb = Math.max(rssMb, mine.rssMb)
  }
  const ratios = ours.map((ms, i) => ms / peers[i]!)
  const verdict = median(ratios) <= row.maxRatio ? 'PASS' : Math.min(...ratios) <= row.maxRatio ? 'NEAR' : 'MISS'
  const line = `${id.padEnd(4)} ${verdict.padEnd(5)} ours ${span(ours)} ms  peer ${span(peers)} ms (${row.peer.name})  ratio ${median(ratios).toFixed(2)} `
    + `[${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}]  goal ≤ ${row.maxRatio.toFixed(2)}  ${rssMb} MB  ${row.title}`
  return { id, verdict, line, raw: { ours, peers, ratios, goal: row.maxRatio, check } }
}

process.stdout.write(`Node ${process.version}, ${rounds} rounds, suite ${values.suite}\n`)
const before = floorMs()
const results: Result[] = []
for (const id of ids) {
  const result = await runRow(id)
  results.push(result)
  process.stdout.write(`${result.line}\n`)
}
const after = floorMs()
const drift = Math.abs(after - before) / before
process.stdout.write(`floor JSON.parse(mb10): ${before.toFixed(1)} ms before, ${after.toFixed(1)} ms after${drift > 0.25 ? ': the machine changed its speed, rows are NOISY' : ''}\n`)
mkdirSync(join(import.meta.dirname, '../.cache/bench'), { recursive: true })
writeFileSync(join(import.meta.dirname, '../.cache/bench/results.json'), JSON.stringify({ node: process.version, before, after, results }, null, 1))
