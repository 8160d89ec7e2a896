import { utilityProcess, type MessagePortMain } from 'electron'
import type { HostLinkCommand, HostLinkMessage } from '../../kernel/api/index.ts'
import type { KernelProcess } from './KernelProcess.ts'

/** A kernel process that takes ports. */
export interface UtilityKernelProcess extends KernelProcess {
  openPort(port: MessagePortMain): void
}

/** Which walls stand around the kernel process in Electron: its permission flags are inert there, so none is claimed. */
export const UTILITY_WALLS = ['Third-party driver code runs in SES compartments']

/** Starts the kernel process as Electron's utility process: empty environment, own name, no secrets. */
export function startUtilityKernel(entry: string): UtilityKernelProcess {
  const child = utilityProcess.fork(entry, [], {
    serviceName: 'I/O Kit Workbench Kernel', env: {}, stdio: 'pipe', ...(process.platform === 'darwin' ? { disclaim: true } : {}),
  })
  child.stdout?.on('data', () => {})
  child.stderr?.on('data', (text: unknown) => process.stderr.write(String(text)))
  return {
    get pid() {
      return child.pid
    },
    send: (command: HostLinkCommand) => child.postMessage(command),
    onLink: (listener) => void child.on('message', (message: HostLinkMessage) => listener(message)),
    onExit: (listener) => void child.on('exit', (code) => listener(`it ended with status ${code}`)),
    kill: () => void child.kill(),
    openPort: (port) => child.postMessage({ link: 'port' }, [port]),
  }
}
