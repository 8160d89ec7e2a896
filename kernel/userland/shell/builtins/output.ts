import type { KernelThread } from '../../../sim/index.ts'
import { formatPrintf, unescapeText } from '../../libsystem/printf.ts'
import type { Process } from '../../libsystem/Process.ts'

/** `echo [-ne] words`: shared by the builtin and /bin/echo. */
export function* echo(process: Process, argv: readonly string[]): KernelThread<number> {
  let newline = true
  let escapes = false
  let at = 1
  for (; at < argv.length && /^-[neE]+$/.test(argv[at]!); at++) {
    if (argv[at]!.includes('n')) newline = false
    if (argv[at]!.includes('e')) escapes = true
    if (argv[at]!.includes('E')) escapes = false
  }
  const text = argv.slice(at).join(' ')
  const result = escapes ? unescapeText(text) : { text, stopped: false }
  yield* process.stdout.write(result.text + (newline && !result.stopped ? '\n' : ''))
  return 0
}

/** `printf format [argument …]`: the format is used again until the arguments are used up. */
export function* printf(process: Process, argv: readonly string[]): KernelThread<number> {
  const operands = argv[1] === '--' ? argv.slice(2) : argv.slice(1)
  const format = operands[0]
  if (format === undefined) {
    yield* process.stderr.write('usage: printf format [arguments ...]\n')
    return 1
  }
  const escaped = unescapeText(format.replaceAll('%%', '%\0')).text
  const values = operands.slice(1)
  const template = escaped.replaceAll('%\0', '%%')
  let at = 0
  let status = 0
  do {
    const before = at
    const result = formatPrintf(template, () => (at < values.length ? values[at++]! : null))
    yield* process.stdout.write(result.text)
    for (const bad of result.badNumbers) {
      yield* process.stderr.write(`printf: ${bad}: expected numeric value\n`)
      status = 1
    }
    if (result.stopped || at === before) break
  } while (at < values.length)
  return status
}
