/// <reference types="vite/client" />
import type { WorkbenchHost } from '../preload/bridge.ts'

declare global {
  interface Window {
    /** Present in Electron only. */
    readonly workbenchHost?: WorkbenchHost
  }
}
