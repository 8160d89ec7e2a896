// Program of the browser shell: serves the app on loopback and prints the address to open.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { defaultDatabasePath } from '../storage/index.ts'
import { openAppWindow } from './openWindow.ts'
import { serve } from './serve.ts'

const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, db: { type: 'string' }, open: { type: 'boolean', default: false } },
})
const served = await serve({
  port: Number(values.port), databasePath: values.db ?? defaultDatabasePath(),
  outFolder: join(import.meta.dirname, '..'), notice: null,
})
process.stdout.write(`READY ${served.address}\n`)
const opened = values.open && openAppWindow(served.address)
process.stdout.write(opened ? 'A browser window is opening. Ctrl-C ends the workbench.\n'
  : 'Open this address in a browser on this machine. Ctrl-C ends the workbench.\n')
if (process.env.SSH_CONNECTION) {
  const { port } = new URL(served.address)
  process.stdout.write(`From another machine: ssh -L ${port}:127.0.0.1:${port} … and open the same address there.\n`)
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    served.close()
    process.exit(0)
  })
}
