import type { ManPage } from '../../libsystem/defineCommand.ts'

export const xargsMan: ManPage = {
  section: 1,
  synopsis: ['xargs [-0rt] [-I replstr] [-L number] [-n number] [utility [argument ...]]'],
  description: [
    'Runs a utility with arguments that it reads from standard input.',
  ],
}
