/** Userland: what a machine needs to start processes, terminals and single command lines. */
export { bootUserland, type BootUserlandOptions } from './boot.ts'
export { startTerminal, type StartTerminalOptions, type Terminal } from './terminal.ts'
export { runCommandLine, type RunCommandLineOptions } from './runCommandLine.ts'
export { SYSTEM, vfs } from './libsystem/index.ts'
export type { KextRequest, KextResponse, LoadedKextInfo } from './libsystem/kextRequest.ts'
