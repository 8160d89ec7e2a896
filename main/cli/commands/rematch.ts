import { parseArgs } from 'node:util'
import type { RematchAttachment, RematchReport, UnmatchedNub } from '../../../kernel/api/index.ts'
import { kextPersonalities, rematch, type PersonalityFacts } from '../../../kernel/explain/index.ts'
import { importedPlanes, readRegistry, sectionOf, type ImportedRegistry } from
  '../../../kernel/importers/index.ts'
import { columns, counted } from '../columns.ts'
import { EXIT, printJson, UsageError, type CliCommand, type CliIo } from '../Command.ts'
import { readInput } from '../input.ts'
import { readKexts } from '../kexts/readKexts.ts'
import { decodeLatin1 } from './registry.ts'

const DUMP_KINDS = 'an ioreg text, an ioreg -a plist or an IORegistryExplorer file'

export const rematchCommand: CliCommand = {
  name: 'rematch',
  synopsis: 'rematch DUMP [--kexts DIR]… [--json]',
  summary: 'takes the drivers out of a dump, matches again with the real catalogue, and compares',
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args, allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        kexts: { type: 'string', multiple: true, default: [] as string[] },
      },
    })
    if (positionals.length !== 1) {
      throw new UsageError(`rematch takes one dump: ${DUMP_KINDS}.`)
    }
    const report = rematch(readDump(positionals[0]!), personalitiesIn(values.kexts, io))
    if (values.json) printJson(io, withIds(report))
    else printReport(io, report)
    return EXIT.done
  },
}

/** A dump that holds something. */
export function readDump(path: string): ImportedRegistry {
  const registry = readRegistry(readInput(path), { decodeLatin1 })
  if (sectionOf(registry, 'IOService') !== undefined) return registry
  if (registry.rows.length > 0) {
    const planes = importedPlanes(registry).join(', ')
    const why = 'drivers hang in the plane IOService: make the dump with ioreg -l'
    throw new UsageError(`${path} shows ${planes}; ${why}.`)
  }
  throw new UsageError(`${path} holds no registry entries: ${DUMP_KINDS} can be read.`)
}

/** The personalities of all kexts in some folders. What cannot be read is said, and left out. */
export function personalitiesIn(folders: readonly string[], io: CliIo): PersonalityFacts[] {
  const { kexts, problems } = readKexts(folders)
  for (const { where, message } of problems) io.error(`${where}: ${message}\n`)
  return kextPersonalities(kexts.map(({ record }) => record))
}

const idText = (id: number | null): string | null => id === null ? null : `0x${id.toString(16)}`

function withIds(report: RematchReport): unknown {
  const written = (one: UnmatchedNub): object => ({ ...one, providerId: idText(one.providerId) })
  const { attachments, unmatchedNubs } = report
  return { ...report, attachments: attachments.map(written), unmatchedNubs: unmatchedNubs.map(written) }
}

function printReport(io: CliIo, report: RematchReport): void {
  const { fromDump, fromKexts } = report.personalities
  io.out(`${counted(fromDump, 'personality', 'personalities')} of the dump's drivers, ${fromKexts} of kexts\n`
    + `${counted(report.agree, 'attachment agrees', 'attachments agree')}, `
    + `${report.onlyDump} only in the dump, ${report.onlyOurs} only here\n`)
  printSide(io, 'Only in the dump', report.attachments.filter((one) => one.in === 'dump'))
  printSide(io, 'Only here', report.attachments.filter((one) => one.in === 'ours'))
  io.out('\nBy class of provider (both, dump only, here only)\n')
  io.out(columns(Object.entries(report.byProviderClass).map(
    ([name, { both, dump, ours }]) => [name, String(both), String(dump), String(ours)],
  ), 2))
}

function printSide(io: CliIo, title: string, attachments: readonly RematchAttachment[]): void {
  if (attachments.length === 0) return
  io.out(`\n${title}\n`)
  for (const { IOClass, providerPath, providerClass, reason, closedRule } of attachments) {
    const rule = closedRule ? ' (closed rule)' : ''
    io.out(`  ${IOClass} on ${providerPath.split('/').at(-1)} <${providerClass}>\n`
      + `    ${reason?.code ?? ''}${rule}: ${reason?.text ?? ''}\n    ${providerPath}\n`)
  }
}
