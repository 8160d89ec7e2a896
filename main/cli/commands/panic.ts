import { parseArgs } from 'node:util'
import { looksLikePanic, readPanic } from '../../../kernel/importers/index.ts'
import { EXIT, printJson, UsageError, type CliCommand } from '../Command.ts'
import { readInput } from '../input.ts'

export const panicCommand: CliCommand = {
  name: 'panic',
  synopsis: 'panic FILE… [--json]',
  summary: 'reads kernel panic texts, Intel and Apple silicon',
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: 'boolean', default: false } } })
    if (positionals.length === 0) throw new UsageError('panic takes one or more panic reports.')
    const reports = positionals.map((path) => {
      const bytes = readInput(path)
      if (!looksLikePanic(bytes)) throw new UsageError(`${path} does not look like the text of a kernel panic: a line "panic(cpu N caller 0x…): …" is wanted.`)
      return readPanic(bytes).facts
    })
    if (values.json) {
      printJson(io, reports.length === 1 ? reports[0] : { reports })
      return EXIT.done
    }
    for (const report of reports) {
      io.out(`${report.firstLine ?? '(no panic line)'}\n`)
      if (report.panickedTask !== null) io.out(`  task: ${report.panickedTask.name} (pid ${report.panickedTask.pid ?? '?'})\n`)
      for (const kext of report.backtraceKexts) io.out(`  in backtrace: ${kext.id} ${kext.version}\n`)
      io.out(`  system: ${report.osVersion ?? '?'}, ${report.model ?? report.kernelVersion ?? ''}\n`)
      io.out(`  ${report.loadedKexts.length} kexts loaded; ${report.coverage.linesUnderstood} of ${report.coverage.linesTotal} lines understood\n`)
    }
    return EXIT.done
  },
}
