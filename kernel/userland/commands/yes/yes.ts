import { scheduler, type KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'

/** Virtual time that filling one block takes. */
const BLOCK_COST_NS = 100_000

function* main(process: Process): KernelThread<number> {
  const line = (process.argv.length > 1 ? process.argv.slice(1).join(' ') : 'y') + '\n'
  const block = line.repeat(Math.max(1, Math.floor(4096 / line.length)))
  for (;;) {
    scheduler().charge(BLOCK_COST_NS)
    yield* process.stdout.write(block)
    yield* process.stdout.flush()
    if (process.stdout.error !== 0) return 1
  }
}

/** `yes`: says so until it is stopped. */
export const yes = defineCommand({
  name: 'yes',
  path: '/usr/bin/yes',
  summary: 'be repetitively affirmative',
  main,
  man: {
    section: 1, synopsis: ['yes [expletive]'], description: ['Writes y, or its arguments, line after line.'],
  },
})
