import type { Terminal } from '@xterm/xterm'
import { copyText } from '../../format/clipboard.ts'

/**
 * Outside macOS, Control and a letter belong to the program: copying takes Shift as well, and pasting with it is left
 * to the browser. False for what the terminal must not send on.
 */
export function clipboardKey(terminal: Terminal, event: KeyboardEvent): boolean {
  if (event.type !== 'keydown' || !event.ctrlKey || !event.shiftKey || event.altKey || event.metaKey) return true
  if (event.code === 'KeyV') return false
  if (event.code !== 'KeyC') return true
  event.preventDefault()
  const text = terminal.getSelection()
  if (text !== '') void copyText(text).then(() => terminal.focus())
  return false
}
