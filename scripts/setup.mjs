// Makes a fresh clone ready: installs packages when they are missing or older than the lockfile, and with --build
// also builds when the output is older than the sources. Plain Node 20, no dependencies.
import { execFileSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isStale, root, runNode } from './lib/project.mjs'

/** Whether node_modules is absent or older than the lockfile. */
function needsInstall() {
  const marker = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(marker)) return true
  return statSync(join(root, 'package-lock.json')).mtimeMs > statSync(marker).mtimeMs + 1000
}

if (needsInstall()) {
  process.stderr.write('Installing packages (npm ci) …\n')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  execFileSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32',
  })
}
if (process.argv.includes('--build') && isStale()) {
  process.stderr.write('Building …\n')
  runNode(['scripts/build.mjs'])
}
