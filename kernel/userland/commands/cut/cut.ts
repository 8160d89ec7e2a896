import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { decodeText, encodeText } from '../../libsystem/text.ts'
import { eachInput, parseOptions, warn } from '../support/inputs.ts'
import { cutMan } from './cut.man.ts'

const USAGE = 'usage: cut -b list [-n] [file ...]\n       cut -c list [file ...]\n'
  + '       cut -f list [-s] [-w | -d delim] [file ...]'

/** Ranges of positions from 1, in order and merged. */
type Ranges = readonly (readonly [first: number, last: number])[]

function parseList(text: string): Ranges | null {
  const ranges: [number, number][] = []
  for (const part of text.split(/[, \t]/)) {
    const match = /^(?:([0-9]+)(-([0-9]*))?|-([0-9]+))$/.exec(part)
    if (match === null) return null
    const first = match[4] === undefined ? Number(match[1]) : 1
    const last = match[4] !== undefined ? Number(match[4]) : match[2] === undefined ? first : match[3] === '' ? Infinity : Number(match[3])
    if (first === 0 || last < first) return null
    ranges.push([first, last])
  }
  ranges.sort((a, b) => a[0] - b[0])
  const merged: [number, number][] = []
  for (const range of ranges) {
    const before = merged.at(-1)
    if (before !== undefined && range[0] <= before[1] + 1) before[1] = Math.max(before[1], range[1])
    else merged.push([...range])
  }
  return merged
}

function pick<T>(items: readonly T[], ranges: Ranges): T[] {
  return ranges.flatMap(([first, last]) => items.slice(first - 1, last))
}

function cutFields(line: string, ranges: Ranges, delimiter: string | null): string | null {
  const parts = delimiter === null ? line.split(/[ \t]+/) : line.split(delimiter)
  if (parts.length === 1) return null
  return pick(parts, ranges).join(delimiter ?? '\t')
}

function* main(process: Process): KernelThread<number> {
  const parsed = yield* parseOptions(process, 'b:c:d:f:nsw', USAGE)
  if (parsed === null) return 1
  const list = parsed.options.find(({ option }) => 'bcf'.includes(option))
  if (list === undefined) {
    yield* process.stderr.write(USAGE + '\n')
    return 1
  }
  const ranges = parseList(list.argument!)
  if (ranges === null) {
    yield* warn(process, `[-bcf] list: illegal list value`)
    return 1
  }
  const letters = new Set(parsed.options.map(({ option }) => option))
  const given = parsed.options.findLast(({ option }) => option === 'd')?.argument
  if (given !== undefined && given !== null && [...given].length !== 1) {
    yield* warn(process, 'bad delimiter')
    return 1
  }
  const delimiter = letters.has('w') ? null : (given ?? '\t')
  return yield* eachInput(process, parsed.operands, function* ({ stream }) {
    for (let line = yield* stream.readLine(); line !== null; line = yield* stream.readLine()) {
      if (list.option === 'c') yield* process.stdout.write(pick([...line], ranges).join('') + '\n')
      else if (list.option === 'b') {
        yield* process.stdout.write(decodeText(Uint8Array.from(pick([...encodeText(line)], ranges))) + '\n')
      } else {
        const text = cutFields(line, ranges, delimiter) ?? (letters.has('s') ? null : line)
        if (text !== null) yield* process.stdout.write(text + '\n')
      }
    }
  })
}

export const cut = defineCommand({
  name: 'cut', path: '/usr/bin/cut', summary: 'cut out selected portions of each line', man: cutMan, main,
})
