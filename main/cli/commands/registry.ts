import { parseArgs } from 'node:util'
import { readRegistry, registrySummary } from '../../../kernel/importers/index.ts'
import { EXIT, printJson, UsageError, type CliCommand } from '../Command.ts'
import { readInput } from '../input.ts'

/** Bytes to characters 0 to 255, one to one, at the speed of the host. */
export const decodeLatin1 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

export const registryCommand: CliCommand = {
  name: 'registry',
  synopsis: 'registry DUMP [--json]',
  summary: 'what a registry dump holds and what was understood of it',
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: 'boolean', default: false } } })
    if (positionals.length !== 1) throw new UsageError('registry takes one dump: an ioreg text, an ioreg -a plist or an IORegistryExplorer file.')
    const summary = registrySummary(readRegistry(readInput(positionals[0]!), { decodeLatin1 }))
    if (values.json) {
      printJson(io, summary)
    } else {
      io.out(`${positionals[0]}: ${summary.format}, ${summary.entries} entries, root ${summary.root ?? 'none'} <${summary.rootClass ?? '?'}>, depth ${summary.maxDepth}\n`)
      io.out(`planes: ${summary.planes.join(', ') || 'none named'}\nmodel: ${summary.model ?? 'not stated'}, build: ${summary.osBuild ?? 'not stated'}\n`)
      io.out(`${summary.linesUnderstood} of ${summary.linesTotal} lines understood${summary.clipped ? ', cut off at the terminal’s width' : ''}\n`)
      for (const problem of summary.problems) io.out(`  ${problem.line ?? ''}: ${problem.reason} ${problem.text ?? ''}\n`)
    }
    return summary.entries === 0 ? EXIT.usage : EXIT.done
  },
}
