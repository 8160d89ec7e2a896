// npm run sim -- --seed N --minutes M [--episode K]: random machines under random treatment, checked after every slice.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { planEpisode, playSafely, simulate, surroundings, type SimulationFailure } from './simulate.ts'

const { values } = parseArgs({ options: {
  seed: { type: 'string', default: '1' }, minutes: { type: 'string', default: '1' }, episode: { type: 'string' },
} })
const seed = Number(values.seed)
const minutes = Number(values.minutes)
if (!Number.isSafeInteger(seed) || !(minutes > 0)) {
  process.stderr.write('usage: npm run sim -- [--seed NUMBER] [--minutes MINUTES] [--episode NUMBER]\n')
  process.exit(2)
}

function tell({ seed: failed, episode, plan, faults }: SimulationFailure): void {
  const folder = join(import.meta.dirname, '../../.cache/sim')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `seed-${failed}-${episode}.json`)
  writeFileSync(file, JSON.stringify(plan, null, 1))
  process.stdout.write(`\nFAILED: seed ${failed}, episode ${episode}; again with --seed ${failed} --episode ${episode}\n`)
  for (const fault of faults) process.stdout.write(`  ${fault}\n`)
  process.stdout.write(`shortest list of actions that still fails (${file}):\n`)
  for (const action of plan.actions) process.stdout.write(`  ${JSON.stringify(action)}\n`)
}

if (values.episode === undefined) {
  const began = Date.now()
  let told = began
  const summary = simulate(seed, (episode) => {
    const now = Date.now()
    if (process.stderr.isTTY && now - told > 500) {
      told = now
      process.stderr.write(`\repisode ${episode}, ${Math.round((now - began) / 1000)} s of ${minutes * 60} `)
    }
    return now - began < minutes * 60_000
  })
  const { episodes, steps, faultsInjected, tally, failure } = summary
  if (failure !== null) tell(failure)
  process.stdout.write(`seed ${seed}: ${episodes} episodes, ${steps} events, ${faultsInjected} faults injected, `
    + `${tally.total} invariants checked\n`)
  for (const [name, count] of tally.checks) process.stdout.write(`  ${name.padEnd(20)} ${count}\n`)
  process.exit(failure === null ? 0 : 1)
}
const plan = planEpisode(seed, Number(values.episode))
const result = playSafely(plan, surroundings())
process.stdout.write(`${plan.actions.map((action) => JSON.stringify(action)).join('\n')}\n`)
process.stdout.write(`${result.steps} events, digest ${result.digest}\n${(result.failure?.faults ?? ['no fault']).join('\n')}\n`)
process.exit(result.failure === null ? 0 : 1)
