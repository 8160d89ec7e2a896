import { assert, kernelState } from '../../sim/index.ts'
import type { Command } from './defineCommand.ts'
import type { Tty } from './tty/Tty.ts'
import type { Vfs } from './vfs/Vfs.ts'

/** An account of the machine. */
export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
  /** Supplementary groups as (number, name). */
  readonly groups: readonly (readonly [number, string])[]
}

/** What the BSD side of one machine keeps: files, host name, clock, terminals, accounts, programs. */
export interface Userland {
  readonly vfs: Vfs
  hostname: string
  /** Wall clock, in seconds since 1970, at virtual time 0. */
  bootEpochSeconds: number
  readonly accounts: readonly Account[]
  readonly commands: readonly Command[]
  readonly ttys: Map<string, Tty>
}

const cell = kernelState((): { value: Userland | null } => ({ value: null }))

/** The userland of the running machine. It exists after `bootUserland`. */
export function userland(): Userland {
  const { value } = cell()
  assert(value !== null, 'userland was not booted in this simulation')
  return value
}

/** Whether `bootUserland` has run in this world. */
export function hasUserland(): boolean {
  return cell().value !== null
}

/** Puts the userland of this world in place; once. */
export function installUserland(value: Userland): void {
  assert(cell().value === null, 'userland was booted twice')
  cell().value = value
}

/** The tree of files of the running machine. */
export function vfs(): Vfs {
  return userland().vfs
}

/** The account of a user id; a number without account gives null. */
export function accountByUid(uid: number): Account | null {
  return userland().accounts.find((account) => account.uid === uid) ?? null
}
