export { getopt, getoptLong, getoptLongOnly } from './getopt.ts'
export type { LongOption, ParsedArguments, ParsedOption } from './getopt.ts'
