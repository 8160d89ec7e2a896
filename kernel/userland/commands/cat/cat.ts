import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { eachInput, parseOptions } from '../support/inputs.ts'
import { catMan } from './cat.man.ts'

function* main(process: Process): KernelThread<number> {
  const parsed = yield* parseOptions(process, 'belnstuv', 'usage: cat [-belnstuv] [file ...]')
  if (parsed === null) return 1
  const letters = new Set(parsed.options.map(({ option }) => option))
  if (['b', 'n', 's', 'e', 't', 'v'].some((letter) => letters.has(letter))) {
    return yield* cooked(process, parsed.operands, letters)
  }
  return yield* eachInput(process, parsed.operands, function* ({ stream }) {
    for (let chunk = yield* stream.read(); chunk !== null; chunk = yield* stream.read()) {
      yield* process.stdout.write(chunk)
      yield* process.stdout.flush()
    }
  })
}

/** Copies by line: numbers them, squeezes empty ones, makes control characters visible. */
function* cooked(process: Process, paths: readonly string[], letters: ReadonlySet<string>): KernelThread<number> {
  let number = 0
  let wasEmpty = false
  const visible = letters.has('v') || letters.has('e') || letters.has('t')
  return yield* eachInput(process, paths, function* ({ stream }) {
    for (let line = yield* stream.readLine(); line !== null; line = yield* stream.readLine()) {
      if (letters.has('s') && line === '' && wasEmpty) continue
      wasEmpty = line === ''
      let prefix = ''
      if (letters.has('n') ? !(letters.has('b') && line === '') : letters.has('b') && line !== '') {
        prefix = `${String(++number).padStart(6)}\t`
      }
      const end = stream.endedWithoutNewline ? '' : letters.has('e') ? '$\n' : '\n'
      yield* process.stdout.write(prefix + (visible ? makeVisible(line, letters.has('t')) : line) + end)
    }
  })
}

function makeVisible(line: string, tabs: boolean): string {
  return line.replace(/[\0-\x1f\x7f]/g, (character) => {
    if (character === '\t' && !tabs) return character
    return '^' + String.fromCharCode(character.charCodeAt(0) ^ 0x40)
  })
}

export const cat = defineCommand({
  name: 'cat', path: '/bin/cat', summary: 'concatenate and print files', man: catMan, main,
})
