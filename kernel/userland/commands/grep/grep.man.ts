import type { ManPage } from '../../libsystem/defineCommand.ts'

export const grepMan: ManPage = {
  section: 1,
  synopsis: ['grep [-EFGivncloqswxhHr] [-A num] [-B num] [-C num] [-e pattern] [-f file] [pattern] [file ...]'],
  description: [
    'Writes the lines that match. The time a pattern takes grows with the length of the line and of the pattern, never faster.',
  ],
}
