import type { KernelThread } from '../../../sim/index.ts'
import { getopt } from '../../getopt/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import { formatPrintf } from '../../libsystem/printf.ts'
import type { Process } from '../../libsystem/Process.ts'
import { parseOptions, warn } from '../support/inputs.ts'

const USAGE = 'usage: seq [-w] [-f format] [-s string] [-t string] [first [incr]] last'
const OPTIONS = 'f:s:t:w'
const LINES_PER_QUANTUM = 1024

function* main(process: Process): KernelThread<number> {
  const negative = process.argv.findIndex((argument) => /^-[0-9.]/.test(argument))
  const argv = process.argv
  if (negative > 0 && getopt(argv.slice(0, negative), OPTIONS).operands.length === 0) {
    process.argv = [...argv.slice(0, negative), '--', ...argv.slice(negative)]
  }
  const parsed = yield* parseOptions(process, OPTIONS, USAGE)
  if (parsed === null) return 1
  const given = (letter: string): string | null =>
    parsed.options.findLast(({ option }) => option === letter)?.argument ?? null
  const numbers = parsed.operands.map(Number)
  const bad = parsed.operands.find((_, index) => Number.isNaN(numbers[index]))
  if (bad !== undefined || numbers.length === 0 || numbers.length > 3) {
    if (bad === undefined) yield* process.stderr.write(USAGE + '\n')
    else yield* warn(process, `invalid floating point argument: ${bad}`)
    return 1
  }
  const last = numbers.at(-1)!
  const first = numbers.length > 1 ? numbers[0]! : 1
  const step = numbers.length > 2 ? numbers[1]! : first <= last ? 1 : -1
  if (step === 0 || (last - first) / step < 0) {
    yield* warn(process, step === 0 ? 'zero increment'
      : `needs ${step < 0 ? 'positive' : 'negative'} increment`)
    return 1
  }
  const count = Math.floor((last - first) / step + 1e-9)
  const format = given('f') ?? '%g'
  const widest = parsed.options.some(({ option }) => option === 'w')
    ? Math.max(String(first).length, String(first + step * count).length) : 0
  const separator = given('s') ?? '\n'
  for (let i = 0; i <= count; i++) {
    const value = first + step * i
    const text = Number.isInteger(value) && format === '%g'
      ? String(value) : formatPrintf(format, () => value).text
    yield* process.stdout.write(text.padStart(widest, '0') + separator)
    if (i % LINES_PER_QUANTUM === 0) yield* process.checkpoint()
  }
  yield* process.stdout.write((separator === '\n' ? '' : '\n') + (given('t') ?? ''))
  return 0
}

/** `seq`: numbers in a row. */
export const seq = defineCommand({
  name: 'seq',
  path: '/usr/bin/seq',
  summary: 'print sequences of numbers',
  main,
  man: {
    section: 1,
    synopsis: ['seq [-w] [-f format] [-s string] [-t string] [first [incr]] last'],
    description: ['Writes the numbers from first (1) to last in steps of incr (1 or -1).'],
    options: [
      ['-w', 'pads with zeros to one width'],
      ['-f format', 'writes each with this format of printf'],
      ['-s string', 'writes this after each number, a newline if not given'],
      ['-t string', 'writes this at the end'],
    ],
  },
})
