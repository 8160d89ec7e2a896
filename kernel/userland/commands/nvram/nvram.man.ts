import type { ManPage } from '../../libsystem/defineCommand.ts'

const BINARY_FORMAT = 'nvram -b <variable name> <binary file>'

export const USAGE = `nvram [-x|-X] [-p] [-f filename] [-d name] [-c] name[=value] ...
\t-x         use XML format for printing or reading variables
\t           (must appear before -p or -f)
\t-X         use HEX format for printing or reading variables
\t           (must appear before -p or -f)
\t-p         print all firmware variables
\t-f         set firmware variables from a text file
\t-d         delete the named variable(does not return error code)
\t-r         delete the named variable(returns error code if any)
\t-c         delete all variables
\t-b         set variable using binary file. invoked with the following format: ${BINARY_FORMAT}
\tname=value set named variable
\tname       print variable
Note that arguments and options are executed in order.
`

export const nvramMan: ManPage = {
  section: 8,
  synopsis: ['nvram [-x | -X] [-p] [-f filename] [-d name] [-c] name[=value] ...'],
  description: [
    'Writes, sets and deletes firmware variables. They are kept while the machine is off. Arguments act in '
      + 'their order; only the super user may change variables.',
    'Bytes that cannot be shown are written, and read, as a percent sign and two hexadecimal digits. With += a '
      + 'text is added to a value, with -= one is taken out.',
  ],
  options: [
    ['-p', 'writes all variables'],
    ['-x', 'writes or reads property lists; before -p or -f'],
    ['-X', 'writes bytes in hexadecimal; before -p'],
    ['-f filename', 'sets variables from a file: a name, white space and a value in each line'],
    ['-d name', 'deletes a variable, whether it is there or not'],
    ['-r name', 'deletes a variable, and tells when that fails'],
    ['-c', 'deletes all variables'],
    ['-b name filename', 'sets a variable to the bytes of a file'],
  ],
  exitStatus: '0; 1 when something could not be read or set.',
  examples: [
    ['sudo nvram boot-args="debug=0x144 -v"', 'what the kernel is told when it starts next'],
    ['nvram -p', 'all variables'],
  ],
  seeAlso: ['reboot(8)'],
}
