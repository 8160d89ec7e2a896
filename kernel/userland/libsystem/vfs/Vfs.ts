import {
  EACCES, EBUSY, EEXIST, EINVAL, EISDIR, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR, ENOTEMPTY, EPERM, EROFS, EXDEV,
} from '../errno.ts'
import type { OpenFile } from '../OpenFile.ts'
import { Directory, RegularFile, SymbolicLink, type Inode, type Volume } from './Inode.ts'
import { DirectoryFile, FileCursor } from './openFiles.ts'
import { baseName, directoryName, joinPath, pathParts } from './paths.ts'

const MAX_LINKS_FOLLOWED = 32
const MAX_NAME_LENGTH = 255
const MAX_PATH_LENGTH = 1024

/** Who asks: decides about permissions. A `Process` is one. */
export interface Credentials {
  readonly uid: number
  readonly gid: number
  readonly cwd: string
  readonly umask: number
}

/** The system itself: uid 0 at the root directory. */
export const SYSTEM: Credentials = { uid: 0, gid: 0, cwd: '/', umask: 0o022 }

export interface OpenFlags {
  readonly read?: boolean
  readonly write?: boolean
  readonly append?: boolean
  readonly create?: boolean
  readonly truncate?: boolean
  readonly exclusive?: boolean
}

const READ = 4
const WRITE = 2
const EXECUTE = 1

/** One tree of files in memory. Calls answer the result or an error number; none sleeps. */
export class Vfs {
  readonly root: Directory
  readonly volumes: Volume[] = []

  constructor(rootVolume: Volume) {
    this.root = new Directory(rootVolume, { mode: 0o755, uid: 0, gid: 0 })
    this.volumes.push(rootVolume)
  }

  /** Finds what `path` names; the last symbolic link is followed unless `follow` is false. */
  lookup(who: Credentials, path: string, follow = true): Inode | number {
    return this.walk(who, path, follow, { count: 0 })
  }

  /** Opens a file; creates it if asked. */
  open(who: Credentials, path: string, flags: OpenFlags, mode = 0o666): OpenFile | number {
    const found = this.lookup(who, path)
    if (typeof found === 'number') {
      if (found !== ENOENT || flags.create !== true) return found
      const made = this.createFile(who, path, mode)
      return typeof made === 'number' ? made : new FileCursor(made, flags)
    }
    if (flags.create === true && flags.exclusive === true) return EEXIST
    if (found.kind === 'directory') return flags.write === true ? EISDIR : this.openDirectory(who, found)
    const wanted = (flags.read === true ? READ : 0) | (flags.write === true ? WRITE : 0)
    if (!this.may(who, found, wanted)) return EACCES
    if (found.kind === 'device') return found.open()
    if (found.kind === 'symlink') return ELOOP
    if (flags.write === true && found.volume.readOnly) return EROFS
    if (flags.truncate === true && flags.write === true) found.truncate()
    return new FileCursor(found, flags)
  }

  /** Whether `who` may do what `wanted` (4 read, 2 write, 1 execute) says. */
  may(who: Credentials, inode: Inode, wanted: number): boolean {
    if (who.uid === 0) {
      return (wanted & EXECUTE) === 0 || inode.kind === 'directory' || (inode.permissions & 0o111) !== 0
    }
    const shift = who.uid === inode.uid ? 6 : who.gid === inode.gid ? 3 : 0
    return ((inode.permissions >> shift) & wanted) === wanted
  }

  /** Makes a directory. 0 or an error number. */
  mkdir(who: Credentials, path: string, mode = 0o777): number {
    return this.addEntry(who, path, (parent) => {
      const owner = { mode: mode & ~who.umask, uid: who.uid, gid: parent.gid }
      return new Directory(parent.volume, owner)
    })
  }

  /** Makes a symbolic link at `path` that points to `target`. */
  symlink(who: Credentials, target: string, path: string): number {
    return this.addEntry(who, path, (parent) => {
      return new SymbolicLink(parent.volume, { mode: 0o755, uid: who.uid, gid: parent.gid }, target)
    })
  }

