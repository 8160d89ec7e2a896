import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { KextLoadArguments } from '../../libsystem/kextRequest.ts'
import type { Process } from '../../libsystem/Process.ts'
import { getoptLongOnly } from '../../getopt/index.ts'
import { mach_error_string } from '../../IOKitLib/index.ts'
import { EX_NOPERM, EX_OSERR, EX_USAGE, isRoot, kextRequest } from '../support/system.ts'

const USAGE = 'usage: kextload [options] [--] [kext] ...\n'

function absolute(process: Process, path: string): string {
  const trimmed = path.replace(/\/+$/u, '')
  return trimmed.startsWith('/') ? trimmed : `${process.cwd === '/' ? '' : process.cwd}/${trimmed}`
}

function* loadOne(process: Process, shown: string, wanted: KextLoadArguments): KernelThread<number> {
  const answer = yield* kextRequest(process, { predicate: 'Load', arguments: wanted })
  const result = answer?.result ?? 0xdc008001
  if (result === 0) return 0
  for (const [section, findings] of answer?.diagnostics ?? []) {
    yield* process.stderr.write(`Diagnostics for ${shown}:\n${section}:\n`)
    for (const [finding, subjects] of findings) {
      yield* process.stderr.write(`    ${finding}\n${subjects.map((subject) => `        ${subject}\n`).join('')}`)
    }
  }
  const advice = 'check the system/kernel logs for errors or try kextutil(8).'
  yield* process.stderr.write(`${shown} failed to load - ${mach_error_string(result)}; ${advice}\n`)
  return EX_OSERR
}

function* main(process: Process): KernelThread<number> {
  const parsed = getoptLongOnly(process.argv, 'b:d:r:qv:h', [{ name: 'bundle-id', argument: 'required', value: 'b' }])
  const bad = parsed.options.find(({ option }) => option === '?')
  if (bad !== undefined) {
    yield* process.stderr.write(`${bad.message ?? ''}\n${USAGE}`)
    return EX_USAGE
  }
  const identifiers = parsed.options.flatMap(({ option, argument }) => option === 'b' && argument !== null ? [argument] : [])
  if (identifiers.length + parsed.operands.length === 0) {
    yield* process.stderr.write('No kernel extensions specified; name kernel extension bundles\n    following options, or use -bundle-id (-b).\n')
    return EX_USAGE
  }
  if (!isRoot(process)) {
    yield* process.stderr.write('You must be running as root to load kexts.\n')
    return EX_NOPERM
  }
  let status = 0
  for (const bundleIdentifier of identifiers) status = (yield* loadOne(process, bundleIdentifier, { bundleIdentifier })) || status
  for (const operand of parsed.operands) {
    const path = absolute(process, operand)
    status = (yield* loadOne(process, path, { path })) || status
  }
  return status
}

/** `kextload`: loads kexts. */
export const kextload = defineCommand({
  name: 'kextload', path: '/sbin/kextload', alsoAt: ['/usr/sbin/kextload'], summary: 'load kernel extensions', main,
  man: {
    section: 8, synopsis: ['kextload [-b bundle_id] ... [kext] ...'],
    description: ['Loads the named bundles of /Library/Extensions with their libraries and starts matching. Only the super user may.'],
    exitStatus: '0 when all are loaded; 64 for wrong usage, 71 when one could not be loaded, 77 without privilege.',
    seeAlso: ['kextstat(8)', 'kextunload(8)'],
  },
})
