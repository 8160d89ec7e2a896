import { scheduler, type KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { concatenate, type InputStream } from '../../libsystem/streams.ts'
import { decodeText } from '../../libsystem/text.ts'
import { eachInput, parseOptions, warn } from '../support/inputs.ts'
import { tailMan } from './tail.man.ts'

const USAGE = 'usage: tail [-F | -f | -r] [-q] [-b # | -c # | -n #] [file ...]'
const FOLLOW_INTERVAL_NS = 250_000_000
const NEWLINE = 10

interface Plan {
  readonly unit: 'lines' | 'bytes'
  readonly count: number
  /** Counted from the start of the data. */
  readonly fromStart: boolean
  readonly follow: boolean
  readonly reverse: boolean
  readonly quiet: boolean
}

function* main(process: Process): KernelThread<number> {
  process.argv = process.argv.map((argument, index) => (index > 0 && /^[-+][0-9]+$/.test(argument) ? `-n${argument.replace(/^-/, '')}` : argument))
  const parsed = yield* parseOptions(process, 'Ffc:n:b:rq', USAGE)
  if (parsed === null) return 1
  let plan: Plan = { unit: 'lines', count: 10, fromStart: false, follow: false, reverse: false, quiet: false }
  for (const { option, argument } of parsed.options) {
    if (option === 'f' || option === 'F') plan = { ...plan, follow: true }
    else if (option === 'r') plan = { ...plan, reverse: true, count: Infinity }
    else if (option === 'q') plan = { ...plan, quiet: true }
    else {
      if (!/^[-+]?[0-9]+$/.test(argument!)) {
        yield* warn(process, `illegal offset -- ${argument}`)
        return 1
      }
      const count = Math.abs(Number(argument)) * (option === 'b' ? 512 : 1)
      plan = { ...plan, unit: option === 'n' ? 'lines' : 'bytes', count, fromStart: argument!.startsWith('+') }
    }
  }
  let first = true
  return yield* eachInput(process, parsed.operands, function* ({ stream, name }) {
    if (parsed.operands.length > 1 && !plan.quiet) {
      yield* process.stdout.write(`${first ? '' : '\n'}==> ${name === '(standard input)' ? 'standard input' : name} <==\n`)
    }
    first = false
    yield* show(process, stream, plan)
    if (plan.follow && name !== '(standard input)') yield* follow(process, stream)
  })
}

function* show(process: Process, stream: InputStream, plan: Plan): KernelThread {
  if (plan.fromStart) {
    yield* skipAndCopy(process, stream, plan)
    return
  }
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for (let chunk = yield* stream.read(); chunk !== null; chunk = yield* stream.read()) {
    chunks.push(chunk)
    sizeBytes += chunk.length
    while (plan.unit === 'bytes' && sizeBytes - chunks[0]!.length >= plan.count) sizeBytes -= chunks.shift()!.length
  }
  const bytes = concatenate(chunks)
  if (plan.unit === 'bytes') yield* process.stdout.write(bytes.subarray(Math.max(0, bytes.length - plan.count)))
  else if (plan.reverse) yield* writeReversed(process, bytes)
  else yield* process.stdout.write(bytes.subarray(startOfLastLines(bytes, plan.count)))
}

function startOfLastLines(bytes: Uint8Array, count: number): number {
  if (count === 0) return bytes.length
  let at = bytes.length - 1
  for (let left = count; at > 0; left--) {
    at = bytes.lastIndexOf(NEWLINE, at - 1)
    if (at < 0) return 0
    if (left === 1) return at + 1
  }
  return 0
}

function* writeReversed(process: Process, bytes: Uint8Array): KernelThread {
  const lines = decodeText(bytes).replace(/\n$/, '').split('\n')
  for (const line of lines.reverse()) yield* process.stdout.write(line + '\n')
}

function* skipAndCopy(process: Process, stream: InputStream, plan: Plan): KernelThread {
  let left = Math.max(0, plan.count - 1)
  for (let chunk = yield* stream.read(); chunk !== null; chunk = yield* stream.read()) {
    let at = 0
    while (left > 0 && at < chunk.length) {
      if (plan.unit === 'bytes' || chunk[at] === NEWLINE) left--
      at++
    }
    if (at < chunk.length) yield* process.stdout.write(chunk.subarray(at))
  }
}

/** Waits for more and prints it, until a signal comes. */
function* follow(process: Process, stream: InputStream): KernelThread {
  yield* process.stdout.flush()
  for (;;) {
    const chunk = yield* process.read(stream.fd, 16_384)
    if (typeof chunk === 'number') return
    if (chunk.length === 0) yield* process.sleepUntil(scheduler().nowNs + FOLLOW_INTERVAL_NS)
    else {
      yield* process.stdout.write(chunk)
      yield* process.stdout.flush()
    }
  }
}

export const tail = defineCommand({
  name: 'tail', path: '/usr/bin/tail', summary: 'display the last part of a file', man: tailMan, main,
})
