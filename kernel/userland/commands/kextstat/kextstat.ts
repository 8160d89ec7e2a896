import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { LoadedKextInfo } from '../../libsystem/kextRequest.ts'
import type { Process } from '../../libsystem/Process.ts'
import { parseOptions } from '../support/inputs.ts'
import { EX_OSERR, EX_USAGE, kextRequest } from '../support/system.ts'

const HEADER = 'Index Refs Address            Size       Wired      Name (Version) UUID <Linked Against>\n'

/** `%#llx` left-aligned: zero has no prefix. */
function hexCell(value: bigint | number, width: number): string {
  return (BigInt(value) === 0n ? '0' : `0x${BigInt.asUintN(64, BigInt(value)).toString(16)}`).padEnd(width)
}

function row(kext: LoadedKextInfo): string {
  const numbers = `${String(kext.loadTag).padStart(5)} ${String(kext.references).padStart(4)} `
    + `${hexCell(kext.address, 18)} ${hexCell(kext.sizeBytes, 10)} ${hexCell(kext.wiredBytes, 10)}`
  const linked = kext.dependencies.toReversed().join(' ')
  return `${numbers} ${kext.bundleIdentifier} (${kext.version}) ${kext.uuid ?? 'no UUID'} <${linked}>\n`
}

function* main(process: Process): KernelThread<number> {
  const parsed = yield* parseOptions(process, 'ab:klsh', 'usage: kextstat [-akls] [-b bundle_id] ...')
  if (parsed === null) return EX_USAGE
  if (parsed.operands.length > 0) {
    yield* process.stderr.write(`Extra arguments starting at ${parsed.operands[0]}.\n`)
    return EX_USAGE
  }
  const letters = new Set(parsed.options.map(({ option }) => option))
  const only = parsed.options.flatMap(({ option, argument }) => option === 'b' && argument !== null ? [argument] : [])
  const answer = yield* kextRequest(process, { predicate: 'Get Loaded Kext Info', arguments: only.length === 0 ? {} : { bundleIdentifiers: only } })
  if (answer?.kexts === undefined) {
    yield* process.stderr.write("Couldn't get list of loaded kexts from kernel.\n")
    return EX_OSERR
  }
  yield* process.stderr.write('Executing: /usr/bin/kmutil showloaded\nNo variant specified, falling back to release\n')
  if (!letters.has('l')) yield* process.stdout.write(HEADER)
  const shown = answer.kexts.filter((kext) => !letters.has('k') || !kext.isKernelComponent)
  const ordered = letters.has('s') ? shown.toSorted((a, b) => (a.address < b.address ? -1 : 1)) : shown
  for (const kext of ordered) yield* process.stdout.write(row(kext))
  return 0
}

/** `kextstat`: the loaded kexts. */
export const kextstat = defineCommand({
  name: 'kextstat', path: '/usr/sbin/kextstat', summary: 'display status of loaded kernel extensions', main,
  man: {
    section: 8, synopsis: ['kextstat [-kls] [-b bundle_id] ...'],
    description: ['Writes one line per loaded kext in the order of loading: tag, references, address, sizes, name, version and the tags it is linked against. -k leaves out parts of the kernel, -l the header, -s sorts by address.'],
    seeAlso: ['kextload(8)', 'kextunload(8)'],
  },
})
