import { assert, type KernelThread } from '../sim/index.ts'
import { OpenFile } from './libsystem/OpenFile.ts'
import type { Process } from './libsystem/Process.ts'
import { EBADF } from './libsystem/errno.ts'
import { shellStatus } from './libsystem/ProcessExit.ts'
import { kill, processByPid, signalGroup, spawnProcess } from './libsystem/processTable.ts'
import { accountByUid } from './libsystem/userlandState.ts'
import { NullFile } from './libsystem/vfs/openFiles.ts'
import { loginEnvironment } from './loginEnvironment.ts'
import { runShellText } from './shell/main.ts'
import { loginAccount } from './terminal.ts'

/** One command line and where its output goes. */
export interface RunCommandLineOptions {
  readonly commandLine: string
  readonly onStdout: (bytes: Uint8Array) => void
  readonly onStderr: (bytes: Uint8Array) => void
  /** The whole command line has ended; `$?` as a shell would show it. */
  readonly onExit: (status: number) => void
  /** User id it runs as: 501 (the login user) when absent, 0 for root. */
  readonly uid?: number
}

/** Writing end whose reader is the host. */
class HostSink extends OpenFile {
  readonly kind = 'pipe'

  constructor(private readonly onData: (bytes: Uint8Array) => void) {
    super()
  }

  override *read(): KernelThread<Uint8Array | number> {
    return EBADF
  }

  override *write(_process: Process, bytes: Uint8Array): KernelThread<number> {
    this.onData(bytes)
    return 0
  }
}

/** Runs one shell command line without a terminal. `stop` ends it as ^C would. */
export function runCommandLine(options: RunCommandLineOptions): { readonly pid: number; stop(): void } {
  const account = accountByUid(options.uid ?? 501) ?? loginAccount()
  const process = spawnProcess({
    parent: null,
    argv: ['sh', '-c', options.commandLine],
    files: new Map<number, OpenFile>([
      [0, new NullFile()], [1, new HostSink(options.onStdout)], [2, new HostSink(options.onStderr)],
    ]),
    env: loginEnvironment(account, false),
    cwd: account.home,
    uid: account.uid,
    gid: account.gid,
    session: { tty: null },
    body: (shell) => runShellText(shell, options.commandLine),
    onExit: (status) => options.onExit(shellStatus(status)),
  })
  assert(process !== null, 'no room for another process')
  const { pid, pgid } = process
  return {
    pid,
    stop: () => {
      signalGroup(pgid, 2)
      if (processByPid(pid) !== null) kill(process, pid, 2)
    },
  }
}
