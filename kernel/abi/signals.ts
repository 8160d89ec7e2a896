const names = [
  'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGEMT', 'SIGFPE', 'SIGKILL', 'SIGBUS',
  'SIGSEGV',
  'SIGSYS', 'SIGPIPE', 'SIGALRM', 'SIGTERM', 'SIGURG', 'SIGSTOP', 'SIGTSTP', 'SIGCONT', 'SIGCHLD',
  'SIGTTIN', 'SIGTTOU',
  'SIGIO', 'SIGXCPU', 'SIGXFSZ', 'SIGVTALRM', 'SIGPROF', 'SIGWINCH', 'SIGINFO', 'SIGUSR1', 'SIGUSR2',
]

/** Name of a signal, such as `SIGSEGV` for 11; null for a number that is none. */
export function signalName(number: number): string | null {
  return names[number - 1] ?? null
}

/** Number of a signal; null for a name that is none. */
export function signalNumber(name: string): number | null {
  const index = names.indexOf(name.toUpperCase())
  return index < 0 ? null : index + 1
}
