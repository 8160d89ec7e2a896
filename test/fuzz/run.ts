// npm run fuzz -- [--seed N] [--seconds S] [--only NAME]: each reader and door under random input for S seconds.
import { parseArgs } from 'node:util'
import { fuzzCrash } from '../support/fuzzCrash.ts'
import { fuzzImporter } from '../support/fuzzImporter.ts'
import { fuzzIOKit } from '../support/fuzzIOKit.ts'
import { fuzzMach } from '../support/fuzzMach.ts'
import { fuzzPanics } from '../support/fuzzPanics.ts'
import { fuzzMachO } from '../support/fuzzMachO.ts'
import { fuzzUnserialize } from '../support/fuzzUnserialize.ts'
import { importerTargets } from '../support/importerTargets.ts'
import { runTargets } from './runTargets.ts'

const { values } = parseArgs({ options: {
  seed: { type: 'string', default: '1' }, seconds: { type: 'string', default: '30' }, only: { type: 'string' }, inside: { type: 'boolean' },
} })
const first = Number(values.seed)
const seconds = Number(values.seconds)
if (!Number.isSafeInteger(first) || !(seconds > 0)) {
  process.stderr.write('usage: npm run fuzz -- [--seed NUMBER] [--seconds SECONDS] [--only NAME]\n')
  process.exit(2)
}

interface Target {
  readonly name: string
  /** Inputs of one world. */
  readonly steps: number
  /** Throws an Error that names the step. */
  run(seed: number, steps: number): unknown
}

const targets: readonly Target[] = [
  { name: 'unserialisers', steps: 2_000, run: fuzzUnserialize },
  { name: 'Mach messages', steps: 1_000, run: fuzzMach },
  { name: 'user clients', steps: 500, run: fuzzIOKit },
  { name: 'crash reports', steps: 300, run: fuzzCrash },
  { name: 'kernel panics', steps: 300, run: fuzzPanics },
  { name: 'symbol files', steps: 300, run: fuzzMachO },
  ...importerTargets().map((target) => ({
    name: target.name, steps: 100, run: (seed: number, steps: number) => fuzzImporter(target, seed, steps),
  })),
]

/** One target in this process; tells each seed before it is tried, so that a hang has a name. */
function runHere({ name, steps, run }: Target): void {
  const until = Date.now() + seconds * 1000
  let inputs = 0
  for (let seed = first; Date.now() < until; seed++) {
    process.stdout.write(`seed ${seed}\n`)
    try {
      run(seed, steps)
    } catch (error) {
      process.stdout.write(`FAILED: ${name}, seed ${seed}: ${error instanceof Error ? error.stack : String(error)}\n`)
      process.exit(1)
    }
    inputs += steps
  }
  process.stdout.write(`${inputs} inputs of ${name}\n`)
}

const chosen = targets.filter(({ name }) => values.only === undefined || name.includes(values.only))
if (values.inside === true) runHere(chosen[0]!)
else {
  const failed = await runTargets(chosen.map(({ name }) => name), first, seconds)
  process.stdout.write(failed === 0 ? 'no throw, hang or leak\n' : `${failed} of ${chosen.length} failed\n`)
  process.exit(failed === 0 ? 0 : 1)
}
