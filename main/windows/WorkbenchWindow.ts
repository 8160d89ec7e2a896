import { join } from 'node:path'
import { BrowserWindow } from 'electron'
import { START_PAGE } from './scheme.ts'

/** Makes the app's window: sandboxed, isolated, no Node. Shown when it has something to show. */
export function createWindow(outFolder: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1440, height: 900, minWidth: 1024, minHeight: 640, show: false, title: 'I/O Kit Workbench',
    titleBarStyle: process.platform === 'darwin' ? 'hiddenInset' : 'default',
    webPreferences: {
      preload: join(outFolder, 'preload/index.cjs'),
      sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false, spellcheck: false,
    },
  })
  window.once('ready-to-show', () => window.show())
  void window.loadURL(START_PAGE)
  return window
}
