import type { ManPage } from '../../libsystem/defineCommand.ts'

export const sedMan: ManPage = {
  section: 1,
  synopsis: [
    'sed [-EHalnru] command [-i extension] [file ...]',
    'sed [-EHalnru] [-e command] [-f command_file] [-i extension] [file ...]',
  ],
  description: [
    'Reads lines, applies the commands to each and writes the result. A command may have one or two '
      + 'addresses: '
      + 'a line number, $ for the last line, /expression/ (with I after it: whatever the case), and +N as '
      + 'the second; '
      + '! inverts them.',
    'Commands: {…} s/expression/replacement/flags y/from/to/ d D p P n N g G h H x l = q a\\ i\\ c\\ r w b '
      + 't and labels '
      + 'with a colon. In a replacement & is the match and \\1 to \\9 are its groups. Flags of s are a '
      + 'number, g, p, i '
      + 'and w file.',
    'A command ends at a semicolon or at the end of the line, also before a closing brace; labels and names '
      + 'of files '
      + 'go to the end of the line. The text of a, i and c starts on the line after the backslash.',
  ],
  options: [
    ['-E, -r', 'extended regular expressions'],
    ['-a', 'makes the files of w only when a line goes there'],
    ['-e command', 'adds commands'],
    ['-f command_file', 'adds the commands of a file'],
    ['-H', 'enhanced regular expressions; they are always understood'],
    ['-I extension', 'as -i, but line numbers go on from file to file'],
    ['-i extension', 'edits files in place; the old ones are kept under the extension, if it is not empty'],
    ['-l, -u', 'output is not held back'],
    ['-n', 'writes only what a command prints'],
  ],
  exitStatus: '0; 1 after an error.',
  examples: [
    [
      'ioreg -rd1 -c IOPlatformExpertDevice | sed -n \'s/.*"IOPlatformUUID" = "\\(.*\\)"/\\1/p\'',
      'the identifier of the machine',
    ],
    ["sed -i '' 's/old/new/g' notes", 'changes a file'],
  ],
  seeAlso: ['awk(1)', 'grep(1)'],
}
