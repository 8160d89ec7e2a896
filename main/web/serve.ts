import { join } from 'node:path'
import type { HostFunctions } from '../../kernel/api/index.ts'
import { HostService } from '../hostService.ts'
import { KernelHostService } from '../kernelHost/KernelHostService.ts'
import { FORK_WALLS, forkKernel, type ForkedKernelProcess } from '../kernelHost/KernelProcess.ts'
import { framedWire } from '../kernelHost/framedWire.ts'
import type { Wire } from '../kernelHost/Wire.ts'
import { CrashLogStore, MachineStore, openDatabase, SessionStore } from '../storage/index.ts'
import { version } from '../version.ts'
import { WebServer } from './WebServer.ts'

export interface ServeOptions {
  readonly port: number
  readonly databasePath: string
  /** Folder of the built program (`out`). */
  readonly outFolder: string
  readonly notice: string | null
}

export interface Served {
  readonly address: string
  readonly kernelPid: () => number | undefined
  close(): void
}

/** Builds the browser shell from top to bottom: store, kernel process, host service, web server. */
export async function serve(options: ServeOptions): Promise<Served> {
  const database = openDatabase(options.databasePath)
  const sessions = new SessionStore(database)
  const crashes = new CrashLogStore(database)
  crashes.purge()
  const info: ReturnType<HostFunctions['hostInfo']> = {
    shell: 'browser', version, notice: options.notice, databasePath: options.databasePath, walls: FORK_WALLS,
  }
  const entry = join(options.outFolder, 'main/kernelHostMain.js')
  const host = new HostService({ info, machines: new MachineStore(database), crashes, kernel: () => kernel })
  const kernel: KernelHostService<ForkedKernelProcess> = new KernelHostService(
    () => forkKernel(entry, join(options.outFolder, '..')), sessions, crashes, {
      stateChanged: (state) => host.notify((window) => void window.kernelProcessChanged.asEvent(state)),
      crashStored: () => host.notify((window) => void window.crashReportsChanged.asEvent()),
      kept: (file) => host.kept(file),
    })
  kernel.launch()
  const server = new WebServer({
    rendererFolder: join(options.outFolder, 'renderer'), port: options.port,
    upload: (source, size) => kernel.process?.upload(source, size) ?? null,
    attach(channel, frames) {
      if (channel === 'host') host.attach(framedWire(frames))
      else if (kernel.process === null) frames.close()
      else joinWires(frames, kernel.process.openSession())
    },
  })
  const address = await server.listen()
  return {
    address, kernelPid: () => kernel.process?.pid,
    close() {
      server.close()
      kernel.stop()
      database.close()
    },
  }
}

/** Connects two wires back to back until either closes: frames go through unread. */
function joinWires(a: Wire, b: Wire): void {
  a.onMessage((message) => b.post(message))
  b.onMessage((message) => a.post(message))
  a.onClose(() => b.close())
  b.onClose(() => a.close())
}
