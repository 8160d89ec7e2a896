import { scheduler } from '../../../sim/index.ts'
import type { Command } from '../defineCommand.ts'
import type { OpenFile } from '../OpenFile.ts'

/** File type bits of a mode. */
export const S_IFCHR = 0o020000
export const S_IFDIR = 0o040000
export const S_IFREG = 0o100000
export const S_IFLNK = 0o120000

/** A volume: what is mounted where, and whether it may be changed. */
export class Volume {
  private nextNumber = 2

  constructor(
    readonly device: string,
    readonly mountPoint: string,
    readonly readOnly: boolean,
  ) {}

  takeNumber(): number {
    return this.nextNumber++
  }
}

export interface InodeOwner {
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/** What every file system object has. */
abstract class InodeBase {
  readonly number: number
  permissions: number
  uid: number
  gid: number
  links = 1
  /** Time of the last change in virtual nanoseconds since power-on; negative: before it. */
  modifiedNs: number

  constructor(readonly volume: Volume, owner: InodeOwner) {
    this.number = volume.takeNumber()
    this.permissions = owner.mode
    this.uid = owner.uid
    this.gid = owner.gid
    this.modifiedNs = scheduler().nowNs
  }

  abstract get sizeBytes(): number

  touch(): void {
    this.modifiedNs = scheduler().nowNs
  }
}

export class Directory extends InodeBase {
  readonly kind = 'directory'
  readonly entries = new Map<string, Inode>()
  parent: Directory | null = null

  override get sizeBytes(): number {
    return 64 + this.entries.size * 32
  }

  add(name: string, inode: Inode): void {
    this.entries.set(name, inode)
    if (inode.kind === 'directory') inode.parent = this
    this.touch()
  }

  remove(name: string): void {
    this.entries.delete(name)
    this.touch()
  }
}

/** Bytes that grow. A file may also be born with contents that are made when they are first asked for. */
export class RegularFile extends InodeBase {
  readonly kind = 'file'
  /** The program that runs when the file is executed. */
  command: Command | null = null
  private bytes: Uint8Array = new Uint8Array(0)
  private length = 0
  private pending: (() => Uint8Array) | null = null
  /** Whether `bytes` belongs to this file alone and may be changed in place. */
  private owned = false

  override get sizeBytes(): number {
    this.load()
    return this.length
  }

  /** The contents. Do not change them. */
  contents(): Uint8Array {
    this.load()
    return this.bytes.subarray(0, this.length)
  }

  setContents(bytes: Uint8Array): void {
    this.pending = null
    this.bytes = bytes
    this.length = bytes.length
    this.owned = false
    this.touch()
  }

  setLazyContents(make: () => Uint8Array): void {
    this.pending = make
  }

  truncate(): void {
    this.setContents(new Uint8Array(0))
  }

  writeAt(offset: number, data: Uint8Array): void {
    this.load()
    const end = offset + data.length
    if (end > this.bytes.length || !this.owned) this.grow(end)
    this.bytes.set(data, offset)
    this.length = Math.max(this.length, end)
    this.touch()
  }

  private grow(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2, 256))
    larger.set(this.bytes.subarray(0, this.length))
    this.bytes = larger
    this.owned = true
  }

  private load(): void {
    if (this.pending === null) return
    const make = this.pending
    this.pending = null
    this.bytes = make()
    this.length = this.bytes.length
  }
}

export class SymbolicLink extends InodeBase {
  readonly kind = 'symlink'

  constructor(volume: Volume, owner: InodeOwner, readonly target: string) {
    super(volume, owner)
  }

  override get sizeBytes(): number {
    return this.target.length
  }
}

/** A character device: opening it asks the maker. */
export class Device extends InodeBase {
  readonly kind = 'device'

  constructor(volume: Volume, owner: InodeOwner, readonly open: () => OpenFile) {
    super(volume, owner)
  }

  override get sizeBytes(): number {
    return 0
  }
}

export type Inode = Directory | RegularFile | SymbolicLink | Device

/** Type and permission bits as stat gives them. */
export function modeOf(inode: Inode): number {
  const type = {
    directory: S_IFDIR, file: S_IFREG, symlink: S_IFLNK, device: S_IFCHR,
  }[inode.kind]
  return type | inode.permissions
}
