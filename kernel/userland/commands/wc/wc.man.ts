import type { ManPage } from '../../libsystem/defineCommand.ts'

export const wcMan: ManPage = {
  section: 1,
  synopsis: ['wc [-clmw] [file ...]'],
  description: [
    'Counts lines, words, characters and bytes.',
  ],
}
