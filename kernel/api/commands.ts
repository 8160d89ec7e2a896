import type { DeviceDescription } from './MachineDescription.ts'

/** What a host may tell a running machine. Plain data; each is journaled with its place in the run. */
export type MachineCommand =
  | { readonly kind: 'terminalOpen'; readonly terminal: number; readonly columns: number; readonly rows: number }
  | { readonly kind: 'terminalInput'; readonly terminal: number; readonly data: string }
  | { readonly kind: 'terminalResize'; readonly terminal: number; readonly columns: number; readonly rows: number }
  | { readonly kind: 'terminalClose'; readonly terminal: number }
  /** Runs one shell command line without a terminal; its output comes back as `execOutput`, its end as `execExit`. */
  | { readonly kind: 'exec'; readonly exec: number; readonly commandLine: string }
  /** Puts the bundle into the machine's file system (below /Library/Extensions) and loads it as kextload does. */
  | { readonly kind: 'loadKext'; readonly bundle: KextBundleFiles }
  /** Plugs a part, with what hangs below it, into a hot-plug port: the first of the list is the part itself. */
  | { readonly kind: 'insertDevice'; readonly devices: readonly DeviceDescription[] }
  /** Pulls a part out of its hot-plug port, whatever its driver is doing. */
  | { readonly kind: 'removeDevice'; readonly id: string }
  | { readonly kind: 'powerButton' }

/** A kext bundle as plain data: file paths below the bundle and their bytes. */
export interface KextBundleFiles {
  /** Name of the bundle folder, for example `NullDereference.kext`. */
  readonly name: string
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[]
}
