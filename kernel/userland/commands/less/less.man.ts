import type { ManPage } from '../../libsystem/defineCommand.ts'

export const lessMan: ManPage = {
  section: 1,
  synopsis: ['less [-eFiMmNRSX] [file ...]'],
  description: [
    'Shows files, or its standard input, a screen at a time. When its output is no terminal it copies them, '
      + 'as cat does.',
    'Keys: space and b for a screen forward and back, j and k for a line, d and u for half a screen, g and G '
      + 'for the first and the last line, with a number before them for a line; a number and % for a place. '
      + 'The arrow keys do as well; right and left move sideways under -S.',
    '/ and ? search forward and back for an extended regular expression, n and N go on in the same and the '
      + 'other direction. = tells the place, -S and -N change options, :n and :p go to the next and the former '
      + 'file, q ends.',
  ],
  options: [
    ['-e, -E', 'ends when a key asks for more at the end'],
    ['-F', 'only prints what fits on one screen'],
    ['-i', 'searches ignore the case'],
    ['-m, -M', 'the place in per cent in the prompt; with the lines'],
    ['-N', 'numbers lines'],
    ['-R', 'colour sequences go to the terminal'],
    ['-S', 'long lines are cut, not folded'],
    ['-X', 'stays on the screen of the shell'],
  ],
  exitStatus: '0; 1 when a file could not be read.',
  examples: [['ioreg -l | less -S', 'the registry, page by page']],
  seeAlso: ['cat(1)', 'grep(1)', 'man(1)'],
}
