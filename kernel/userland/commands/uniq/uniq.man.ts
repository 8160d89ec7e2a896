import type { ManPage } from '../../libsystem/defineCommand.ts'

export const uniqMan: ManPage = {
  section: 1,
  synopsis: ['uniq [-cdiu] [-f fields] [-s chars] [input [output]]'],
  description: [
    'Leaves one of each run of equal lines.',
  ],
}
