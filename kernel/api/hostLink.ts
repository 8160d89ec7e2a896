import type { MachineCommand } from './commands.ts'
import type { MachineDescription } from './MachineDescription.ts'
import type { JournalRecord } from './journal.ts'
import type { ReadFile } from './reports/Library.ts'
import type { MachineStatus, PanicRecord } from './snapshots.ts'

/** What the kernel process sends its host besides the windows' traffic: signs of life and what must be stored. */
export type HostLinkMessage =
  | { readonly link: 'heartbeat'; readonly status: MachineStatus }
  | { readonly link: 'session'; readonly session: string; readonly description: MachineDescription; readonly seed: number }
  | { readonly link: 'journal'; readonly session: string; readonly records: readonly JournalRecord<MachineCommand>[] }
  | { readonly link: 'panicked'; readonly session: string; readonly panic: PanicRecord; readonly read: ReadFile }
  /** A file of so many bytes is about to be read, which may take longer than a sign of life may stay out. */
  | { readonly link: 'reading'; readonly bytes: number }
  /** A file was read and shall be kept: the host tells the windows when it is, by `key`. */
  | { readonly link: 'imported'; readonly key: string; readonly name: string; readonly bytes: Uint8Array; readonly read: ReadFile }
  | { readonly link: 'failed'; readonly message: string; readonly seed: number; readonly steps: number }

/** What the host sends the kernel process. */
export type HostLinkCommand =
  | { readonly link: 'ping'; readonly number: number }
  | { readonly link: 'rewind'; readonly recorded: RecordedRun; readonly toTimeNs: number }

/** All that makes a run: from it the same run follows again. */
export interface RecordedRun {
  readonly description: MachineDescription
  readonly seed: number
  readonly journal: readonly JournalRecord<MachineCommand>[]
}
