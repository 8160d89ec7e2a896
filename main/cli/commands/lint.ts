import { parseArgs } from 'node:util'
import type { LintFinding, LintReport } from '../../../kernel/api/index.ts'
import { lintPage, sarifOf } from '../../../kernel/explain/index.ts'
import { version } from '../../version.ts'
import { counted } from '../columns.ts'
import { EXIT, printJson, UsageError, type CliCommand } from '../Command.ts'
import { lintPaths } from '../lint/lintPaths.ts'

const flag = { type: 'boolean', default: false } as const
const options = { json: flag, sarif: flag, rules: flag } as const

export const lintCommand: CliCommand = {
  name: 'lint',
  synopsis: 'lint FILE|FOLDER… [--json|--sarif] | lint --rules',
  summary: 'what is wrong with machine files, kexts, OpenCore sets and entitlements, and what to do',
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options })
    if (values.rules) {
      io.out(lintPage())
      return EXIT.done
    }
    if (positionals.length === 0) {
      throw new UsageError('lint takes machine files, kexts, Info.plists, config.plists or entitlements.')
    }
    const report = lintPaths(positionals)
    if (values.sarif) printJson(io, sarifOf(report, version))
    else if (values.json) printJson(io, report)
    else io.out(lintText(report))
    return report.findings.some(({ severity }) => severity === 'error') ? EXIT.negative : EXIT.done
  },
}

function lintText({ findings, files }: LintReport): string {
  const parts = [...Map.groupBy(findings, ({ path }) => path)].map(([path, own]) =>
    `${path}\n${own.map(row).join('')}\n`)
  const count = (severity: LintFinding['severity']): number =>
    findings.filter((one) => one.severity === severity).length
  const sum = [
    counted(count('error'), 'error'), counted(count('warning'), 'warning'),
    `${count('info')} for information`,
  ].join(', ')
  return `${parts.join('')}${sum} in ${counted(files, 'file')}\n`
}

function row({ rule, severity, line, where, message, fix }: LintFinding): string {
  const place = [line === null ? '' : `line ${line}`, where].filter((part) => part !== '').join(', ')
  const inner = [place, fix].filter((text) => text !== '').map((text) => `                 ${text}\n`)
  return `  ${severity.padEnd(7)} ${rule}  ${message}\n${inner.join('')}`
}
