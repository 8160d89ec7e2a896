import { DEFAULT_PATH } from './libsystem/exec.ts'
import type { Account } from './libsystem/userlandState.ts'

/** The variables that a login puts into the environment. */
export function loginEnvironment(account: Account, hasTerminal: boolean): Map<string, string> {
  const environment = new Map([
    ['HOME', account.home],
    ['LANG', 'en_US.UTF-8'],
    ['LOGNAME', account.name],
    ['PATH', DEFAULT_PATH],
    ['PWD', account.home],
    ['SHELL', '/bin/zsh'],
    ['TMPDIR', '/tmp/'],
    ['USER', account.name],
  ])
  if (hasTerminal) environment.set('TERM', 'xterm-256color')
  return environment
}
