import type { KernelThread } from '../../sim/index.ts'
import type { Process } from './Process.ts'

/** The parts of a manual page; `man` lays them out for the width of the terminal. */
export interface ManPage {
  /** 1 for user commands, 8 for system administration. */
  readonly section: 1 | 8
  /** One usage line per form, starting with the command's name. */
  readonly synopsis: readonly string[]
  /** Paragraphs. */
  readonly description: readonly string[]
  /** Each option as written, and what it does. */
  readonly options?: readonly (readonly [option: string, text: string])[]
  readonly exitStatus?: string
  /** Command lines and what they show. */
  readonly examples?: readonly (readonly [commandLine: string, text: string])[]
  /** Other pages, for example `ioreg(8)`. */
  readonly seeAlso?: readonly string[]
}

export interface CommandDefinition {
  readonly name: string
  /** Where the program lies in the file system. */
  readonly path: string
  /** Other paths under which the same program is installed. */
  readonly alsoAt?: readonly string[]
  /** One line for `help` and the NAME section. */
  readonly summary: string
  readonly man: ManPage
  /** The program: its value is the exit status. Its stdout is flushed when it ends. */
  readonly main: (process: Process) => KernelThread<number>
}

/** A program that can be run from the shell. */
export type Command = CommandDefinition

/** Declares a program. Its one line in `commands/index.ts` installs it, its manual page and its completion. */
export function defineCommand(definition: CommandDefinition): Command {
  return definition
}
