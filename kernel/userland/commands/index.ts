import type { Command } from '../libsystem/index.ts'
import { ioreg } from './ioreg/index.ts'

/** Every program of the machine. One line installs the program, its manual page and its completion. */
export const commands: readonly Command[] = [
  ioreg,
]
