import type { ManPage } from '../../libsystem/defineCommand.ts'

export const tailMan: ManPage = {
  section: 1,
  synopsis: ['tail [-F | -f | -r] [-q] [-b # | -c # | -n #] [file ...]'],
  description: [
    'Writes the last part of each file; -f waits for more.',
  ],
}
