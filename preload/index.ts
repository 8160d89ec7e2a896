// The preload script: four verbs for the page, and the hand-over of the kernel port. Sandboxed, one screen.
import { contextBridge, ipcRenderer } from 'electron'
import type { WorkbenchHost } from './bridge.ts'

const host: WorkbenchHost = Object.freeze({
  wantKernel: () => ipcRenderer.send('workbench:want-kernel'),
  post: (message: unknown) => ipcRenderer.send('workbench:host', message),
  onMessage: (listener: (message: unknown) => void) =>
    void ipcRenderer.on('workbench:host', (_event: unknown, message: unknown) => listener(message)),
  onMenuAction: (listener: (action: string) => void) =>
    void ipcRenderer.on('workbench:menu-action', (_event: unknown, action: unknown) => {
      if (typeof action === 'string') listener(action)
    }),
})

contextBridge.exposeInMainWorld('workbenchHost', host)

// A port cannot cross the context bridge: it goes on as a window message of our own origin.
ipcRenderer.on('workbench:kernel-port', (event) => {
  window.postMessage({ workbench: 'kernel-port' }, window.location.origin, [...event.ports])
})