  /** Removes a file or link. */
  unlink(who: Credentials, path: string): number {
    const place = this.place(who, path)
    if (typeof place === 'number') return place
    const { parent, name } = place
    const inode = parent.entries.get(name)
    if (inode === undefined) return ENOENT
    if (inode.kind === 'directory') return EPERM
    const refused = this.mayChange(who, parent, inode)
    if (refused !== 0) return refused
    parent.remove(name)
    inode.links--
    return 0
  }

  /** Removes an empty directory. */
  rmdir(who: Credentials, path: string): number {
    const place = this.place(who, path)
    if (typeof place === 'number') return place
    const { parent, name } = place
    const inode = parent.entries.get(name)
    if (inode === undefined) return ENOENT
    if (inode.kind !== 'directory') return ENOTDIR
    if (inode.entries.size > 0) return ENOTEMPTY
    if (inode.volume !== parent.volume) return EBUSY
    const refused = this.mayChange(who, parent, inode)
    if (refused !== 0) return refused
    parent.remove(name)
    inode.parent = null
    return 0
  }

  /** Moves an entry, replacing what is there as rename(2) does. */
  rename(who: Credentials, from: string, to: string): number {
    const source = this.place(who, from)
    if (typeof source === 'number') return source
    const target = this.place(who, to)
    if (typeof target === 'number') return target
    const inode = source.parent.entries.get(source.name)
    if (inode === undefined) return ENOENT
    if (inode.volume !== target.parent.volume) return EXDEV
    const refused = this.mayChange(who, source.parent, inode) || this.mayChange(who, target.parent, null)
    if (refused !== 0) return refused
    const existing = target.parent.entries.get(target.name)
    if (existing === inode) return 0
    if (existing !== undefined) {
      const clash = replaceClash(inode, existing)
      if (clash !== 0) return clash
    }
    if (inode.kind === 'directory' && isWithin(target.parent, inode)) return EINVAL
    source.parent.remove(source.name)
    target.parent.add(target.name, inode)
    return 0
  }

  /** Changes permission bits. */
  chmod(who: Credentials, path: string, mode: number): number {
    const inode = this.lookup(who, path)
    if (typeof inode === 'number') return inode
    if (who.uid !== 0 && who.uid !== inode.uid) return EPERM
    if (inode.volume.readOnly) return EROFS
    inode.permissions = mode & 0o7777
    return 0
  }

  /** Names in a directory, in byte order; an error number otherwise. */
  list(who: Credentials, path: string): string[] | number {
    const inode = this.lookup(who, path)
    if (typeof inode === 'number') return inode
    if (inode.kind !== 'directory') return ENOTDIR
    return this.may(who, inode, READ) ? sortedNames(inode) : EACCES
  }

  /** Whole contents of a file. */
  readFile(who: Credentials, path: string): Uint8Array | number {
    const inode = this.lookup(who, path)
    if (typeof inode === 'number') return inode
    if (inode.kind === 'directory') return EISDIR
    if (inode.kind !== 'file') return EINVAL
    return this.may(who, inode, READ) ? inode.contents() : EACCES
  }

  /** Makes or replaces a file with these contents. */
  writeFile(who: Credentials, path: string, bytes: Uint8Array, mode = 0o666): number {
    const file = this.open(who, path, { write: true, create: true, truncate: true }, mode)
    if (typeof file === 'number') return file
    if (!(file instanceof FileCursor)) return EINVAL
    file.inode.setContents(bytes)
    return 0
  }

  /** Makes a directory and its parents where they are missing. */
  makeDirectories(who: Credentials, path: string, mode = 0o777): number {
    let sofar = path.startsWith('/') ? '' : who.cwd
    for (const part of pathParts(path)) {
      sofar = joinPath(sofar === '' ? '/' : sofar, part)
      const found = this.lookup(who, sofar)
      if (typeof found !== 'number') {
        if (found.kind !== 'directory') return ENOTDIR
        continue
      }
      const error = found === ENOENT ? this.mkdir(who, sofar, mode) : found
      if (error !== 0) return error
    }
    return 0
  }

