import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import { getopt } from '../../getopt/index.ts'
import { strerror } from '../../libsystem/errno.ts'
import type { Process } from '../../libsystem/Process.ts'
import { decodeText } from '../../libsystem/text.ts'
import { unescapeText } from '../../libsystem/printf.ts'
import { vfs } from '../../libsystem/userlandState.ts'
import { AwkError } from './AwkError.ts'
import { AwkInterpreter } from './AwkInterpreter.ts'
import { AwkParser } from './AwkParser.ts'
import { InputText } from './value.ts'
import { awkMan } from './awk.man.ts'

const USAGE = 'usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]\n'

function* main(process: Process): KernelThread<number> {
  const parsed = getopt(process.argv, 'F:f:v:')
  const bad = parsed.options.find(({ option }) => option === '?')
  if (bad !== undefined) {
    yield* process.stderr.write(`${bad.message ?? ''}\n${USAGE}`)
    return 2
  }
  const operands = [...parsed.operands]
  try {
    const texts: string[] = []
    for (const { option, argument } of parsed.options) {
      if (option === 'f') texts.push(programFile(process, argument!))
    }
    const text = texts.length > 0 ? texts.join('\n') : operands.shift()
    if (text === undefined) {
      yield* process.stderr.write(USAGE)
      return 2
    }
    const interpreter = new AwkInterpreter(process, new AwkParser(text).parse(), operands)
    for (const { option, argument } of parsed.options) {
      if (option === 'F') {
        interpreter.runtime.set('FS', argument === 't' ? '\t' : unescapeText(argument!).text)
      }
      if (option === 'v') setVariable(interpreter, argument!)
    }
    return yield* interpreter.run()
  } catch (error) {
    if (!(error instanceof AwkError)) throw error
    yield* process.stdout.flush()
    yield* process.stderr.write(`awk: ${error.message}\n`)
    return 2
  }
}

function programFile(process: Process, path: string): string {
  const bytes = vfs().readFile(process, path)
  if (typeof bytes === 'number') throw new AwkError(`can't open file ${path}: ${strerror(bytes)}`)
  return decodeText(bytes)
}

function setVariable(interpreter: AwkInterpreter, text: string): void {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text)
  if (match === null) throw new AwkError(`invalid -v argument: ${text}`)
  interpreter.runtime.set(match[1]!, new InputText(unescapeText(match[2]!).text))
}

export const awk = defineCommand({
  name: 'awk', path: '/usr/bin/awk', man: awkMan,
  summary: 'pattern-directed scanning and processing language',
  main,
})
