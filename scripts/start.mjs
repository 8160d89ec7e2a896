// npm start: the desktop app where Electron and a display are there, else the same app in a browser window.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodeBinary, root } from './lib/project.mjs'

/** Path of Electron's program, found without requiring the package (that would download it); null if absent. */
function electronBinary() {
  const folder = join(root, 'node_modules/electron')
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH
  const pathFile = join(folder, 'path.txt')
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim()
    : process.platform === 'win32' ? 'electron.exe'
    : process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron'
  const program = join(override ?? join(folder, 'dist'), name)
  return existsSync(program) ? program : null
}

/** Why Electron cannot open a window here; null when it can. */
function whyNoWindow(program) {
  if (program === null) return 'Electron’s program is not on this machine (npx install-electron --no fetches it)'
  const hasDisplay = process.env.DISPLAY || process.env.WAYLAND_DISPLAY
  if (process.platform === 'linux' && !hasDisplay) return 'there is no display'
  return null
}

const electron = electronBinary()
const reason = whyNoWindow(electron)
const [program, args] = reason === null
  ? [electron, ['.', ...process.argv.slice(2)]]
  : [nodeBinary(), ['out/main/web.js', '--open', ...process.argv.slice(2)]]
if (reason !== null) {
  process.stdout.write(`Opening in a browser window instead of a desktop window, because ${reason}.\n`)
}
const child = spawn(program, args, { cwd: root, stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal === null ? code ?? 0 : 0))
