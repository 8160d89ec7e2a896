import type { KernelThread } from '../../sim/index.ts'
import { SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU, SIGWINCH } from '../libsystem/signals.ts'
import { decodeText } from '../libsystem/text.ts'
import { defaultTermios } from '../libsystem/tty/Termios.ts'
import { vfs } from '../libsystem/userlandState.ts'
import type { Script } from './ast.ts'
import { complain } from './builtins/Builtin.ts'
import { FunctionReturn, LoopControl, ShellInterrupt } from './control.ts'
import { LineEditor } from './editor/LineEditor.ts'
import { expandHistory } from './historyExpansion.ts'
import { giveTerminal } from './interpret/job.ts'
import { runScript } from './interpret/run.ts'
import { runExitTrap, runText } from './interpret/traps.ts'
import { jobState } from './JobTable.ts'
import { ParseError } from './ParseError.ts'
import { parseScript } from './Parser.ts'
import { DEFAULT_PROMPT, expandPrompt } from './prompt.ts'
import type { Shell } from './Shell.ts'

const INVERSE_PERCENT = '\x1b[1m\x1b[7m%\x1b[27m\x1b[22m\n'

/** Reads, edits and runs lines until `exit`, ^D or the end of the terminal. */
export function* runInteractive(shell: Shell): KernelThread<number> {
  shell.interactive = true
  shell.jobControl = true
  takeTerminal(shell)
  if (!shell.variables.has('PS1')) shell.setVariable('PS1', DEFAULT_PROMPT)
  yield* uninterrupted(shell, () => guarded(shell, () => readStartFile(shell)))
  for (let isOver = false; !isOver;) isOver = (yield* uninterrupted(shell, () => turn(shell))) ?? false
  yield* runExitTrap(shell)
  return shell.lastStatus
}

/** One prompt and what was typed at it; true when that was the end of input. */
function* turn(shell: Shell): KernelThread<boolean> {
  yield* reportJobs(shell)
  const command = yield* readCommand(shell)
  if (command === 'end') return true
  if (command !== null) yield* guarded(shell, () => runScript(shell, command))
  return false
}

/** Runs a part of the loop; a Ctrl-C that comes while no line is edited or run ends just that part: null. */
function* uninterrupted<T>(shell: Shell, body: () => KernelThread<T>): KernelThread<T | null> {
  try {
    return yield* body()
  } catch (thrown) {
    if (!(thrown instanceof ShellInterrupt)) throw thrown
    shell.lastStatus = thrown.status
    return null
  }
}

function takeTerminal(shell: Shell): void {
  const { process } = shell
  process.setSignal(SIGINT, () => {
    throw new ShellInterrupt(128 + SIGINT)
  })
  for (const signal of [SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU]) process.setSignal(signal, 'ignore')
  process.setSignal(SIGWINCH, () => {})
  giveTerminal(shell, process.pgid)
}

function* readStartFile(shell: Shell): KernelThread<number> {
  const bytes = vfs().readFile(shell.process, `${shell.home}/.zshrc`)
  return typeof bytes === 'number' ? 0 : yield* runText(shell, decodeText(bytes))
}

/** Runs `body`; what unwinds a line ends here, and the terminal is the shell's again. */
function* guarded(shell: Shell, body: () => KernelThread<number>): KernelThread {
  try {
    shell.lastStatus = yield* body()
  } catch (thrown) {
    if (thrown instanceof ShellInterrupt) shell.lastStatus = thrown.status
    else if (thrown instanceof FunctionReturn) shell.lastStatus = thrown.status
    else if (!(thrown instanceof LoopControl)) throw thrown
    if (thrown instanceof ShellInterrupt && thrown.status === 128 + SIGINT) shell.process.stdout.discard()
  }
  shell.loopDepth = 0
  shell.conditionDepth = 0
  yield* shell.process.stdout.flush()
  giveTerminal(shell, shell.process.pgid)
  shell.process.tty?.setTermios(defaultTermios())
}

/** Says which background jobs have ended or stopped since the last prompt. */
function* reportJobs(shell: Shell): KernelThread {
  shell.jobs.poll(shell.process)
  for (const job of [...shell.jobs.jobs]) {
    const state = jobState(job)
    if (!job.notified && state !== 'running') yield* shell.process.stderr.write(shell.jobs.line(job) + '\n')
    job.notified = true
    if (state === 'done') shell.jobs.remove(job)
  }
}

/** One complete command, over as many lines as it takes; null when there is nothing to run. */
function* readCommand(shell: Shell): KernelThread<Script | 'end' | null> {
  if (shell.process.tty?.atLineStart === false) yield* shell.process.stderr.write(INVERSE_PERCENT)
  let text = ''
  let prompt = expandPrompt(shell, shell.parameter('PS1') ?? DEFAULT_PROMPT)
  for (;;) {
    const edited = yield* readLine(shell, prompt)
    if (edited === 'interrupted') {
      shell.lastStatus = 128 + SIGINT
      return null
    }
    if (edited === 'end') return text === '' ? 'end' : null
    const line = yield* withHistory(shell, edited.line)
    if (line === null) return null
    text += line
    if (text.trim() === '') return null
    const parsed = parse(shell, text)
    if (!(parsed instanceof ParseError)) {
      shell.history.add(text)
      return parsed
    }
    if (parsed.incomplete === null) {
      shell.history.add(text)
      yield* complain(shell, parsed.message)
      shell.lastStatus = 1
      return null
    }
    text += '\n'
    prompt = parsed.incomplete === '' ? '> ' : `${parsed.incomplete}> `
  }
}

function* readLine(shell: Shell, prompt: string): ReturnType<LineEditor['read']> {
  try {
    return yield* new LineEditor(shell, prompt).read()
  } catch (thrown) {
    if (thrown instanceof ShellInterrupt) return 'interrupted'
    throw thrown
  }
}

function* withHistory(shell: Shell, line: string): KernelThread<string | null> {
  const expansion = expandHistory(line, shell.history)
  if ('missing' in expansion) {
    yield* complain(shell, `event not found: ${expansion.missing}`)
    return null
  }
  if (expansion.changed) yield* shell.process.stderr.write(expansion.line + '\n')
  return expansion.line
}

function parse(shell: Shell, text: string): Script | ParseError {
  try {
    return parseScript(text, shell.aliases)
  } catch (error) {
    if (error instanceof ParseError) return error
    throw error
  }
}

