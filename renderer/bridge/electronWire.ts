import type { WorkbenchHost } from '../../preload/bridge.ts'
import type { Wire, WireOpener } from './Wire.ts'

const PORT_WAIT_MS = 10_000

/** Wire to the kernel process over a MessagePort that the preload script hands to this window. */
export function electronKernelOpener(host: WorkbenchHost): WireOpener {
  return () => new Promise<Wire>((resolve, reject) => {
    const timer = setTimeout(() => finish(() => reject(new Error('The kernel process gave no port.'))), PORT_WAIT_MS)
    const onMessage = (event: MessageEvent): void => {
      const port = event.ports[0]
      if (event.source !== window || !isPortMessage(event.data) || port === undefined) return
      finish(() => resolve(wireOver(port)))
    }
    const finish = (settle: () => void): void => {
      clearTimeout(timer)
      window.removeEventListener('message', onMessage)
      settle()
    }
    window.addEventListener('message', onMessage)
    host.wantKernel()
  })
}

/** Wire to Electron's main process. It lives as long as the window. */
export function electronHostOpener(host: WorkbenchHost): WireOpener {
  const listeners: ((message: unknown) => void)[] = []
  host.onMessage((message) => {
    for (const listener of listeners) listener(message)
  })
  return () => Promise.resolve({
    post: (message) => host.post(message),
    onMessage: (listener) => void listeners.push(listener),
    onClose: () => undefined,
  })
}

function isPortMessage(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'workbench' in data && data.workbench === 'kernel-port'
}

function wireOver(port: MessagePort): Wire {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.addEventListener('message', (event) => listener(event.data))
      port.start()
    },
    onClose: (listener) => port.addEventListener('close', () => listener(), { once: true }),
  }
}
