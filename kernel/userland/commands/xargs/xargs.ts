import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { parseCount, parseOptions, warn } from '../support/inputs.ts'
import { runProgram } from '../support/runProgram.ts'
import { xargsMan } from './xargs.man.ts'

const USAGE = 'usage: xargs [-0rt] [-I replstr] [-L number] [-n number] [utility [argument ...]]'
/** Arguments of one call together are at most this long. */
const MAX_LENGTH = 262_144
const MAX_ARGUMENTS = 5000

interface Plan {
  readonly zero: boolean
  readonly trace: boolean
  readonly replace: string | null
  readonly perCall: number
  readonly linesPerCall: number | null
  readonly utility: readonly string[]
}

function* main(process: Process): KernelThread<number> {
  const parsed = yield* parseOptions(process, '0rtI:L:n:P:s:x', USAGE)
  if (parsed === null) return 1
  let plan: Plan = {
    zero: false, trace: false, replace: null, perCall: MAX_ARGUMENTS, linesPerCall: null,
    utility: parsed.operands.length > 0 ? parsed.operands : ['/bin/echo'],
  }
  for (const { option, argument } of parsed.options) {
    if (option === '0') plan = { ...plan, zero: true }
    if (option === 't') plan = { ...plan, trace: true }
    if (option === 'I') plan = { ...plan, replace: argument }
    if (option !== 'n' && option !== 'L') continue
    const number = parseCount(argument!)
    if (number === null || number === 0) {
      yield* warn(process, `illegal argument count`)
      return 1
    }
    plan = option === 'n' ? { ...plan, perCall: number } : { ...plan, linesPerCall: number }
  }
  const text = yield* process.stdin.readText()
  return yield* runAll(process, plan, text)
}

function* runAll(process: Process, plan: Plan, text: string): KernelThread<number> {
  let status = 0
  for (const batch of batches(plan, text)) {
    const argv = plan.replace === null
      ? [...plan.utility, ...batch]
      : plan.utility.map((word) => word.replaceAll(plan.replace!, batch[0]!))
    if (plan.trace) yield* process.stderr.write(argv.join(' ') + '\n')
    const result = yield* runProgram(process, argv)
    if (result === 127 || result === 126) return result
    if (result === 255 || result > 128) {
      yield* warn(process, `${argv[0]}: exited with status ${result}; aborting`)
      return 124
    }
    if (result !== 0) status = 1
  }
  return status
}

function* batches(plan: Plan, text: string): Generator<string[], void> {
  if (plan.replace !== null) {
    for (const line of text.split('\n')) if (line.trim() !== '') yield [line.trimStart()]
    return
  }
  if (plan.linesPerCall !== null) {
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    for (let i = 0; i < lines.length; i += plan.linesPerCall) {
      yield lines.slice(i, i + plan.linesPerCall).flatMap((line) => words(line))
    }
    return
  }
  let batch: string[] = []
  let length = 0
  for (const word of plan.zero ? text.split('\0').filter((part) => part !== '') : words(text)) {
    if (batch.length > 0 && (batch.length >= plan.perCall || length + word.length > MAX_LENGTH)) {
      yield batch
      batch = []
      length = 0
    }
    batch.push(word)
    length += word.length + 1
  }
  if (batch.length > 0) yield batch
}

/** Words separated by blanks and newlines; quotes and backslashes protect. */
function words(text: string): string[] {
  const result: string[] = []
  for (const match of text.matchAll(/(?:\\.|"[^"\n]*"|'[^'\n]*'|[^\s"'\\])+/gs)) {
    result.push(match[0].replace(/\\(.)|"([^"]*)"|'([^']*)'/gs, (_, escaped, double, single) => String(escaped ?? double ?? single)))
  }
  return result
}

export const xargs = defineCommand({
  name: 'xargs', path: '/usr/bin/xargs', summary: 'construct argument lists and run a utility', man: xargsMan, main,
})
