import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { resourcesFolder } from '../../kernelHost/resources.ts'
import type { CliCommand } from '../Command.ts'

/** Where this program lives; its own file may be a chunk at any depth of `out/`. */
const projectFolder = (): string => join(resourcesFolder(), '..')

/** Runs one of our own programs in the foreground and answers its status. */
function foreground(program: string, args: string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: 'inherit' })
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
    child.on('exit', (code) => resolve(code ?? 0))
  })
}

export const serveCommand: CliCommand = {
  name: 'serve',
  synopsis: 'serve [--port N] [--db FILE]',
  summary: 'the app in a browser window, on this machine only',
  run: (args) => foreground(join(projectFolder(), 'out/main/web.js'), args),
}

export const appCommand: CliCommand = {
  name: 'app',
  synopsis: 'app',
  summary: 'the desktop app, or the browser window where there is no Electron or display',
  run: (args) => foreground(join(projectFolder(), 'scripts/start.mjs'), args),
}
