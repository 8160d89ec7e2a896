import { vfs } from '../libsystem/userlandState.ts'
import { joinPath } from '../libsystem/vfs/paths.ts'
import type { Credentials } from '../libsystem/vfs/Vfs.ts'
import { hasWildcard, Pattern, unescapePattern } from './pattern.ts'

/** Paths that fit a pattern with wildcards, in order; empty when there are none. */
export function globPaths(who: Credentials, pattern: string): string[] {
  const absolute = pattern.startsWith('/')
  let paths = [absolute ? '/' : '']
  const parts = pattern.split('/')
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!
    if (part === '') {
      if (i > 0 && i === parts.length - 1) paths = paths.filter((path) => isDirectory(who, path)).map((path) => path + '/')
      continue
    }
    paths = paths.flatMap((path) => matchPart(who, path, part))
  }
  return paths
}

function matchPart(who: Credentials, directory: string, part: string): string[] {
  const place = directory === '' ? '.' : directory
  if (!hasWildcard(part)) {
    const path = extend(directory, unescapePattern(part))
    return typeof vfs().lookup(who, path, false) === 'number' ? [] : [path]
  }
  const names = vfs().list(who, place)
  if (typeof names === 'number') return []
  const pattern = new Pattern(part)
  const showHidden = part.startsWith('.')
  return names
    .filter((name) => (showHidden || !name.startsWith('.')) && pattern.matches(name))
    .map((name) => extend(directory, name))
}

function extend(directory: string, name: string): string {
  return directory === '' ? name : joinPath(directory, name)
}

function isDirectory(who: Credentials, path: string): boolean {
  const inode = vfs().lookup(who, path)
  return typeof inode !== 'number' && inode.kind === 'directory'
}