  /** The physical path of a directory. */
  pathOf(directory: Directory): string {
    let path = ''
    let at = directory
    while (at.parent !== null) {
      const { parent } = at
      for (const [name, inode] of parent.entries) if (inode === at) path = `/${name}${path}`
      at = parent
    }
    return path === '' ? '/' : path
  }

  /** The directory that holds the last part of `path`, and that part's name. */
  place(who: Credentials, path: string): { parent: Directory; name: string } | number {
    const name = baseName(path)
    if (name === '') return ENOENT
    if (name === '/') return EISDIR
    if (name === '.' || name === '..') return EINVAL
    const parent = this.lookup(who, directoryName(path))
    if (typeof parent === 'number') return parent
    return parent.kind === 'directory' ? { parent, name } : ENOTDIR
  }

  private openDirectory(who: Credentials, directory: Directory): OpenFile | number {
    return this.may(who, directory, READ) ? new DirectoryFile(directory) : EACCES
  }

  private createFile(who: Credentials, path: string, mode: number): RegularFile | number {
    let made: RegularFile | null = null
    const error = this.addEntry(who, path, (parent) => {
      made = new RegularFile(parent.volume, { mode: mode & ~who.umask, uid: who.uid, gid: parent.gid })
      return made
    })
    return made ?? error
  }

  private addEntry(who: Credentials, path: string, make: (parent: Directory) => Inode): number {
    const place = this.place(who, path)
    if (typeof place === 'number') return place === EISDIR ? EEXIST : place
    if (place.name.length > MAX_NAME_LENGTH) return ENAMETOOLONG
    if (place.parent.entries.has(place.name)) return EEXIST
    const refused = this.mayChange(who, place.parent, null)
    if (refused !== 0) return refused
    place.parent.add(place.name, make(place.parent))
    return 0
  }

  /** Whether entries of `parent` may be changed; `inode` is the one to go, for sticky directories. */
  private mayChange(who: Credentials, parent: Directory, inode: Inode | null): number {
    if (parent.volume.readOnly) return EROFS
    if (!this.may(who, parent, WRITE | EXECUTE)) return EACCES
    const sticky = (parent.permissions & 0o1000) !== 0
    const owns = who.uid === 0 || who.uid === parent.uid || who.uid === inode?.uid
    return sticky && inode !== null && !owns ? EPERM : 0
  }

  private walk(who: Credentials, path: string, follow: boolean, links: { count: number }): Inode | number {
    if (path === '') return ENOENT
    if (path.length > MAX_PATH_LENGTH) return ENAMETOOLONG
    return this.walkParts(who, pathParts(joinPath(who.cwd, path)), follow || path.endsWith('/'), links)
  }

  private walkParts(
    who: Credentials, parts: string[], follow: boolean, links: { count: number },
  ): Inode | number {
    let at: Inode = this.root
    for (let i = 0; i < parts.length; i++) {
      if (at.kind !== 'directory') return ENOTDIR
      if (!this.may(who, at, EXECUTE)) return EACCES
      const next: Inode | undefined = parts[i] === '..' ? (at.parent ?? at) : at.entries.get(parts[i]!)
      if (next === undefined) return ENOENT
      if (next.kind === 'symlink' && (follow || i < parts.length - 1)) {
        if (++links.count > MAX_LINKS_FOLLOWED) return ELOOP
        const here = this.pathOf(at)
        const target = this.walk({ ...pick(who), cwd: here }, next.target, true, links)
        if (typeof target === 'number') return target
        at = target
      } else at = next
    }
    return at
  }
}

function pick(who: Credentials): Credentials {
  return { uid: who.uid, gid: who.gid, cwd: who.cwd, umask: who.umask }
}

function replaceClash(inode: Inode, existing: Inode): number {
  if (existing.kind === 'directory') {
    if (inode.kind !== 'directory') return EISDIR
    return existing.entries.size > 0 ? ENOTEMPTY : 0
  }
  return inode.kind === 'directory' ? ENOTDIR : 0
}

function isWithin(directory: Directory, ancestor: Directory): boolean {
  for (let at: Directory | null = directory; at !== null; at = at.parent) if (at === ancestor) return true
  return false
}

/** Names of a directory in byte order. */
export function sortedNames(directory: Directory): string[] {
  return [...directory.entries.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}
