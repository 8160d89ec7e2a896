import { parseArgs } from 'node:util'
import type { RematchReport } from '../../../kernel/api/index.ts'
import { rematch } from '../../../kernel/explain/index.ts'
import { readRegistry } from '../../../kernel/importers/index.ts'
import { EXIT, printJson, UsageError, type CliCommand, type CliIo } from '../Command.ts'
import { readInput } from '../input.ts'
import { readKextFolders } from '../kextFolders.ts'
import { decodeLatin1 } from './registry.ts'

export const rematchCommand: CliCommand = {
  name: 'rematch',
  synopsis: 'rematch DUMP [--kexts DIR]… [--json]',
  summary: 'takes the drivers out of a dump, matches again with the real catalogue, and compares',
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args, allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, kexts: { type: 'string', multiple: true, default: [] as string[] } },
    })
    if (positionals.length !== 1) throw new UsageError('rematch takes one dump: an ioreg text, an ioreg -a plist or an IORegistryExplorer file.')
    const registry = readRegistry(readInput(positionals[0]!), { decodeLatin1 })
    if (registry.rows.length === 0) throw new UsageError(`${positionals[0]} holds no registry entries: there is nothing to match.`)
    const report = rematch(registry, readKextFolders(values.kexts))
    if (values.json) printJson(io, withIds(report))
    else printReport(io, report)
    return EXIT.done
  },
}

const idText = (id: number | null): string | null => id === null ? null : `0x${id.toString(16)}`

function withIds(report: RematchReport): unknown {
  const written = <T extends { readonly providerId: number | null }>(one: T): object => ({ ...one, providerId: idText(one.providerId) })
  return { ...report, attachments: report.attachments.map(written), unmatchedNubs: report.unmatchedNubs.map(written) }
}

function printReport(io: CliIo, report: RematchReport): void {
  io.out(`${report.agree} attachments agree, ${report.onlyDump} only in the dump, ${report.onlyOurs} only here\n`)
  for (const one of report.attachments) {
    if (one.in === 'both') continue
    io.out(`${one.in === 'dump' ? '-' : '+'} ${one.IOClass} on ${one.providerPath} <${one.providerClass}>: ${one.reason?.text ?? ''}\n`)
  }
}
