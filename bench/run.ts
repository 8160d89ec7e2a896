// The benchmark runner: interleaved rounds in fresh processes, floors before and after, equal results first.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { drift, measureFloors, printedFloors } from './floors.ts'
import { rows, suites } from './rows/index.ts'
import { median, runRow, type Result } from './runRow.ts'

const MAX_DRIFT = 0.25
const out = join(import.meta.dirname, '../.cache/bench')

const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: 'quick' }, rounds: { type: 'string', default: '5' },
    record: { type: 'boolean', default: false },
  },
})

function span(list: readonly number[]): string {
  return `${median(list).toFixed(2)} [${Math.min(...list).toFixed(2)}-${Math.max(...list).toFixed(2)}]`
}

function printed(result: Result): string {
  const { id, verdict, title, ours, peers, ratios, unit, peer, goal, rssMb, note } = result
  const head = `${id.padEnd(4)} ${verdict.padEnd(7)}`
  if (ratios.length === 0 || verdict === 'WRONG') return `${head} ${title}: ${note}`
  return `${head} ours ${span(ours)} ${unit}  peer ${span(peers)} ${unit} (${peer})  ratio ${span(ratios)}`
    + `  goal ≤ ${goal.toFixed(2)}  RSS ${rssMb} MB  ${title}`
}

const rounds = Number(values.rounds)
const known = values.suite.split(',').flatMap((name) => suites[name] ?? [name])
const ids = [...new Set(known)].filter((id) => Object.hasOwn(rows, id))
if (ids.length === 0 || !(rounds >= 1)) {
  const names = `Suites: ${Object.keys(suites).join(', ')}; rows: ${Object.keys(rows).join(', ')}`
  process.stderr.write(`No rows. ${names}\n`)
  process.exit(64)
}

process.stdout.write(`Node ${process.version}, ${rounds} rounds, ${ids.join(' ')}\n`)
const before = measureFloors()
const results: Result[] = []
for (const id of ids) {
  const row = await rows[id]!()
  let result = await runRow(row, rounds)
  if (result.verdict === 'NOISY') {
    process.stdout.write(`${printed(result)}; once more\n`)
    result = await runRow(row, rounds)
  }
  results.push(result)
  process.stdout.write(`${printed(result)}\n`)
}
const after = measureFloors()
const moved = drift(before, after)
process.stdout.write(`floors: ${printedFloors(before, after)}\n`)
if (moved > MAX_DRIFT) {
  const percent = (moved * 100).toFixed(0)
  process.stdout.write(`The machine changed its speed by ${percent} %: every PASS and MISS is NOISY.\n`)
}
const final = results.map((result) => {
  const isVerdict = result.verdict === 'PASS' || result.verdict === 'MISS'
  return moved > MAX_DRIFT && isVerdict ? { ...result, verdict: 'NOISY' as const } : result
})
mkdirSync(out, { recursive: true })
const run = { node: process.version, rounds, before, after, results: final }
writeFileSync(join(out, 'results.json'), `${JSON.stringify(run, null, 1)}\n`)
if (values.record) {
  const kept = final.map(({ id, verdict, ours, peers, ratios }) => ratios.length === 0 ? { id, verdict } : {
    id, verdict, ours: median(ours), peer: median(peers), ratio: median(ratios),
  })
  const line = { date: new Date().toISOString(), node: process.version, rounds, before, rows: kept }
  appendFileSync(join(import.meta.dirname, 'history.json'), `${JSON.stringify(line)}\n`)
}
process.exitCode = final.some(({ verdict }) => verdict === 'WRONG') ? 1 : 0
