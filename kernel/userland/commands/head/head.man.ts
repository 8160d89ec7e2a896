import type { ManPage } from '../../libsystem/defineCommand.ts'

export const headMan: ManPage = {
  section: 1,
  synopsis: ['head [-n lines | -c bytes] [file ...]'],
  description: [
    'Writes the first lines or bytes of each file.',
  ],
}
