import type { ManPage } from '../../libsystem/defineCommand.ts'

export const sortMan: ManPage = {
  section: 1,
  synopsis: ['sort [-bcCdfghnrsuz] [-k field1[,field2]] [-t char] [-o output] [file ...]'],
  description: [
    'Writes all lines in order.',
  ],
}
