import { lightRegistry, readRegistry } from '../../../kernel/importers/index.ts'
import { runIoregOnDump } from '../../../kernel/machine/importedRegistry/index.ts'
import { EXIT, UsageError, type CliCommand } from '../Command.ts'
import { readInput } from '../input.ts'
import { decodeLatin1 } from './registry.ts'

/** Our `ioreg` prints to standard output in pieces; they are joined so that a dump is few writes. */
const PIECE_BYTES = 1 << 20

export const ioregCommand: CliCommand = {
  name: 'ioreg',
  synopsis: 'ioreg --from DUMP [--light] [ioreg options]',
  summary: 'our ioreg, with every option, on a registry dump; --light leaves HID tables and statistics out',
  async run(args, io) {
    const at = args.indexOf('--from')
    const dump = at < 0 ? undefined : args[at + 1]
    if (dump === undefined) {
      throw new UsageError('ioreg needs --from DUMP here; for a virtual machine: workbench run MACHINE --exec "ioreg -l".')
    }
    const given = [...args.slice(0, at), ...args.slice(at + 2)]
    const options = given.filter((option) => option !== '--light')
    const registry = readRegistry(readInput(dump), { decodeLatin1 })
    if (registry.rows.length === 0) {
      throw new UsageError(`${dump} holds no registry entries: an ioreg text, an ioreg -a plist or an IORegistryExplorer file can be read.`)
    }
    let waiting: Uint8Array[] = []
    let size = 0
    const flush = (): void => {
      if (size > 0) io.out(Buffer.concat(waiting))
      waiting = []
      size = 0
    }
    const shown = options.length < given.length ? lightRegistry(registry) : registry
    const status = runIoregOnDump(shown, options, {
      stdout(bytes) {
        waiting.push(bytes)
        size += bytes.length
        if (size >= PIECE_BYTES) flush()
      },
      ...(process.env['TERM'] === undefined ? {} : { terminal: process.env['TERM'] }),
      stderr: (bytes) => io.error(Buffer.from(bytes).toString('utf8')),
    })
    flush()
    return status === 0 ? EXIT.done : EXIT.usage
  },
}
