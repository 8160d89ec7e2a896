// Builds everything into out/ with electron-vite and leaves a stamp with the time the build began.
import { spawnSync } from 'node:child_process'
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodeBinary, root } from './lib/project.mjs'

const began = new Date()
const electronVite = 'node_modules/electron-vite/bin/electron-vite.js'
const done = spawnSync(nodeBinary(), [electronVite, 'build', '--logLevel', 'warn'], {
  cwd: root, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' },
})
if (done.status !== 0) {
  process.stderr.write(`${done.stdout ?? ''}${done.stderr ?? ''}\nThe build failed.\n`)
  process.exit(1)
}
mkdirSync(join(root, 'out'), { recursive: true })
// The help text is kept beside the program, so that asking for it starts nothing.
const help = spawnSync(nodeBinary(), [join(root, 'out/main/cli.js'), 'help'], { encoding: 'utf8' })
if (help.status === 0) writeFileSync(join(root, 'out/help.txt'), help.stdout)
const stamp = join(root, 'out/.built')
writeFileSync(stamp, `${began.toISOString()}\n`)
utimesSync(stamp, began, began)
