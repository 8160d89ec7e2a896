import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { sysctlByName } from '../support/system.ts'

function* main(process: Process): KernelThread<number> {
  const values: readonly (readonly [string, string, string])[] = [
    ['ProductName', 'productName', 'macOS'],
    ['ProductVersion', 'productVersion', (yield* sysctlByName(process, 'kern.osproductversion')) ?? ''],
    ['BuildVersion', 'buildVersion', (yield* sysctlByName(process, 'kern.osversion')) ?? ''],
  ]
  const [, option] = process.argv
  if (option === undefined) {
    for (const [label, , value] of values) yield* process.stdout.write(`${label}:\t\t${value}\n`)
    return 0
  }
  const found = values.find(([, name]) => `-${name}` === option || `--${name}` === option)
  if (found === undefined) {
    yield* process.stderr.write('Usage: sw_vers [--help|--productName|--productVersion|--buildVersion]\n')
    return 1
  }
  yield* process.stdout.write(`${found[2]}\n`)
  return 0
}

/** `sw_vers`: version of the system software. */
export const swVers = defineCommand({
  name: 'sw_vers', path: '/usr/bin/sw_vers', summary: 'print macOS version information', main,
  man: {
    section: 1, synopsis: ['sw_vers [--productName | --productVersion | --buildVersion]'],
    description: ['Writes name, version and build of the system software.'],
  },
})
