import { userland, accountByUid } from '../libsystem/userlandState.ts'
import { formatTime, wallClockSeconds } from '../libsystem/time.ts'
import { tildePath } from './builtins/directories.ts'
import type { Shell } from './Shell.ts'

export const DEFAULT_PROMPT = '%n@%m %1~ %# '

/** Replaces the percent escapes of zsh's prompts. */
export function expandPrompt(shell: Shell, prompt: string): string {
  return prompt.replace(/%(\d*)(.)/gs, (whole, count: string, letter: string) => escapeOf(shell, letter, count) ?? whole)
}

function escapeOf(shell: Shell, letter: string, count: string): string | null {
  switch (letter) {
    case 'n': return accountByUid(shell.process.uid)?.name ?? String(shell.process.uid)
    case 'm': return userland().hostname.split('.')[0]!
    case 'M': return userland().hostname
    case '~': return lastParts(tildePath(shell, shell.process.cwd), count)
    case 'd': case '/': return lastParts(shell.process.cwd, count)
    case 'c': case '.': case 'C': return lastParts(tildePath(shell, shell.process.cwd), '1')
    case '#': return shell.process.uid === 0 ? '#' : '%'
    case '?': return String(shell.lastStatus)
    case 'h': case '!': return String(shell.history.firstNumber + shell.history.entries.length)
    case 'T': return formatTime('%H:%M', wallClockSeconds())
    case '*': return formatTime('%H:%M:%S', wallClockSeconds())
    case '%': return '%'
    case 'B': return '\x1b[1m'
    case 'b': return '\x1b[22m'
    default: return null
  }
}

function lastParts(path: string, count: string): string {
  if (count === '' || count === '0' || path === '/') return path
  return path.split('/').slice(-Number(count)).join('/')
}
