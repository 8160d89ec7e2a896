import type { ManPage } from '../../libsystem/defineCommand.ts'

export const cutMan: ManPage = {
  section: 1,
  synopsis: ['cut -b list [-n] [file ...]', 'cut -c list [file ...]', 'cut -f list [-s] [-d delim] [file ...]'],
  description: [
    'Writes the chosen bytes, characters or fields of each line.',
  ],
}
