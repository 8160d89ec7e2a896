import { defineCommand } from '../../libsystem/defineCommand.ts'

/** `false`: does nothing, badly. */
export const falseCommand = defineCommand({
  name: 'false',
  path: '/usr/bin/false',
  summary: 'return false value',
  // oxlint-disable-next-line require-yield
  *main() {
    return 1
  },
  man: { section: 1, synopsis: ['false'], description: ['Ends with status 1.'], seeAlso: ['true(1)'] },
})
