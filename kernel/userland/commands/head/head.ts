import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import type { InputStream } from '../../libsystem/streams.ts'
import { eachInput, parseCount, parseOptions, warn } from '../support/inputs.ts'
import { headMan } from './head.man.ts'

const USAGE = 'usage: head [-n lines | -c bytes] [file ...]'

function* main(process: Process): KernelThread<number> {
  process.argv = process.argv.map((argument, index) => (index > 0 && /^-[0-9]+$/.test(argument) ? `-n${argument.slice(1)}` : argument))
  const parsed = yield* parseOptions(process, 'c:n:', USAGE)
  if (parsed === null) return 1
  let count = 10
  let bytes = false
  for (const { option, argument } of parsed.options) {
    const value = parseCount(argument!)
    if (value === null || value === 0) {
      yield* warn(process, `illegal ${option === 'c' ? 'byte' : 'line'} count -- ${argument}`)
      return 1
    }
    count = value
    bytes = option === 'c'
  }
  let first = true
  const many = parsed.operands.length > 1
  return yield* eachInput(process, parsed.operands, function* ({ stream, name }) {
    if (many) yield* process.stdout.write(`${first ? '' : '\n'}==> ${name === '(standard input)' ? 'standard input' : name} <==\n`)
    first = false
    if (bytes) yield* headBytes(process, stream, count)
    else yield* headLines(process, stream, count)
  })
}

function* headLines(process: Process, stream: InputStream, count: number): KernelThread {
  for (let left = count; left > 0; left--) {
    const line = yield* stream.readLine()
    if (line === null) return
    yield* process.stdout.write(stream.endedWithoutNewline ? line : line + '\n')
  }
}

function* headBytes(process: Process, stream: InputStream, count: number): KernelThread {
  for (let left = count; left > 0;) {
    const chunk = yield* stream.read()
    if (chunk === null) return
    yield* process.stdout.write(chunk.subarray(0, left))
    left -= chunk.length
  }
}

export const head = defineCommand({
  name: 'head', path: '/usr/bin/head', summary: 'display first lines of a file', man: headMan, main,
})
