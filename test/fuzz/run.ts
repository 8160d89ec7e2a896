// npm run fuzz -- [--seed N] [--seconds S]: unserialisers, ports, user clients, readers of files under random input.
import { parseArgs } from 'node:util'
import { fuzzCrash } from '../support/fuzzCrash.ts'
import { fuzzIOKit } from '../support/fuzzIOKit.ts'
import { fuzzMach } from '../support/fuzzMach.ts'
import { fuzzPanics } from '../support/fuzzPanics.ts'
import { fuzzReaders } from '../support/fuzzReaders.ts'
import { fuzzMachO } from '../support/fuzzMachO.ts'
import { fuzzUnserialize } from '../support/fuzzUnserialize.ts'

const { values } = parseArgs({ options: {
  seed: { type: 'string', default: '1' }, seconds: { type: 'string', default: '60' },
} })
const first = Number(values.seed)
const seconds = Number(values.seconds)
if (!Number.isSafeInteger(first) || !(seconds > 0)) {
  process.stderr.write('usage: npm run fuzz -- [--seed NUMBER] [--seconds SECONDS]\n')
  process.exit(2)
}

/** What is fuzzed, and with how many steps a world. Each throws an Error that names seed and step. */
const targets = [
  { name: 'unserialisers', steps: 2_000, run: fuzzUnserialize },
  { name: 'Mach messages', steps: 1_000, run: fuzzMach },
  { name: 'user clients', steps: 500, run: fuzzIOKit },
  { name: 'crash reports', steps: 300, run: fuzzCrash },
  { name: 'kernel panics', steps: 300, run: fuzzPanics },
  { name: 'symbol files', steps: 300, run: fuzzMachO },
  { name: 'files of other machines', steps: 500, run: fuzzReaders },
] as const

const done = new Map<string, number>(targets.map(({ name }) => [name, 0]))
const until = Date.now() + seconds * 1000
for (let seed = first; Date.now() < until; seed++) {
  for (const { name, steps, run } of targets) {
    try {
      run(seed, steps)
    } catch (error) {
      process.stdout.write(`FAILED: ${name}, seed ${seed}: ${error instanceof Error ? error.stack : String(error)}\n`)
      process.exit(1)
    }
    done.set(name, done.get(name)! + steps)
  }
}
process.stdout.write(`${[...done].map(([name, steps]) => `${steps} inputs of ${name}`).join(', ')}: `
  + 'no throw, hang or leak\n')
