/** Is the keyboard in a text field, where Undo means the text? */
export function isEditing(): boolean {
  const element = document.activeElement
  if (element instanceof HTMLTextAreaElement) return !element.readOnly && element.closest('.terminal-screen') === null
  return element instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(element.type)
}

export function undoText(): void {
  document.execCommand('undo')
}

export function redoText(): void {
  document.execCommand('redo')
}

/** What the Edit menu of the browser shell does by itself. Pasting needs the reader's consent, asked by the browser. */
export async function runRole(role: string): Promise<void> {
  if (role === 'paste') {
    const text = await navigator.clipboard.readText().catch(() => '')
    if (text !== '') document.execCommand('insertText', false, text)
  } else if (role === 'togglefullscreen') {
    if (document.fullscreenElement === null) await document.documentElement.requestFullscreen().catch(() => undefined)
    else await document.exitFullscreen()
  } else document.execCommand(role)
}
