import { scheduler } from '../sim/index.ts'
import { makeFileTree } from './libsystem/fileTree.ts'
import { installUserland, type Account } from './libsystem/userlandState.ts'
import { commands } from './commands/index.ts'

/** What userland knows of its machine from the start. */
export interface BootUserlandOptions {
  /** Host name without domain, for example `MacBook-Pro`. */
  readonly hostname: string
  /** Wall clock at power-on, in seconds since 1970. */
  readonly bootEpochSeconds: number
  /** Short name of the user who logs in; `me` when absent. */
  readonly userName?: string
}

/** Builds the file tree and the accounts of the machine. Once per simulation, before any terminal. */
export function bootUserland(options: BootUserlandOptions): void {
  const name = options.userName ?? 'me'
  const accounts: Account[] = [
    { name: 'root', uid: 0, gid: 0, home: '/var/root', groups: [[0, 'wheel'], [1, 'daemon'], [80, 'admin']] },
    { name, uid: 501, gid: 20, home: `/Users/${name}`, groups: [[20, 'staff'], [12, 'everyone'], [80, 'admin']] },
  ]
  installUserland({
    vfs: makeFileTree(commands, accounts),
    hostname: options.hostname,
    bootEpochSeconds: options.bootEpochSeconds - Math.floor(scheduler().nowNs / 1e9),
    accounts,
    commands,
    ttys: new Map(),
  })
}
