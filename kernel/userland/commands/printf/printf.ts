import { defineCommand } from '../../libsystem/defineCommand.ts'
import { printf as run } from '../../shell/builtins/output.ts'

/** `printf`: the program of that name; the shell has its own. */
export const printf = defineCommand({
  name: 'printf',
  path: '/usr/bin/printf',
  summary: 'formatted output',
  main: (process) => run(process, process.argv),
  man: {
    section: 1,
    synopsis: ['printf format [argument ...]'],
    description: [
      'Writes the arguments under the control of the format, which is used again while there are arguments. '
        + 'Conversions are those of C (d i o u x X e f g c s) and b, a text with backslash escapes.',
    ],
    exitStatus: '0; 1 when an argument is no number where one is wanted.',
    seeAlso: ['echo(1)'],
  },
})
