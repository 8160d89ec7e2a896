import type { SedAction, SedCommand } from './program.ts'

export type FlatAction = Exclude<SedAction, { kind: 'block' }>

/** Commands flattened in the order they stand, blocks as jumps. */
export interface FlatCommand extends Omit<SedCommand, 'action'> {
  readonly action: FlatAction | { readonly kind: 'open'; readonly end: number }
}

/** The script as one list. */
export function flatten(commands: readonly SedCommand[], flat: FlatCommand[] = []): FlatCommand[] {
  for (const command of commands) {
    const { action } = command
    if (action.kind !== 'block') {
      flat.push({ ...command, action })
      continue
    }
    const open = { kind: 'open' as const, end: 0 }
    flat.push({ ...command, action: open })
    flatten(action.body, flat)
    open.end = flat.length
  }
  return flat
}
