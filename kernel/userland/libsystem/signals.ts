/** Signal numbers of Darwin. */
export const SIGHUP = 1
export const SIGINT = 2
export const SIGQUIT = 3
export const SIGILL = 4
export const SIGABRT = 6
export const SIGKILL = 9
export const SIGSEGV = 11
export const SIGPIPE = 13
export const SIGALRM = 14
export const SIGTERM = 15
export const SIGSTOP = 17
export const SIGTSTP = 18
export const SIGCONT = 19
export const SIGCHLD = 20
export const SIGTTIN = 21
export const SIGTTOU = 22
export const SIGWINCH = 28
export const SIGINFO = 29
export const SIGUSR1 = 30
export const SIGUSR2 = 31

/** Names in the order of `kill -l`; index 0 is unused. */
export const SIGNAL_NAMES: readonly string[] = [
  '', 'HUP', 'INT', 'QUIT', 'ILL', 'TRAP', 'ABRT', 'EMT', 'FPE', 'KILL', 'BUS', 'SEGV', 'SYS', 'PIPE', 'ALRM',
  'TERM', 'URG', 'STOP', 'TSTP', 'CONT', 'CHLD', 'TTIN', 'TTOU', 'IO', 'XCPU', 'XFSZ', 'VTALRM', 'PROF', 'WINCH',
  'INFO', 'USR1', 'USR2',
]

/** What a shell says of a job that a signal ended. */
const DESCRIPTIONS = new Map<number, string>([
  [SIGHUP, 'hangup'], [SIGINT, 'interrupt'], [SIGQUIT, 'quit'], [SIGILL, 'illegal hardware instruction'],
  [SIGABRT, 'abort'], [SIGKILL, 'killed'], [SIGSEGV, 'segmentation fault'], [SIGPIPE, 'broken pipe'],
  [SIGALRM, 'alarm'], [SIGTERM, 'terminated'], [SIGUSR1, 'user-defined signal 1'],
  [SIGUSR2, 'user-defined signal 2'],
])

export type DefaultAction = 'terminate' | 'ignore' | 'stop' | 'continue'

/** What happens to a process that set nothing up for the signal. */
export function defaultAction(signal: number): DefaultAction {
  if (signal === SIGCONT) return 'continue'
  if (signal === SIGSTOP || signal === SIGTSTP || signal === SIGTTIN || signal === SIGTTOU) return 'stop'
  if (signal === SIGCHLD || signal === SIGWINCH || signal === SIGINFO || signal === 16 || signal === 23) return 'ignore'
  return 'terminate'
}

/** `9`, `KILL`, `SIGKILL` and `kill` all name signal 9; null for anything else. */
export function signalByName(text: string): number | null {
  if (/^[0-9]+$/.test(text)) {
    const number = Number(text)
    return number < SIGNAL_NAMES.length ? number : null
  }
  const name = text.toUpperCase().replace(/^SIG/, '')
  const index = SIGNAL_NAMES.indexOf(name)
  return index > 0 ? index : null
}

/** Sentence for a job's end, as zsh words it. */
export function signalDescription(signal: number): string {
  return DESCRIPTIONS.get(signal) ?? `signal ${signal}`
}
