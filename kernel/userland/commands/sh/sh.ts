import { defineCommand } from '../../libsystem/defineCommand.ts'
import { shellMain } from '../../shell/main.ts'

/** The shell, under its usual names. */
export const sh = defineCommand({
  name: 'sh', path: '/bin/sh', alsoAt: ['/bin/zsh'], summary: 'command interpreter', main: shellMain,
  man: {
    section: 1, synopsis: ['sh [-c text | file] [argument ...]'],
    description: ['Runs commands from a terminal, a file, standard input or the text after -c.'],
  },
})
