import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { userland } from '../../libsystem/userlandState.ts'

function* main(process: Process): KernelThread<number> {
  const commands = userland().commands.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const width = Math.max(...commands.map(({ name }) => name.length))
  yield* process.stdout.write('Programs of this machine; man NAME tells more.\n')
  for (const { name, summary } of commands) yield* process.stdout.write(`  ${name.padEnd(width)}  ${summary}\n`)
  return 0
}

/** `help`: the programs of the machine. */
export const help = defineCommand({
  name: 'help', path: '/usr/bin/help', summary: 'list the programs of this machine', main,
  man: { section: 1, synopsis: ['help'], description: ['Lists the programs of this machine, one line each.'] },
})
