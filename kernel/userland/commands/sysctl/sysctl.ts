import { trap } from '../../../mach/user.ts'
import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { parseOptions } from '../support/inputs.ts'
import { sysctlByName } from '../support/system.ts'

const USAGE = 'usage: sysctl [-bdehiNnoqx] name ...\n       sysctl [-bdehNnoqx] -a'

function* main(process: Process): KernelThread<number> {
  const parsed = yield* parseOptions(process, 'abdehiNnoqx', USAGE)
  if (parsed === null) return 1
  const letters = new Set(parsed.options.map(({ option }) => option))
  const { value } = yield* trap(process.task, 'sysctl_names')
  const names = value as readonly string[]
  const isAll = letters.has('a') || parsed.operands.length === 0
  if (isAll && !letters.has('a')) {
    yield* process.stderr.write(`${USAGE}\n`)
    return 1
  }
  let status = 0
  for (const operand of isAll ? [''] : parsed.operands) {
    if (operand.includes('=')) {
      yield* process.stderr.write(`sysctl: ${operand.split('=', 1)[0]}: Operation not permitted\n`)
      status = 1
      continue
    }
    const matching = names.filter((name) => operand === '' || name === operand || name.startsWith(`${operand}.`))
    if (matching.length === 0) {
      if (!letters.has('i')) yield* process.stderr.write(`sysctl: unknown oid '${operand}'\n`)
      status = letters.has('i') ? status : 1
    }
    for (const name of matching) {
      const text = (yield* sysctlByName(process, name)) ?? ''
      const separator = letters.has('e') ? '=' : ': '
      yield* process.stdout.write(letters.has('N') ? `${name}\n` : letters.has('n') ? `${text}\n` : `${name}${separator}${text}\n`)
    }
  }
  return status
}

/** `sysctl`: the kernel's state by name. */
export const sysctl = defineCommand({
  name: 'sysctl', path: '/usr/sbin/sysctl', summary: 'get kernel state', main,
  man: {
    section: 8, synopsis: ['sysctl [-eiNn] name ...', 'sysctl [-eNn] -a'],
    description: ['Writes values of the kernel by name; a name that ends early stands for all below it. Nothing can be set on this machine.'],
  },
})
