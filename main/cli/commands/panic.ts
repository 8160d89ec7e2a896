import { parseArgs } from 'node:util'
import type { PanicReport } from '../../../kernel/api/index.ts'
import { explainPanic } from '../../../kernel/explain/verdict/index.ts'
import { looksLikePanic, readPanic } from '../../../kernel/importers/index.ts'
import { EXIT, printJson, UsageError, type CliCommand } from '../Command.ts'
import { readInput } from '../input.ts'
import { panicSummary } from '../panicSummary.ts'
import { readEach } from '../readEach.ts'

const options = { json: { type: 'boolean', default: false } } as const

export const panicCommand: CliCommand = {
  name: 'panic',
  synopsis: 'panic FILE… [--json]',
  summary: 'reads and judges kernel panics: text, .panic, .ips, pieces of them',
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options })
    if (positionals.length === 0) throw new UsageError('panic takes one or more panic reports.')
    const { values: reports, failed } = readEach(positionals, readPanicFile, io)
    if (values.json) printJson(io, positionals.length === 1 ? reports[0] : { reports })
    else io.out(reports.map(panicSummary).join('\n'))
    return failed > 0 ? EXIT.usage : EXIT.done
  },
}

function readPanicFile(path: string): PanicReport {
  const bytes = readInput(path)
  if (!looksLikePanic(bytes)) {
    throw new UsageError(
      `${path} does not look like a kernel panic: a line "panic(cpu N caller 0x…): …", a backtrace ` +
        'or a .ips report of one is wanted.',
    )
  }
  const { facts, lines } = readPanic(bytes)
  return explainPanic(facts, lines)
}
