import { onMounted, onUnmounted } from 'vue'
import { isMac, matches, parseAccelerator } from './accelerator.ts'
import { isEditing } from './textEditing.ts'
import { useActionsStore } from './useActions.ts'

const TEXT_ACTIONS = ['edit.undo', 'edit.redo']

/** Listens for shortcuts. In Electron the native menu hears them first; the page hears only what is left. */
export function useShortcuts(): void {
  const actions = useActionsStore()
  const mac = isMac()
  const bound = actions.menuActions.flatMap(({ id, accelerator }) =>
    accelerator === null ? [] : [{ id, combination: parseAccelerator(accelerator) }])

  function onKeydown(event: KeyboardEvent): void {
    const hit = bound.find(({ combination }) => matches(combination, event, mac))
    if (hit === undefined || (TEXT_ACTIONS.includes(hit.id) && isEditing())) return
    // Outside macOS a plain Ctrl letter belongs to the program in the terminal.
    if (!mac && !event.shiftKey && hit.id !== 'view.toggleDrawer' && /^[a-z]$/iu.test(event.key) && inTerminal()) return
    event.preventDefault()
    event.stopPropagation()
    actions.run(hit.id)
  }

  onMounted(() => window.addEventListener('keydown', onKeydown, true))
  onUnmounted(() => window.removeEventListener('keydown', onKeydown, true))
}

function inTerminal(): boolean {
  const element = document.activeElement
  return element !== null && element.closest('.terminal-screen') !== null
}
