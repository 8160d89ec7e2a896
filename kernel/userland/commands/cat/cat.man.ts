import type { ManPage } from '../../libsystem/defineCommand.ts'

export const catMan: ManPage = {
  section: 1,
  synopsis: ['cat [-belnstuv] [file ...]'],
  description: [
    'Reads files one after another, or standard input, and writes them out. -n numbers lines, -b those that are not empty, -s squeezes empty ones, -v shows control characters, -e and -t also line ends and tabs.',
  ],
}
