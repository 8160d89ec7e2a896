import { parseArgs } from 'node:util'
import type { CrashReport } from '../../../kernel/api/index.ts'
import { judgeCrash } from '../../../kernel/explain/index.ts'
import { looksLikeCrash, readCrash } from '../../../kernel/importers/index.ts'
import { EXIT, printJson, UsageError, type CliCommand } from '../Command.ts'
import { readInput } from '../input.ts'
import { readEach } from '../readEach.ts'
import { crashText } from '../reports/crashText.ts'

const options = {
  json: { type: 'boolean', default: false },
  threads: { type: 'boolean', default: false },
  registers: { type: 'boolean', default: false },
} as const

export const crashCommand: CliCommand = {
  name: 'crash',
  synopsis: 'crash FILE… [--threads] [--registers] [--json]',
  summary: 'reads crash reports of processes (.crash, .ips, low memory) and says what happened',
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options })
    if (positionals.length === 0) throw new UsageError('crash takes one or more crash reports.')
    const { values: reports, failed } = readEach(positionals, readCrashFile, io)
    if (values.json) printJson(io, positionals.length === 1 ? reports[0] : { reports })
    else {
      const texts = reports.map((report) =>
        crashText(report, { allThreads: values.threads, registers: values.registers }))
      io.out(texts.join('\n'))
    }
    return failed > 0 ? EXIT.usage : EXIT.done
  },
}

function readCrashFile(path: string): CrashReport {
  const bytes = readInput(path)
  if (!looksLikeCrash(bytes)) {
    throw new UsageError(`${path} is no crash report: lines such as "Process:" and "Exception Type:" are wanted, `
      + 'or the JSON of an .ips file. A kernel panic is read by workbench panic.')
  }
  return judgeCrash(readCrash(bytes))
}
