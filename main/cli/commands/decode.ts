import { decodeValue, type Decoding } from '../../../kernel/abi/index.ts'
import { columns } from '../columns.ts'
import { EXIT, printJson, UsageError, type CliCommand } from '../Command.ts'

/** Options by hand: a value may begin with a minus sign. */
function argumentsOf(args: readonly string[]): { json: boolean; values: string[] } {
  const isOption = (arg: string): boolean => arg === '--json' || arg === '--'
  const unknown = args.find((arg) => /^-(?!\d)/u.test(arg) && !isOption(arg))
  if (unknown !== undefined) throw new UsageError(`decode has no option ${unknown}: it takes values and --json.`)
  return { json: args.includes('--json'), values: args.filter((arg) => !isOption(arg)) }
}

export const decodeCommand: CliCommand = {
  name: 'decode',
  synopsis: 'decode VALUE… [--json]',
  summary: 'what a number or name may mean: results, exit reasons, panic flags, sleep failures, four letters, bug types',
  async run(args, io) {
    const { json, values } = argumentsOf(args)
    if (values.length === 0) throw new UsageError('decode takes values: 0xe00002bc, -536870212, KERN_FAILURE, "CODESIGNING 2".')
    const decodings = values.map((value) => decodeValue(value, true))
    if (json) printJson(io, decodings.length === 1 ? decodings[0] : { values: decodings })
    else io.out(decodings.map(decodingText).join('\n'))
    return decodings.every(({ readings }) => readings.length > 0) ? EXIT.done : EXIT.negative
  },
}

function decodingText({ input, hex, signed32, unsigned, readings }: Decoding): string {
  const forms = [hex, unsigned, signed32 !== null && signed32 < 0 ? String(signed32) : null]
    .filter((form) => form !== null && form !== input)
  const head = `${input}${forms.length === 0 ? '' : ` = ${forms.join(' = ')}`}\n`
  if (readings.length === 0) return `${head}  No table here has it.\n`
  const rows = readings.flatMap(({ kind, name, meaning, parts }) => [
    [kind, name ?? '', meaning], ...parts.map((part) => ['', '', `  ${part}`]),
  ])
  return head + columns(rows, 2)
}
