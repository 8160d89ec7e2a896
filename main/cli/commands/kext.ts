import { statSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readKextPlist } from '../../../kernel/importers/index.ts'
import { EXIT, printJson, UsageError, type CliCommand } from '../Command.ts'
import { readInput } from '../input.ts'
import { kextText } from '../kexts/kextText.ts'
import { readKexts, type FoundKext } from '../kexts/readKexts.ts'

const options = { json: { type: 'boolean', default: false }, arch: { type: 'string' } } as const

export const kextCommand: CliCommand = {
  name: 'kext',
  synopsis: 'kext INFO.plist|BUNDLE|FOLDER… [--arch NAME] [--json]',
  summary: 'what the property list of a kext or driver extension says',
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options })
    if (positionals.length === 0)
      throw new UsageError('kext takes Info.plist files, .kext or .dext bundles, or folders of them.')
    const found = positionals.flatMap((path) => kextsAt(path, values.arch ?? null))
    if (values.json) {
      const documents = found.map(({ record, path }) => ({
        ...record, path, personalities: record.personalities.map((one) => ({ ...one, table: undefined })),
      }))
      printJson(io, documents.length === 1 ? documents[0] : { kexts: documents })
    } else io.out(found.map(({ record, path }) => kextText(record, path)).join('\n'))
    const isReadable = found.some(({ record }) => record.bundle !== null || record.personalities.length > 0)
    return isReadable ? EXIT.done : EXIT.usage
  },
}

function kextsAt(path: string, architecture: string | null): readonly FoundKext[] {
  if (path === '-' || !isFolder(path)) {
    return [{ path, bundlePath: null, record: readKextPlist(readInput(path), { where: path, architecture }) }]
  }
  const { kexts, problems } = readKexts([path], { architecture })
  if (kexts.length > 0) return kexts
  throw new UsageError(problems[0] === undefined
    ? `${path} holds no kext: a bundle or an Info.plist is wanted.`
    : `${problems[0].where}: ${problems[0].message}`)
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
