import type { Command } from './defineCommand.ts'
import { assert } from '../../sim/index.ts'
import { encodeText } from './text.ts'
import { Device, Directory, RegularFile, SymbolicLink, Volume } from './vfs/Inode.ts'
import { NullFile, ZeroFile } from './vfs/openFiles.ts'
import { pathParts } from './vfs/paths.ts'
import { Vfs } from './vfs/Vfs.ts'
import type { Account } from './userlandState.ts'

const ROOT_WHEEL = { mode: 0o755, uid: 0, gid: 0 }
const ROOT_DEVICE = { mode: 0o666, uid: 0, gid: 0 }

/** Places of the system volume that belong to the data volume, as the firmlinks of macOS make it appear. */
const DATA_PLACES = ['/Applications', '/Library', '/Users', '/Volumes', '/opt', '/private', '/usr/local'] as const

/** Builds the files of a fresh machine: a sealed system volume, a data volume, and the devices. */
export function makeFileTree(commands: readonly Command[], accounts: readonly Account[]): Vfs {
  const vfs = new Vfs(new Volume('/dev/disk3s1s1', '/', true))
  const data = new Volume('/dev/disk3s5', '/System/Volumes/Data', false)
  const devices = new Volume('devfs', '/dev', true)
  vfs.volumes.push(devices, data)
  for (const path of ['/System/Library/Extensions', '/bin', '/sbin', '/usr/bin', '/usr/sbin', '/usr/libexec']) {
    directoryAt(vfs.root, path)
  }
  for (const path of DATA_PLACES) mountDirectory(vfs.root, path, data)
  mountDirectory(vfs.root, '/dev', devices)
  linkAt(vfs.root, '/tmp', 'private/tmp')
  linkAt(vfs.root, '/var', 'private/var')
  linkAt(vfs.root, '/etc', 'private/etc')
  makeDataFiles(vfs, accounts)
  makeDevices(vfs, devices)
  for (const command of commands) installCommand(vfs, command)
  return vfs
}

function makeDataFiles(vfs: Vfs, accounts: readonly Account[]): void {
  directoryAt(vfs.root, '/private/tmp').permissions = 0o1777
  for (const path of ['/private/var/log', '/private/var/root', '/private/var/tmp', '/private/etc']) {
    directoryAt(vfs.root, path)
  }
  directoryAt(vfs.root, '/private/var/tmp').permissions = 0o1777
  directoryAt(vfs.root, '/private/var/root').permissions = 0o750
  for (const path of ['/Library/Extensions', '/Library/Logs/DiagnosticReports', '/usr/local/bin']) {
    directoryAt(vfs.root, path)
  }
  for (const account of accounts) {
    const home = directoryAt(vfs.root, account.home.replace(/^\/var\//, '/private/var/'))
    if (account.uid === 0) continue
    home.uid = account.uid
    home.gid = account.gid
    home.permissions = 0o750
  }
  const passwd = accounts.map(({ name, uid, gid, home }) => `${name}:*:${uid}:${gid}:${name}:${home}:/bin/zsh\n`)
  fileAt(vfs.root, '/private/etc/passwd').setContents(encodeText(passwd.join('')))
  const shells = ['/bin/bash', '/bin/sh', '/bin/zsh']
  fileAt(vfs.root, '/private/etc/shells').setContents(encodeText(shells.join('\n') + '\n'))
}

function makeDevices(vfs: Vfs, volume: Volume): void {
  const directory = directoryAt(vfs.root, '/dev')
  directory.add('null', new Device(volume, ROOT_DEVICE, () => new NullFile()))
  directory.add('zero', new Device(volume, ROOT_DEVICE, () => new ZeroFile()))
}

function installCommand(vfs: Vfs, command: Command): void {
  for (const path of [command.path, ...(command.alsoAt ?? [])]) {
    const file = fileAt(vfs.root, path)
    file.command = command
    file.permissions = 0o755
    file.setLazyContents(() => encodeText(`${command.name}: ${command.summary}\n`))
  }
}

/** The directory at a physical path, made with its parents where missing. For the system itself: nothing is asked. */
export function directoryAt(root: Directory, path: string): Directory {
  let at = root
  for (const part of pathParts(path)) {
    const found = at.entries.get(part)
    if (found !== undefined) {
      assert(found.kind === 'directory', `directoryAt: ${part} in ${path} is no directory`)
      at = found
      continue
    }
    const made = new Directory(at.volume, ROOT_WHEEL)
    at.add(part, made)
    at = made
  }
  return at
}

/** The file at a physical path, made where missing. For the system itself. */
export function fileAt(root: Directory, path: string): RegularFile {
  const directory = directoryAt(root, path.slice(0, path.lastIndexOf('/')))
  const name = path.slice(path.lastIndexOf('/') + 1)
  const found = directory.entries.get(name)
  if (found !== undefined) {
    assert(found.kind === 'file', `fileAt: ${path} is no file`)
    return found
  }
  const made = new RegularFile(directory.volume, { ...ROOT_WHEEL, mode: 0o644 })
  directory.add(name, made)
  return made
}

function linkAt(root: Directory, path: string, target: string): void {
  const directory = directoryAt(root, path.slice(0, path.lastIndexOf('/')))
  directory.add(path.slice(path.lastIndexOf('/') + 1), new SymbolicLink(directory.volume, ROOT_WHEEL, target))
}

function mountDirectory(root: Directory, path: string, volume: Volume): void {
  const parent = directoryAt(root, path.slice(0, path.lastIndexOf('/')))
  parent.add(path.slice(path.lastIndexOf('/') + 1), new Directory(volume, ROOT_WHEEL))
}
