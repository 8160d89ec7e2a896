import type { KernelThread } from '../../../sim/index.ts'
import { getopt } from '../../getopt/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { decodeText } from '../../libsystem/text.ts'
import { vfs } from '../../libsystem/userlandState.ts'
import { warn, warnPath } from '../support/inputs.ts'
import { InPlaceEditor } from './InPlaceEditor.ts'
import { SedParser } from './parseSed.ts'
import { SedError, type SedCommand } from './program.ts'
import { ScriptReader, type ScriptPart } from './ScriptReader.ts'
import { sedMan } from './sed.man.ts'
import { SedInput } from './SedInput.ts'
import { SedRunner, type SedOptions } from './SedRunner.ts'

const USAGE = 'usage: sed script [-EHalnru] [-i extension] [file ...]\n'
  + '\tsed [-EHalnu] [-i extension] [-e script] ... [-f script_file] ... [file ...]\n'

interface Plan {
  readonly parts: readonly ScriptPart[]
  readonly letters: ReadonlySet<string>
  readonly editor: InPlaceEditor | null
  readonly paths: readonly string[]
}

function* usage(process: Process, message: string): KernelThread<null> {
  yield* process.stderr.write(message + USAGE)
  return null
}

/** The text of a script file; an error number otherwise. */
function* scriptFile(process: Process, path: string): KernelThread<ScriptPart | number> {
  if (path === '-') return { path: 'stdin', text: yield* process.stdin.readText() }
  const bytes = vfs().readFile(process, path)
  return typeof bytes === 'number' ? bytes : { path, text: decodeText(bytes) }
}

/** The script parts of -e and -f in their order; null after an error message. */
function* scriptParts(
  process: Process, options: readonly { option: string; argument: string | null }[],
): KernelThread<ScriptPart[] | null> {
  const parts: ScriptPart[] = []
  for (const { option, argument } of options) {
    if (option === 'e') parts.push({ path: null, text: argument! + '\n' })
    if (option !== 'f') continue
    const part = yield* scriptFile(process, argument!)
    if (typeof part === 'number') {
      yield* warnPath(process, argument!, part)
      return null
    }
    parts.push(part)
  }
  return parts
}

function* readPlan(process: Process): KernelThread<Plan | null> {
  const { options, operands } = getopt(process.argv, 'EHI:ae:f:i:lnru')
  const bad = options.find(({ option }) => option === '?')
  if (bad !== undefined) return yield* usage(process, `${bad.message ?? ''}\n`)
  const parts = yield* scriptParts(process, options)
  if (parts === null) return null
  const paths = [...operands]
  if (parts.length === 0) {
    const script = paths.shift()
    if (script === undefined) return yield* usage(process, '')
    parts.push({ path: null, text: script })
  }
  const inPlace = options.findLast(({ option }) => option === 'i' || option === 'I')
  const editor = inPlace === undefined
    ? null : new InPlaceEditor(process, inPlace.argument ?? '', inPlace.option === 'i')
  return { parts, letters: new Set(options.map(({ option }) => option)), editor, paths }
}

function* edit(process: Process, plan: Plan): KernelThread<number> {
  const { parts, letters, editor, paths } = plan
  const reader = new ScriptReader(parts)
  const commands: SedCommand[] = new SedParser(reader, letters.has('E') || letters.has('r')).parse()
  if (editor !== null && paths.length === 0) throw new SedError('-I or -i may not be used with stdin')
  const options: SedOptions = {
    quiet: letters.has('n') || reader.quiet, lateFiles: letters.has('a'), inPlace: editor !== null,
    prompt: letters.has('l') || letters.has('u'),
  }
  return yield* new SedRunner(process, commands, options, new SedInput(process, paths, editor)).run()
}

function* main(process: Process): KernelThread<number> {
  const plan = yield* readPlan(process)
  if (plan === null) return 1
  try {
    return yield* edit(process, plan)
  } catch (error) {
    if (!(error instanceof SedError)) throw error
    yield* process.stdout.flush()
    plan.editor?.abandon()
    yield* warn(process, error.message)
    return 1
  }
}

/** `sed`: edits lines of text by a script. */
export const sed = defineCommand({
  name: 'sed', path: '/usr/bin/sed', summary: 'stream editor', man: sedMan, main,
})
