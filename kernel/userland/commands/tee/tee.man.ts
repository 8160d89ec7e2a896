import type { ManPage } from '../../libsystem/defineCommand.ts'

export const teeMan: ManPage = {
  section: 1,
  synopsis: ['tee [-ai] [file ...]'],
  description: [
    'Copies standard input to standard output and to each file.',
  ],
}
