import type { KernelThread } from '../../../sim/index.ts'
import { EACCES, EISDIR, ENOENT, ENOEXEC } from '../../libsystem/errno.ts'
import { execProgram, findInPath, resolveProgram } from '../../libsystem/exec.ts'
import type { Process } from '../../libsystem/Process.ts'
import { ProcessExit } from '../../libsystem/ProcessExit.ts'
import { decodeText } from '../../libsystem/text.ts'
import { vfs } from '../../libsystem/userlandState.ts'
import type { Assignment, ShellCommand, SimpleCommand } from '../ast.ts'
import { complain, complainAs, type Builtin } from '../builtins/Builtin.ts'
import { FunctionReturn } from '../control.ts'
import { expandText, expandWords } from '../expand/expand.ts'
import type { Shell, Variable } from '../Shell.ts'
import { runCommand, withRedirections } from './command.ts'
import { startBodies, waitForJob } from './job.ts'
import { RedirectionScope } from './redirect.ts'
import { runText } from './traps.ts'

/** Functions may call each other this deep. */
const MAX_FUNCTION_DEPTH = 150

/** Runs a simple command: assignments, a function, a builtin or a program. */
export function* runSimple(shell: Shell, command: SimpleCommand, text: string): KernelThread<number> {
  const argv = yield* expandWords(shell, command.words)
  const name = argv[0]
  if (name === undefined) return yield* runAssignments(shell, command)
  if (shell.options.xtrace) yield* shell.process.stderr.write(`+${shell.name}:> ${argv.join(' ')}\n`)
  const definition = shell.functions.get(name)
  if (definition !== undefined) {
    return yield* withTemporary(shell, command, () => runFunction(shell, argv, definition))
  }
  const builtin = shell.builtins.get(name)
  if (builtin !== undefined) return yield* runBuiltin(shell, command, argv, builtin)
  return yield* runExternal(shell, command, { argv, text })
}

function* runAssignments(shell: Shell, command: SimpleCommand): KernelThread<number> {
  shell.lastStatus = 0
  for (const assignment of command.assignments) {
    shell.setVariable(assignment.name, yield* assignedValue(shell, assignment))
  }
  const status = shell.lastStatus
  if (command.redirections.length === 0) return status
  return yield* withRedirections(shell, command.redirections, function* () {
    return status
  })
}

function* assignedValue(shell: Shell, assignment: Assignment): KernelThread<string> {
  const value = yield* expandText(shell, assignment.value)
  return assignment.append ? (shell.parameter(assignment.name) ?? '') + value : value
}

/** Runs `body` with the command's assignments exported for its time, and its redirections. */
function* withTemporary(
  shell: Shell, command: SimpleCommand, body: () => KernelThread<number>,
): KernelThread<number> {
  const former = new Map<string, Variable | null>()
  try {
    for (const assignment of command.assignments) {
      const { name } = assignment
      const value = yield* assignedValue(shell, assignment)
      if (!former.has(name)) former.set(name, copyOf(shell.variables.get(name)))
      shell.exportVariable(name, value)
    }
    return yield* withRedirections(shell, command.redirections, body)
  } finally {
    for (const [name, variable] of former) {
      if (variable === null) shell.variables.delete(name)
      else shell.variables.set(name, variable)
    }
  }
}

function copyOf(variable: Variable | undefined): Variable | null {
  return variable === undefined ? null : { ...variable }
}

/** Calls a function with its own positional parameters and local variables. */
export function* runFunction(shell: Shell, argv: readonly string[], body: ShellCommand): KernelThread<number> {
  if (shell.functionDepth >= MAX_FUNCTION_DEPTH) {
    yield* complainAs(shell, argv[0]!, 'maximum nested function level reached; increase FUNCNEST?')
    return 1
  }
  const { positional, loopDepth, replaceable } = shell
  shell.positional = argv.slice(1)
  shell.functionDepth++
  shell.loopDepth = 0
  shell.replaceable = false
  shell.pushLocals()
  try {
    return yield* runCommand(shell, body, argv[0]!)
  } catch (thrown) {
    if (thrown instanceof FunctionReturn) return thrown.status
    throw thrown
  } finally {
    shell.popLocals()
    shell.functionDepth--
    shell.loopDepth = loopDepth
    shell.replaceable = replaceable
    shell.positional = positional
  }
}

