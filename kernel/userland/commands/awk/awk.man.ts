import type { ManPage } from '../../libsystem/defineCommand.ts'

export const awkMan: ManPage = {
  section: 1,
  synopsis: ['awk [-F fs] [-v var=value] [prog | -f progfile] [file ...]'],
  description: [
    'Reads records, splits them into fields and runs for each the actions of the program whose patterns fit. '
      + 'An operand of the form var=value is an assignment made when its turn comes.',
    'Patterns are expressions, /extended regular expressions/, ranges of two, BEGIN and END. The language '
      + 'has '
      + 'variables, arrays, functions, if, while, do, for, next, exit, print, printf, getline and delete; '
      + 'the functions length, substr, index, split, sub, gsub, match, sprintf, int, sqrt, rand, srand, '
      + 'tolower, '
      + 'toupper, system, close and fflush.',
    'Left out, so that results are the same on every host: sin, cos, atan2, exp, log and powers that are '
      + 'not whole. '
      + 'There are no pipes to or from commands inside a program.',
  ],
  options: [
    ['-F fs', 'the field separator: a character or an extended regular expression; t is a tab'],
    ['-v var=value', 'sets a variable before the program starts'],
    ['-f progfile', 'reads the program from a file'],
  ],
  exitStatus: 'The value of exit, else 0; 2 after an error.',
  examples: [
    ["ioreg -l | awk '/IOPlatformSerialNumber/ { print $4 }'", 'the serial number with its quotes'],
    ["ioreg -rd1 -c IOPlatformExpertDevice | awk -F'\"' '/IOPlatformUUID/{print $4}'", 'the UUID alone'],
  ],
  seeAlso: ['grep(1)', 'sed(1)'],
}
