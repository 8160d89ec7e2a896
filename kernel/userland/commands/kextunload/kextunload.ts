import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { KextUnloadArguments } from '../../libsystem/kextRequest.ts'
import type { Process } from '../../libsystem/Process.ts'
import { parseOptions } from '../support/inputs.ts'
import { EX_USAGE, isRoot, kextRequest, libkernErrorText } from '../support/system.ts'

const USAGE = 'usage: kextunload [-h] [-p] [-b bundle_id] ... [-c class] ... [kext] ...'
const NOT_PRIVILEGED = 2
const SOME_FAILED = 3

function* unloadOne(process: Process, shown: string, wanted: KextUnloadArguments): KernelThread<number> {
  const answer = yield* kextRequest(process, { predicate: 'Unload', arguments: wanted })
  const result = answer?.result ?? 0xdc008001
  if (result !== 0) {
    yield* process.stderr.write(wanted.className === undefined
      ? `(kernel) Can't unload ${shown}: ${libkernErrorText(result)}\nFailed to unload ${shown} - ${libkernErrorText(result)}.\n`
      : `Failed to terminate class ${shown} - ${libkernErrorText(result)}.\n`)
    return SOME_FAILED
  }
  yield* process.stdout.write(wanted.className !== undefined ? `All instances of class ${shown} terminated.\n`
    : wanted.personalitiesOnly === true ? `${shown}: services terminated and personalities removed (kext not unloaded).\n`
      : `${shown} unloaded and personalities removed.\n`)
  return 0
}

function* main(process: Process): KernelThread<number> {
  const parsed = yield* parseOptions(process, 'b:c:m:pqr:v:h', USAGE)
  if (parsed === null) return EX_USAGE
  const personalitiesOnly = parsed.options.some(({ option }) => option === 'p')
  const wanted: [string, KextUnloadArguments][] = [
    ...parsed.options.flatMap(({ option, argument }): [string, KextUnloadArguments][] => {
      if (argument === null) return []
      if (option === 'b' || option === 'm') return [[argument, { bundleIdentifier: argument, personalitiesOnly }]]
      return option === 'c' ? [[argument, { className: argument }]] : []
    }),
    ...parsed.operands.map((path): [string, KextUnloadArguments] => [path, { path: path.replace(/\/+$/u, ''), personalitiesOnly }]),
  ]
  if (wanted.length === 0) {
    yield* process.stderr.write(`${USAGE}\n`)
    return EX_USAGE
  }
  if (!isRoot(process)) {
    yield* process.stderr.write('You must be running as root to unload kexts, terminate services, or remove driver personalities.\n')
    return NOT_PRIVILEGED
  }
  let status = 0
  for (const [shown, one] of wanted) status = (yield* unloadOne(process, shown, one)) || status
  return status
}

/** `kextunload`: terminates a kext's services and unloads it. */
export const kextunload = defineCommand({
  name: 'kextunload', path: '/sbin/kextunload', alsoAt: ['/usr/sbin/kextunload'], summary: 'terminate driver instances and unload kernel extensions', main,
  man: {
    section: 8, synopsis: ['kextunload [-p] [-b bundle_id] ... [-c class] ... [kext] ...'],
    description: ['Terminates the services of the named kexts and unloads them; -p leaves the code, -c terminates the instances of a class. Only the super user may.'],
    seeAlso: ['kextload(8)', 'kextstat(8)'],
  },
})
