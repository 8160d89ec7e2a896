/**
 * What the preload script gives the page in Electron: verbs, never Electron objects. Types only.
 * The port to the kernel process arrives as a window message `{ workbench: 'kernel-port' }` with the port attached.
 */
export interface WorkbenchHost {
  /** Asks for a fresh port to the kernel process. */
  wantKernel(): void
  /** Sends one message to the host process. */
  post(message: unknown): void
  /** Calls back for each message of the host process. */
  onMessage(listener: (message: unknown) => void): void
  /** Calls back with the action id of each line chosen in the native menu. */
  onMenuAction(listener: (action: string) => void): void
}
