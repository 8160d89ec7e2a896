// Builds everything with electron-vite, beside out/, and puts it in its place whole when it is done: programs that run
// or start meanwhile have the old build or the new one, never half of one. One build at a time.
import { spawnSync } from 'node:child_process'
import { existsSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withBuildLock } from './lib/buildLock.mjs'
import { isStale, nodeBinary, root } from './lib/project.mjs'

/** Builds into a folder of its own; exits when that fails. */
function buildInto(folder) {
  const began = new Date()
  const electronVite = 'node_modules/electron-vite/bin/electron-vite.js'
  const done = spawnSync(nodeBinary(), [electronVite, 'build', '--logLevel', 'warn'], {
    cwd: root, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', WORKBENCH_BUILD_FOLDER: folder },
  })
  if (done.status !== 0) {
    rmSync(join(root, folder), { recursive: true, force: true })
    process.stderr.write(`${done.stdout ?? ''}${done.stderr ?? ''}\nThe build failed.\n`)
    return false
  }
  // The help text is kept beside the program, so that asking for it starts nothing.
  const help = spawnSync(nodeBinary(), [join(root, folder, 'main/cli.js'), 'help'], { encoding: 'utf8' })
  if (help.status === 0) writeFileSync(join(root, folder, 'help.txt'), help.stdout)
  const stamp = join(root, folder, '.built')
  writeFileSync(stamp, `${began.toISOString()}\n`)
  utimesSync(stamp, began, began)
  return true
}

/** The finished folder takes the place of out/. */
function putInPlace(folder) {
  const [out, old] = [join(root, 'out'), join(root, `${folder}-old`)]
  if (existsSync(out)) renameSync(out, old)
  renameSync(join(root, folder), out)
  rmSync(old, { recursive: true, force: true })
}

const ok = withBuildLock((hasWaited) => {
  if (hasWaited && !isStale()) return true
  const folder = `.cache/build-${process.pid}`
  if (!buildInto(folder)) return false
  putInPlace(folder)
  return true
})
process.exit(ok ? 0 : 1)
