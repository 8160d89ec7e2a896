import { EventEmitter } from 'node:events'

/** What the app did with Electron, for a test to look at. */
export interface ElectronLog {
  readonly windows: FakeWindow[]
  readonly sandboxed: boolean[]
  readonly schemes: unknown[]
  readonly permissionAnswers: { request: (() => boolean | null) | null; check: (() => boolean) | null }
  readonly opened: string[]
  readonly forked: { entry: string; options: Record<string, unknown>; child: FakeUtility }[]
  menu: { label: string; submenu: unknown[] }[] | null
}

export class FakeContents extends EventEmitter {
  readonly mainFrame = { name: 'main frame' }
  readonly sent: { channel: string; message: unknown; ports: unknown[] }[] = []
  openHandler: ((details: { url: string }) => { action: string }) | null = null
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler
  }
  postMessage(channel: string, message: unknown, ports: unknown[] = []): void {
    this.sent.push({ channel, message, ports })
  }
  send(channel: string, message: unknown): void {
    this.sent.push({ channel, message, ports: [] })
  }
  isDestroyed(): boolean {
    return false
  }
}

export class FakeWindow extends EventEmitter {
  readonly webContents = new FakeContents()
  url = ''
  constructor(readonly options: Record<string, unknown>) {
    super()
  }
  loadURL(url: string): Promise<void> {
    this.url = url
    return Promise.resolve()
  }
  show(): void {}
}

export class FakeUtility extends EventEmitter {
  readonly pid = 4242
  readonly posted: { message: unknown; ports: unknown[] }[] = []
  readonly stdout = new EventEmitter()
  readonly stderr = new EventEmitter()
  postMessage(message: unknown, ports: unknown[] = []): void {
    this.posted.push({ message, ports })
  }
  kill(): boolean {
    this.emit('exit', 0)
    return true
  }
}

class FakePort extends EventEmitter {
  readonly posted: unknown[] = []
  start(): void {}
  close(): void {}
  postMessage(message: unknown): void {
    this.posted.push(message)
  }
}

/** A stand-in for the `electron` module that records everything. */
export function makeFakeElectron(userData: string): { log: ElectronLog; module: Record<string, unknown>; ipcMain: EventEmitter } {
  const log: ElectronLog = {
    windows: [], sandboxed: [], schemes: [], permissionAnswers: { request: null, check: null }, opened: [], forked: [], menu: null,
  }
  const ipcMain = new EventEmitter()
  const app = Object.assign(new EventEmitter(), {
    enableSandbox: () => void log.sandboxed.push(true),
    whenReady: () => Promise.resolve(),
    getPath: () => userData,
    quit: () => void app.emit('will-quit'),
  })
  class BrowserWindow extends FakeWindow {
    constructor(options: Record<string, unknown>) {
      super(options)
      log.windows.push(this)
      app.emit('web-contents-created', {}, this.webContents)
    }
    static getAllWindows(): FakeWindow[] {
      return log.windows
    }
    static getFocusedWindow(): FakeWindow | null {
      return log.windows[0] ?? null
    }
  }
  const module = {
    app, BrowserWindow, ipcMain,
    Menu: { buildFromTemplate: (template: ElectronLog['menu']) => template, setApplicationMenu: (menu: ElectronLog['menu']) => void (log.menu = menu) },
    MessageChannelMain: class { readonly port1 = new FakePort(); readonly port2 = new FakePort() },
    protocol: {
      registerSchemesAsPrivileged: (schemes: unknown[]) => void log.schemes.push(...schemes),
      handle: (scheme: string, handler: (request: { url: string }) => Promise<Response>) => void log.schemes.push({ scheme, handler }),
    },
    session: { defaultSession: {
      setPermissionRequestHandler: (handler: (contents: unknown, permission: string, answer: (granted: boolean) => void) => void) => {
        log.permissionAnswers.request = () => {
          let granted: boolean | null = null
          handler({}, 'media', (answer) => (granted = answer))
          return granted
        }
      },
      setPermissionCheckHandler: (handler: () => boolean) => void (log.permissionAnswers.check = handler),
    } },
    shell: { openExternal: (url: string) => Promise.resolve(log.opened.push(url)) },
    utilityProcess: {
      fork: (entry: string, _args: string[], options: Record<string, unknown>) => {
        const child = new FakeUtility()
        log.forked.push({ entry, options, child })
        return child
      },
    },
  }
  return { log, module, ipcMain }
}
