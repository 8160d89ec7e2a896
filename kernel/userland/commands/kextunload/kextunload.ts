import { kIOReturnSuccess, type IOReturn } from '../../../abi/index.ts'
import type { KernelThread } from '../../../sim/index.ts'
import { IOKitWaitQuiet, kIOMainPortDefault, mach_error_string } from '../../IOKitLib/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { KextResponse, KextUnloadArguments } from '../../libsystem/kextRequest.ts'
import type { Process } from '../../libsystem/Process.ts'
import { parseOptions } from '../support/inputs.ts'
import { EX_USAGE, isRoot, kextRequest } from '../support/system.ts'

const USAGE = 'usage: kextunload [-h] [-p] [-b bundle_id] ... [-c class] ... [kext] ...'
const NOT_ROOT =
  'You must be running as root to unload kexts, terminate services, or remove driver personalities.\n'
const SEE_LOGS = 'Check the system/kernel logs for error messages from the I/O Kit.\n'
const INTERNAL_ERROR = 0xdc008001
const NOT_PRIVILEGED = 2
const SOME_FAILED = 3
/** Services may take so long to go. */
const QUIET_TIMEOUT_NS = 30_000_000_000

function* ask(process: Process, wanted: KextUnloadArguments): KernelThread<KextResponse> {
  const answer = yield* kextRequest(process, { predicate: 'Unload', arguments: wanted })
  return answer ?? { result: INTERNAL_ERROR }
}

/** Waits until the services that were told to go are gone. */
function waitForServices(process: Process): KernelThread<IOReturn> {
  return IOKitWaitQuiet(process.task, kIOMainPortDefault, QUIET_TIMEOUT_NS)
}

function* failed(process: Process, text: string, answer: KextResponse): KernelThread<number> {
  for (const line of answer.messages ?? []) yield* process.stderr.write(`(kernel) ${line}\n`)
  yield* process.stderr.write(`${text} - ${mach_error_string(answer.result)}.\n`)
  return SOME_FAILED
}

/** -c: the instances of a class. */
function* terminateClass(process: Process, className: string): KernelThread<number> {
  const answer = yield* ask(process, { className })
  if (answer.result !== kIOReturnSuccess) {
    const status = yield* failed(process, `Failed to terminate class ${className}`, answer)
    yield* process.stderr.write(SEE_LOGS)
    return status
  }
  yield* waitForServices(process)
  yield* process.stdout.write(`All instances of class ${className} terminated.\n`)
  return 0
}

/** Terminates the services of a kext, waits until they are gone, and then unloads it. */
function* unloadKext(process: Process, shown: string, wanted: KextUnloadArguments): KernelThread<number> {
  const terminated = yield* ask(process, { ...wanted, personalitiesOnly: true })
  if (terminated.result !== kIOReturnSuccess) {
    return yield* failed(process, `Terminate for ${shown} failed`, terminated)
  }
  yield* waitForServices(process)
  if (wanted.personalitiesOnly === true) {
    const done = 'services terminated and personalities removed (kext not unloaded).'
    yield* process.stdout.write(`${shown}: ${done}\n`)
    return 0
  }
  const unloaded = yield* ask(process, wanted)
  if (unloaded.result !== kIOReturnSuccess) {
    return yield* failed(process, `Failed to unload ${shown}`, unloaded)
  }
  yield* process.stdout.write(`${shown} unloaded and personalities removed.\n`)
  return 0
}

function* main(process: Process): KernelThread<number> {
  const parsed = yield* parseOptions(process, 'b:c:m:pqr:v:h', USAGE)
  if (parsed === null) return EX_USAGE
  const given = (letters: string): string[] => parsed.options.flatMap(({ option, argument }) =>
    letters.includes(option) && argument !== null ? [argument] : [])
  const personalitiesOnly = parsed.options.some(({ option }) => option === 'p')
  const kexts: [string, KextUnloadArguments][] = [
    ...given('bm').map((name): [string, KextUnloadArguments] =>
      [name, { bundleIdentifier: name, personalitiesOnly }]),
    ...parsed.operands.map((path): [string, KextUnloadArguments] =>
      [path, { path: path.replace(/\/+$/u, ''), personalitiesOnly }]),
  ]
  const classes = given('c')
  if (kexts.length + classes.length === 0) {
    yield* process.stderr.write(`${USAGE}\n`)
    return EX_USAGE
  }
  if (!isRoot(process)) {
    yield* process.stderr.write(NOT_ROOT)
    return NOT_PRIVILEGED
  }
  let status = 0
  for (const className of classes) status = (yield* terminateClass(process, className)) || status
  for (const [shown, wanted] of kexts) status = (yield* unloadKext(process, shown, wanted)) || status
  return status
}

/** `kextunload`: terminates a kext's services and unloads it. */
export const kextunload = defineCommand({
  name: 'kextunload', path: '/sbin/kextunload', alsoAt: ['/usr/sbin/kextunload'],
  summary: 'terminate driver instances and unload kernel extensions', main,
  man: {
    section: 8, synopsis: ['kextunload [-p] [-b bundle_id] ... [-c class] ... [kext] ...'],
    description: [
      'Terminates the services of the named kexts, waits until they are gone, and unloads the kexts; -p leaves '
        + 'the code, -c terminates the instances of a class. Only the super user may.',
    ],
    exitStatus: '0; 2 without privilege, 3 when something could not be unloaded, 64 for wrong usage.',
    seeAlso: ['kextload(8)', 'kextstat(8)'],
  },
})
