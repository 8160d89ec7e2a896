import { defineCommand } from '../../libsystem/defineCommand.ts'

/** `true`: does nothing, well. */
export const trueCommand = defineCommand({
  name: 'true',
  path: '/usr/bin/true',
  summary: 'return true value',
  // oxlint-disable-next-line require-yield
  *main() {
    return 0
  },
  man: { section: 1, synopsis: ['true'], description: ['Ends with status 0.'], seeAlso: ['false(1)'] },
})
