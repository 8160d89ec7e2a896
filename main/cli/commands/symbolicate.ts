import { parseArgs } from 'node:util'
import type { CrashRecord, PanicFacts, Symbolication } from '../../../kernel/api/index.ts'
import { bareUuid, imagesWithFrames, judgeCrash, symbolicateCrash,
  symbolicatePanic } from '../../../kernel/explain/index.ts'
import { explainPanic } from '../../../kernel/explain/verdict/index.ts'
import { looksLikeCrash, looksLikePanic, readCrash, readPanic } from '../../../kernel/importers/index.ts'
import { columns, counted } from '../columns.ts'
import { EXIT, printJson, UsageError, type CliCommand } from '../Command.ts'
import { readInput } from '../input.ts'
import { panicSummary } from '../panicSummary.ts'
import { crashText } from '../reports/crashText.ts'
import { readSymbolFiles, type WantedSymbols } from '../symbols/symbolFiles.ts'

const options = {
  json: { type: 'boolean', default: false },
  force: { type: 'boolean', default: false },
  symbols: { type: 'string', multiple: true, default: [] as string[] },
} as const

export const symbolicateCommand: CliCommand = {
  name: 'symbolicate',
  synopsis: 'symbolicate FILE --symbols PATH… [--force] [--json]',
  summary: 'names the addresses of a panic or crash report: Mach-O files, dSYMs, debug kits, nm lists',
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options })
    const [path, ...more] = positionals
    const paths = [...values.symbols, ...more]
    if (path === undefined || paths.length === 0) {
      throw new UsageError('symbolicate takes a report and, behind --symbols, files or folders with symbols.')
    }
    const bytes = readInput(path)
    if (looksLikePanic(bytes)) {
      const { facts, lines } = readPanic(bytes)
      const report = symbolicatePanic(facts, readSymbolFiles(paths, wantedOfPanic(facts)), values.force)
      if (values.json) printJson(io, { ...explainPanic(report, lines), symbolication: report.symbolication })
      else io.out(panicSummary(explainPanic(report, lines)) + filesText(report.symbolication))
      return exitOf(report.symbolication)
    }
    if (!looksLikeCrash(bytes)) throw new UsageError(`${path} is neither a kernel panic nor a crash report.`)
    const record = readCrash(bytes)
    const report = judgeCrash(symbolicateCrash(record, readSymbolFiles(paths, wantedOfCrash(record)),
      values.force))
    if (values.json) printJson(io, report)
    else io.out(crashText(report, { allThreads: false, registers: false }) + filesText(report.symbolication))
    return exitOf(report.symbolication)
  },
}

/** Negative where no file gave a name. */
function exitOf({ files }: Symbolication): number {
  return files.some(({ named }) => named > 0) ? EXIT.done : EXIT.negative
}

function wantedOfCrash(record: CrashRecord): WantedSymbols {
  const images = imagesWithFrames(record)
  return {
    uuids: new Set(images.flatMap(({ uuid }) => uuid === null ? [] : bareUuid(uuid))),
    names: new Set(images.flatMap(({ name, identifier }) => [name,
      identifier]).filter((name) => name !== null)),
  }
}

function wantedOfPanic(facts: PanicFacts): WantedSymbols {
  const kexts = facts.backtraceKexts.flatMap((kext) => [kext, ...kext.dependencies])
  const uuids = [facts.kernelUuid, facts.kernelCacheUuid, ...kexts.map(({ uuid }) => uuid)]
  return {
    uuids: new Set(uuids.flatMap((uuid) => uuid === null ? [] : bareUuid(uuid))),
    names: new Set(['kernel', 'mach_kernel', ...kexts.map(({ id }) => id.slice(id.lastIndexOf('.') + 1))]),
  }
}

function filesText({ files, namedFrames, namelessFrames }: Symbolication): string {
  const rows = files.map(({ path, image, status, named, slide, uuid, wantedUuid, note }) => {
    const isOther = status === 'refused' || status === 'forced'
    const uuids = isOther ? ` It has ${uuid}, the report ${wantedUuid}.` : ''
    const shift = slide === null ? '' : ` Slide ${slide}, ${counted(named, 'frame')} named.`
    return [path, image ?? '', status, `${note}${uuids}${shift}`]
  })
  return `\nSymbols: ${counted(namedFrames, 'frame')} with a name, ${namelessFrames} without\n${columns(rows, 2)}`
}
