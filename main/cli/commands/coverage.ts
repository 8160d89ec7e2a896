import { parseArgs } from 'node:util'
import type { CoverageReport, KextRecord } from '../../../kernel/api/index.ts'
import { coverageOfDump, coverageOfList } from '../../../kernel/explain/index.ts'
import {
  joinLists, readDeviceList, readRegistry, type DeviceListHint,
} from '../../../kernel/importers/index.ts'
import { coverageText } from '../coverageText.ts'
import { hostDevices } from '../../hostBridge/hostDevices.ts'
import { EXIT, printJson, UsageError, type CliCommand, type CliIo } from '../Command.ts'
import { readInput } from '../input.ts'
import { readKexts } from '../kexts/readKexts.ts'
import { decodeLatin1 } from './registry.ts'

const list = { type: 'string', multiple: true, default: [] as string[] } as const
const options = {
  lspci: list, lsusb: list, from: list, kexts: list, host: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const

export const coverageCommand: CliCommand = {
  name: 'coverage',
  synopsis: 'coverage [--lspci F] [--lsusb F] [--from DUMP] [--host] [FILE…] --kexts DIR… [--json]',
  summary: 'which device of a computer gets which driver, and by which rule',
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options })
    const kexts = kextsIn(values.kexts, io)
    const files = [
      ...values.lspci.map((path) => ({ path, hint: 'lspci' as const })),
      ...values.lsusb.map((path) => ({ path, hint: 'lsusb' as const })),
      ...[...values.from, ...positionals].map((path) => ({ path, hint: 'lspci' as const })),
    ]
    if (files.length === 0 && !values.host)
      throw new UsageError('coverage takes what lspci, lsusb or system_profiler printed, or a registry dump.')
    const report = values.host ? reportOfHost(files.length, kexts) : reportOf(files, kexts)
    if (values.json) printJson(io, report)
    else io.out(coverageText(report))
    return EXIT.done
  },
}

function kextsIn(folders: readonly string[], io: CliIo): KextRecord[] {
  const { kexts, problems } = readKexts(folders)
  for (const { where, message } of problems) io.error(`${where}: ${message}\n`)
  return kexts.map(({ record }) => record)
}

function reportOfHost(files: number, kexts: readonly KextRecord[]): CoverageReport {
  if (files > 0) throw new UsageError('--host is for this computer: give no files with it.')
  const host = hostDevices()
  if ('problem' in host) throw new UsageError(host.problem)
  if ('list' in host) return coverageOfList(host.list, kexts)
  return coverageOfDump(readRegistry(host.registry, { decodeLatin1 }), kexts)
}

/** Lists of one computer become one; a dump stands for itself. */
function reportOf(
  files: readonly { readonly path: string; readonly hint: DeviceListHint }[], kexts: readonly KextRecord[],
): CoverageReport {
  const lists = files.map(({ path, hint }) => {
    const bytes = readInput(path)
    return { path, bytes, list: readDeviceList(bytes, hint) }
  })
  const dump = lists.find((one) => one.list === null)
  if (dump === undefined) {
    const joined = joinLists(lists.map((one) => one.list!))
    if (joined.pci.length + joined.usb.length > 0) return coverageOfList(joined, kexts)
    const names = files.map(({ path }) => path).join(', ')
    throw new UsageError(`${names}: no device is listed; ${KINDS} can be read.`)
  }
  if (lists.length > 1)
    throw new UsageError(`${dump.path} is a registry dump: it is read by itself, without other lists.`)
  const registry = readRegistry(dump.bytes, { decodeLatin1 })
  if (registry.rows.length === 0) throw new UsageError(`${dump.path} lists no device; ${KINDS} can be read.`)
  return coverageOfDump(registry, kexts)
}

const KINDS = 'lspci -nn (-v, -x, -t, -mm), lsusb (-v, -t), system_profiler reports and ioreg dumps'
