import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import type { InputStream } from '../../libsystem/streams.ts'
import { eachInput, parseOptions } from '../support/inputs.ts'
import { wcMan } from './wc.man.ts'

interface Counts {
  lines: number
  words: number
  characters: number
  bytes: number
}

const ORDER = [['l', 'lines'], ['w', 'words'], ['c', 'bytes'], ['m', 'characters']] as const

function* main(process: Process): KernelThread<number> {
  const parsed = yield* parseOptions(process, 'clmw', 'usage: wc [-clmw] [file ...]')
  if (parsed === null) return 1
  const given = new Set(parsed.options.map(({ option }) => option))
  const wanted = given.size === 0 ? new Set(['l', 'w', 'c']) : given
  const total: Counts = { lines: 0, words: 0, characters: 0, bytes: 0 }
  const status = yield* eachInput(process, parsed.operands, function* ({ stream, name }) {
    const counts = yield* count(stream)
    for (const [, key] of ORDER) total[key] += counts[key]
    if (stream.error === 0) yield* report(process, counts, wanted, name === '(standard input)' ? '' : name)
  })
  if (parsed.operands.length > 1) yield* report(process, total, wanted, 'total')
  return status
}

function* count(stream: InputStream): KernelThread<Counts> {
  const counts: Counts = { lines: 0, words: 0, characters: 0, bytes: 0 }
  let inWord = false
  for (let chunk = yield* stream.read(); chunk !== null; chunk = yield* stream.read()) {
    counts.bytes += chunk.length
    for (const byte of chunk) {
      if ((byte & 0xc0) !== 0x80) counts.characters++
      if (byte === 10) counts.lines++
      const blank = byte === 32 || (byte >= 9 && byte <= 13)
      if (!blank && !inWord) counts.words++
      inWord = !blank
    }
  }
  return counts
}

function* report(process: Process, counts: Counts, wanted: ReadonlySet<string>, name: string): KernelThread {
  let line = ''
  for (const [letter, key] of ORDER) {
    if (wanted.has(letter) && !(letter === 'c' && wanted.has('m'))) line += ` ${String(counts[key]).padStart(7)}`
  }
  yield* process.stdout.write(line + (name === '' ? '' : ' ' + name) + '\n')
}

export const wc = defineCommand({
  name: 'wc', path: '/usr/bin/wc', summary: 'count lines, words, characters and bytes', man: wcMan, main,
})
