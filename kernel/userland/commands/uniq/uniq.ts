import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import { openPath } from '../../libsystem/open.ts'
import type { Process } from '../../libsystem/Process.ts'
import { eachInput, parseOptions, warnPath } from '../support/inputs.ts'
import { uniqMan } from './uniq.man.ts'

const USAGE = 'usage: uniq [-cdiu] [-f fields] [-s chars] [input [output]]'

function* main(process: Process): KernelThread<number> {
  const parsed = yield* parseOptions(process, 'cdif:s:u', USAGE)
  if (parsed === null) return 1
  const letters = new Set(parsed.options.map(({ option }) => option))
  const numberOf = (letter: string): number => Number(parsed.options.findLast(({ option }) => option === letter)?.argument ?? 0)
  const [fields, characters] = [numberOf('f'), numberOf('s')]
  const keyOf = (line: string): string => {
    const rest = line.replace(new RegExp(`^(?:[ \\t]*[^ \\t]+){0,${fields}}`), '').slice(characters)
    return letters.has('i') ? rest.toLowerCase() : rest
  }
  const [input, output] = parsed.operands
  if (output !== undefined) {
    const file = openPath(process, output, { write: true, create: true, truncate: true })
    if (typeof file === 'number') {
      yield* warnPath(process, output, file)
      return 1
    }
    process.setFile(1, file)
  }
  function* show(line: string, count: number): KernelThread {
    if ((letters.has('d') && count === 1) || (letters.has('u') && count > 1)) return
    yield* process.stdout.write((letters.has('c') ? `${String(count).padStart(4)} ` : '') + line + '\n')
  }
  return yield* eachInput(process, input === undefined ? [] : [input], function* ({ stream }) {
    let previous: string | null = null
    let count = 0
    for (let line = yield* stream.readLine(); line !== null; line = yield* stream.readLine()) {
      if (previous !== null && keyOf(previous) === keyOf(line)) {
        count++
        continue
      }
      if (previous !== null) yield* show(previous, count)
      previous = line
      count = 1
    }
    if (previous !== null) yield* show(previous, count)
  })
}

export const uniq = defineCommand({
  name: 'uniq', path: '/usr/bin/uniq', summary: 'report or filter out repeated lines', man: uniqMan, main,
})
