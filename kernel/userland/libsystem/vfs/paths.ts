/** Joins a path to the directory it is relative to, without resolving anything. */
export function joinPath(directory: string, path: string): string {
  if (path.startsWith('/')) return path
  return directory === '/' ? '/' + path : `${directory}/${path}`
}

/** The parts of a path between its slashes; empty ones and `.` are dropped. */
export function pathParts(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.')
}

/** Last part of a path, as basename(1) gives it. */
export function baseName(path: string): string {
  if (path === '') return ''
  const trimmed = path.replace(/\/+$/, '')
  return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1)
}

/** All but the last part of a path, as dirname(1) gives it. */
export function directoryName(path: string): string {
  const trimmed = path.replace(/\/+$/, '')
  if (trimmed === '') return path.startsWith('/') ? '/' : '.'
  const slash = trimmed.lastIndexOf('/')
  if (slash < 0) return '.'
  return trimmed.slice(0, slash).replace(/\/+$/, '') || '/'
}

/** Removes `.`, `..` and double slashes by text alone: the logical path of `cd` and `pwd -L`. */
export function normalisePath(path: string): string {
  const parts: string[] = []
  for (const part of pathParts(path)) {
    if (part === '..') parts.pop()
    else parts.push(part)
  }
  return '/' + parts.join('/')
}
