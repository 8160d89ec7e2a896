import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'

function* main(process: Process): KernelThread<number> {
  yield* process.stdout.write('\x1b[3J\x1b[H\x1b[2J')
  return 0
}

/** `clear`: an empty screen. */
export const clear = defineCommand({
  name: 'clear',
  path: '/usr/bin/clear',
  summary: 'clear the terminal screen',
  main,
  man: {
    section: 1, synopsis: ['clear'],
    description: ['Clears the screen and puts the cursor at its top.'],
  },
})
