import type { MachineDescription } from '../../../kernel/api/index.ts'

const KEY = 'workbench.desk'

/** The machine that was on the desk when the window was closed, unsaved edits included; null when there was none. */
export function readDesk(): MachineDescription | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null')
    return looksLikeMachine(value) ? value : null
  } catch {
    return null
  }
}

export function writeDesk(description: MachineDescription | null): void {
  try {
    if (description === null) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, JSON.stringify(description))
  } catch {
    // Without storage the desk is empty at the next start; the machine can still be saved.
  }
}

/** Enough of the shape for the forms to draw it; what is wrong inside is the checker's to say. */
function looksLikeMachine(value: unknown): value is MachineDescription {
  if (typeof value !== 'object' || value === null) return false
  const { name, title, devices, cpu } = value as Partial<MachineDescription>
  return typeof name === 'string' && typeof title === 'string' && Array.isArray(devices) && Array.isArray(cpu?.clusters)
}
