import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { runProgram } from '../support/runProgram.ts'

function* main(process: Process): KernelThread<number> {
  const words = process.argv.slice(1)
  const isEmpty = words[0] === '-i'
  if (isEmpty) words.shift()
  const env = new Map(isEmpty ? [] : process.env)
  while (words[0]?.includes('=') === true) {
    const word = words.shift()!
    const at = word.indexOf('=')
    env.set(word.slice(0, at), word.slice(at + 1))
  }
  if (words.length > 0) return yield* runProgram(process, words, { env })
  for (const [name, value] of env) yield* process.stdout.write(`${name}=${value}\n`)
  return 0
}

/** `env`: the environment, or a program run in another one. */
export const env = defineCommand({
  name: 'env', path: '/usr/bin/env', summary: 'set environment and execute command, or print environment', main,
  man: { section: 1, synopsis: ['env [-i] [name=value ...] [utility [argument ...]]'], description: ['Writes the environment, or runs a utility with the given changes; -i starts from nothing.'] },
})