function* runBuiltin(
  shell: Shell, command: SimpleCommand, argv: readonly string[], builtin: Builtin,
): KernelThread<number> {
  if (builtin.name === 'exec') return yield* runExec(shell, command, argv)
  if (builtin.special === true && command.assignments.length > 0) {
    for (const assignment of command.assignments) {
      shell.setVariable(assignment.name, yield* assignedValue(shell, assignment))
    }
    return yield* withRedirections(shell, command.redirections, () => flushed(shell, builtin.run(shell, argv)))
  }
  return yield* withTemporary(shell, command, () => flushed(shell, builtin.run(shell, argv)))
}

/** Runs a builtin and writes out what it printed before anyone else prints. */
function* flushed(shell: Shell, body: KernelThread<number>): KernelThread<number> {
  const status = yield* body
  yield* shell.process.stdout.flush()
  return status
}

/** `exec`: keeps its redirections, and replaces the shell when a command is given. */
function* runExec(shell: Shell, command: SimpleCommand, argv: readonly string[]): KernelThread<number> {
  const scope = new RedirectionScope(shell)
  const message = yield* scope.apply(command.redirections)
  if (message !== null) {
    yield* scope.restore()
    yield* complain(shell, message)
    return 1
  }
  scope.keep()
  if (argv.length === 1) return 0
  const status = yield* execute(shell, argv.slice(1))
  throw exitWith(status)
}

function exitWith(status: number): ProcessExit {
  return new ProcessExit(status, 0)
}

function* runExternal(
  shell: Shell, command: SimpleCommand, line: { argv: readonly string[]; text: string },
): KernelThread<number> {
  const { argv, text } = line
  if (shell.replaceable) {
    return yield* withTemporary(shell, command, () => execute(shell, argv))
  }
  const environment = new Map<string, string>()
  for (const assignment of command.assignments) {
    environment.set(assignment.name, yield* assignedValue(shell, assignment))
  }
  const body = (process: Process): KernelThread<number> => {
    const child = shell.fork(process)
    for (const [name, value] of environment) child.exportVariable(name, value)
    child.replaceable = true
    return withRedirections(child, command.redirections, () => execute(child, argv))
  }
  const job = yield* startBodies(shell, { text, background: false, argvs: [argv], bodies: [body] })
  return job === null ? 1 : yield* waitForJob(shell, job)
}

/** Replaces this process by a program; its status, or 126 or 127 when there is none to run. */
export function* execute(shell: Shell, argv: readonly string[]): KernelThread<number> {
  const { process } = shell
  const name = argv[0]!
  process.env = shell.environment()
  const path = findInPath(process, name)
  if (path === null) {
    yield* complain(shell, `command not found: ${name}`)
    return 127
  }
  const program = resolveProgram(process, path, argv)
  if (typeof program !== 'number') return yield* execProgram(process, program)
  if (program === ENOEXEC) return yield* runAsScript(shell, path, argv)
  yield* complain(shell, `${execErrorText(program)}: ${name}`)
  return program === ENOENT ? 127 : 126
}

function execErrorText(errno: number): string {
  if (errno === ENOENT) return 'no such file or directory'
  if (errno === EACCES || errno === EISDIR) return 'permission denied'
  return 'exec format error'
}

/** A file without `#!` is a shell script. */
function* runAsScript(shell: Shell, path: string, argv: readonly string[]): KernelThread<number> {
  const bytes = vfs().readFile(shell.process, path)
  if (typeof bytes === 'number') {
    yield* complain(shell, `${execErrorText(bytes)}: ${argv[0]}`)
    return 126
  }
  if (bytes.includes(0)) {
    yield* complain(shell, `exec format error: ${argv[0]}`)
    return 126
  }
  shell.name = argv[0]!
  shell.positional = argv.slice(1)
  shell.functions.clear()
  shell.aliases.clear()
  return yield* runText(shell, decodeText(bytes))
}
