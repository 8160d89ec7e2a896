/** The option parser of the commands, long options and messages as in the system's library. */
export { getopt, getoptLong, getoptLongOnly } from './getopt.ts'
export type { LongOption, ParsedArguments, ParsedOption } from './getopt.ts'
