import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { evaluateTest } from '../../shell/builtins/testExpression.ts'
import { programName, warn } from '../support/inputs.ts'

function* main(process: Process): KernelThread<number> {
  const bracket = programName(process) === '['
  if (bracket && process.argv.at(-1) !== ']') {
    yield* warn(process, 'missing ]')
    return 2
  }
  const result = evaluateTest(process, process.argv.slice(1, bracket ? -1 : undefined))
  if (result.message !== null) yield* warn(process, result.message)
  return result.status
}

/** `test` and `[`: the programs of those names; the shell has its own. */
export const testCommand = defineCommand({
  name: 'test',
  path: '/bin/test',
  alsoAt: ['/bin/['],
  summary: 'condition evaluation utility',
  main,
  man: {
    section: 1,
    synopsis: ['test expression', '[ expression ]'],
    description: [
      'Evaluates an expression: -n and -z of a text, = and != of two, -eq -ne -lt -le -gt -ge of numbers, '
        + '-e -f -d -h -r -w -x -s of a path, -nt -ot -ef of two paths, ! -a -o and parentheses.',
    ],
    exitStatus: '0 when it is true, 1 when it is false, 2 when it makes no sense.',
  },
})
