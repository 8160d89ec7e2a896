import { defineCommand } from '../../libsystem/defineCommand.ts'
import { echo as run } from '../../shell/builtins/output.ts'

/** `echo`: the program of that name; the shell has its own. */
export const echo = defineCommand({
  name: 'echo',
  path: '/bin/echo',
  summary: 'write arguments to the standard output',
  main: (process) => run(process, process.argv),
  man: {
    section: 1,
    synopsis: ['echo [-neE] [string ...]'],
    description: ['Writes its arguments with a blank between them.'],
    options: [
      ['-n', 'no newline at the end'],
      ['-e', 'backslash escapes are replaced'],
      ['-E', 'they are not'],
    ],
    seeAlso: ['printf(1)'],
  },
})
