// What the scripts share: where the project is, which Node runs it, and whether the build output is stale.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** The Node 24 that came with the packages, else the running one when it is new enough. */
export function nodeBinary() {
  const local = join(root, 'node_modules/.bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(local)) return local
  const major = Number(process.versions.node.split('.')[0])
  if (major >= 24) return process.execPath
  throw new Error(`Node 24 or newer is needed and this is ${process.version}: `
    + 'install it, or run npm ci on Linux or Windows')
}

/** Runs Node with `args` in the project root; throws when it fails. */
export function runNode(args, options = {}) {
  const done = spawnSync(nodeBinary(), args, { cwd: root, stdio: ['ignore', 2, 2], ...options })
  if (done.status !== 0) process.exit(done.status ?? 1)
}

const SOURCES = ['kernel', 'main', 'preload', 'renderer', 'resources']

/** Newest modification below a folder, in milliseconds; `limit` stops the search early once exceeded. */
function isNewerThan(folder, limit) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name.endsWith('.test.ts') || entry.name.startsWith('.')) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory() ? isNewerThan(path, limit) : statSync(path).mtimeMs > limit) return true
  }
  return false
}

/** Whether `out/` is missing or any source is newer than the last build. */
export function isStale() {
  const stamp = join(root, 'out/.built')
  if (!existsSync(stamp)) return true
  const built = statSync(stamp).mtimeMs
  const single = ['electron.vite.config.ts', 'package.json']
  return single.some((name) => statSync(join(root, name)).mtimeMs > built)
    || SOURCES.some((folder) => isNewerThan(join(root, folder), built))
}

/** Version from package.json. */
export function projectVersion() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version
}
