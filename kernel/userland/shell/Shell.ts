import { scheduler, simulation } from '../../sim/index.ts'
import { accountByUid } from '../libsystem/userlandState.ts'
import type { Process } from '../libsystem/Process.ts'
import type { ShellCommand } from './ast.ts'
import type { Builtin } from './builtins/Builtin.ts'
import { History } from './History.ts'
import { JobTable } from './JobTable.ts'

export interface Variable {
  value: string
  exported: boolean
  readonly: boolean
}

export interface ShellOptions {
  errexit: boolean
  nounset: boolean
  xtrace: boolean
  noglob: boolean
  noexec: boolean
  verbose: boolean
  noclobber: boolean
  pipefail: boolean
}

/** A variable that may not be changed. */
export class ReadOnlyError extends Error {
  override readonly name = 'ReadOnlyError'
}

/** State of one shell: variables, functions, options, jobs. A subshell is a copy with its own process. */
export class Shell {
  readonly variables = new Map<string, Variable>()
  readonly functions = new Map<string, ShellCommand>()
  readonly aliases = new Map<string, string>()
  /** What runs on a signal, or on `EXIT`; an empty text ignores. */
  readonly traps = new Map<string, string>()
  readonly options: ShellOptions = {
    errexit: false, nounset: false, xtrace: false, noglob: false, noexec: false, verbose: false, noclobber: false,
    pipefail: false,
  }
  positional: readonly string[] = []
  /** `$0` */
  name = 'zsh'
  lastStatus = 0
  lastBackgroundPid = 0
  interactive = false
  /** Each pipeline becomes a process group of its own, and the terminal is handed to it. */
  jobControl = false
  /** Where a `return` has something to return from. */
  functionDepth = 0
  loopDepth = 0
  /** Inside a condition, a failing command does not end a `set -e` shell. */
  conditionDepth = 0
  /** This process has nothing left to do after the command: it may be replaced by it. */
  replaceable = false
  jobs = new JobTable()
  history = new History()
  pendingTraps: string[] = []
  /** `exit` has said that there are jobs; the next one ends the shell all the same. */
  warnedOfJobs = false
  private readonly locals: Map<string, Variable | null>[] = []

  constructor(
    readonly process: Process,
    readonly builtins: ReadonlyMap<string, Builtin>,
  ) {
    for (const [name, value] of process.env) this.variables.set(name, { value, exported: true, readonly: false })
  }

  /** A copy for a subshell that runs in `process`. Jobs and traps stay behind. */
  fork(process: Process): Shell {
    const copy = new Shell(process, this.builtins)
    copy.variables.clear()
    for (const [name, variable] of this.variables) copy.variables.set(name, { ...variable })
    for (const [name, body] of this.functions) copy.functions.set(name, body)
    for (const [name, value] of this.aliases) copy.aliases.set(name, value)
    Object.assign(copy.options, this.options)
    copy.positional = this.positional
    copy.name = this.name
    copy.lastStatus = this.lastStatus
    copy.lastBackgroundPid = this.lastBackgroundPid
    copy.functionDepth = this.functionDepth
    copy.conditionDepth = this.conditionDepth
    copy.history = this.history
    return copy
  }

  /** Value of a variable or special parameter; null when it is not set. */
  parameter(name: string): string | null {
    const special = this.special(name)
    if (special !== null) return special
    if (/^[0-9]/.test(name)) return this.positional[Number(name) - 1] ?? null
    return this.variables.get(name)?.value ?? this.dynamic(name)
  }

  private special(name: string): string | null {
    switch (name) {
      case '?': return String(this.lastStatus)
      case '#': return String(this.positional.length)
      case '$': return String(this.process.pid)
      case '!': return String(this.lastBackgroundPid)
      case '0': return this.name
      case '-': return this.interactive ? 'i' : ''
      case '@': case '*': return this.positional.length === 0 ? null : this.positional.join(' ')
      default: return null
    }
  }

  private dynamic(name: string): string | null {
    switch (name) {
      case 'RANDOM': return String(simulation().random.below(32_768))
      case 'SECONDS': return String(Math.floor((scheduler().nowNs - this.process.startTimeNs) / 1e9))
      case 'UID': case 'EUID': return String(this.process.uid)
      case 'PPID': return String(this.process.parent?.pid ?? 1)
      case 'COLUMNS': return this.process.tty === null ? null : String(this.process.tty.columns)
      case 'LINES': return this.process.tty === null ? null : String(this.process.tty.rows)
      default: return null
    }
  }

  /** Sets a variable; a new one is not exported. Throws `ReadOnlyError`. */
  setVariable(name: string, value: string): void {
    const variable = this.variables.get(name)
    if (variable === undefined) this.variables.set(name, { value, exported: false, readonly: false })
    else if (variable.readonly) throw new ReadOnlyError(`read-only variable: ${name}`)
    else variable.value = value
  }

  /** Removes a variable. Throws `ReadOnlyError`. */
  unsetVariable(name: string): void {
    if (this.variables.get(name)?.readonly === true) throw new ReadOnlyError(`read-only variable: ${name}`)
    this.variables.delete(name)
  }

  /** Marks a variable for the environment of commands, giving it a value if one is given. */
  exportVariable(name: string, value: string | null): void {
    if (value !== null) this.setVariable(name, value)
    const variable = this.variables.get(name)
    if (variable === undefined) this.variables.set(name, { value: '', exported: true, readonly: false })
    else variable.exported = true
  }

  /** The environment of a command started now. */
  environment(): Map<string, string> {
    const environment = new Map<string, string>()
    for (const [name, variable] of this.variables) if (variable.exported) environment.set(name, variable.value)
    return environment
  }

  /** Starts a scope for `local`. */
  pushLocals(): void {
    this.locals.push(new Map())
  }

  /** Ends the innermost scope and brings back what it hid. */
  popLocals(): void {
    const scope = this.locals.pop()
    for (const [name, former] of scope ?? []) {
      if (former === null) this.variables.delete(name)
      else this.variables.set(name, former)
    }
  }

  /** Makes `name` local to the running function; false outside of functions. */
  makeLocal(name: string): boolean {
    const scope = this.locals.at(-1)
    if (scope === undefined) return false
    if (!scope.has(name)) scope.set(name, this.variables.get(name) ?? null)
    this.variables.set(name, { value: '', exported: false, readonly: false })
    return true
  }

  get home(): string {
    return this.parameter('HOME') ?? accountByUid(this.process.uid)?.home ?? '/'
  }

  /** Characters at which unquoted expansions are split. */
  get fieldSeparators(): string {
    return this.variables.get('IFS')?.value ?? ' \t\n'
  }
}
