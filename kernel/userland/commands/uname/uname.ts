import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { userland } from '../../libsystem/userlandState.ts'
import { parseOptions } from '../support/inputs.ts'
import { sysctlByName } from '../support/system.ts'

const CPU_TYPE_ARM64 = '16777228'

function* main(process: Process): KernelThread<number> {
  const parsed = yield* parseOptions(process, 'amnoprsv', 'usage: uname [-amnoprsv]')
  if (parsed === null) return 1
  const wanted = new Set(parsed.options.map(({ option }) => option))
  const isArm = (yield* sysctlByName(process, 'hw.cputype')) === CPU_TYPE_ARM64
  const values: readonly (readonly [string, string])[] = [
    ['s', 'Darwin'], ['n', userland().hostname], ['r', (yield* sysctlByName(process, 'kern.osrelease')) ?? ''],
    ['v', (yield* sysctlByName(process, 'kern.version')) ?? ''], ['m', isArm ? 'arm64' : 'x86_64'],
  ]
  if (wanted.has('o')) wanted.add('s')
  const printed = values.filter(([letter]) => wanted.has('a') || wanted.has(letter) || (wanted.size === 0 && letter === 's')).map(([, text]) => text)
  if (wanted.has('p')) printed.push(isArm ? 'arm' : 'i386')
  yield* process.stdout.write(`${printed.join(' ')}\n`)
  return 0
}

/** `uname`: the name of the system. */
export const uname = defineCommand({
  name: 'uname', path: '/usr/bin/uname', summary: 'display information about the system', main,
  man: { section: 1, synopsis: ['uname [-amnoprsv]'], description: ['Writes the name of the system; -a writes everything.'] },
})
