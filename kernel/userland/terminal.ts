import { assert } from '../sim/index.ts'
import { encodeText } from './libsystem/text.ts'
import { shellStatus } from './libsystem/ProcessExit.ts'
import { spawnProcess } from './libsystem/processTable.ts'
import { Tty, TtyFile } from './libsystem/tty/Tty.ts'
import { userland, type Account } from './libsystem/userlandState.ts'
import { Device } from './libsystem/vfs/Inode.ts'
import { directoryAt } from './libsystem/fileTree.ts'
import { interactiveShell } from './shell/main.ts'
import { loginEnvironment } from './loginEnvironment.ts'

/** Size of a terminal and where its bytes go. */
export interface StartTerminalOptions {
  readonly columns: number
  readonly rows: number
  /** What goes to the screen, as it comes. */
  readonly onOutput: (bytes: Uint8Array) => void
  /** The shell has ended with this status. */
  readonly onExit: (status: number) => void
}

/** A terminal window as its host sees it. Its methods may be called whenever no thread runs. */
export interface Terminal {
  /** Keys and pasted text. */
  input(data: string): void
  resize(columns: number, rows: number): void
  /** The window is closed: the session gets SIGHUP. */
  close(): void
}

/** Opens a terminal and logs the user in: an interactive shell in its own session. */
export function startTerminal(options: StartTerminalOptions): Terminal {
  const tty = new Tty({ ...options, name: freeTtyName() })
  const account = loginAccount()
  registerTty(tty, account)
  const file = new TtyFile(tty)
  const shell = spawnProcess({
    parent: null,
    argv: ['-zsh'],
    files: new Map([[0, file], [1, file], [2, file]]),
    env: loginEnvironment(account, true),
    cwd: account.home,
    uid: account.uid,
    gid: account.gid,
    session: { tty },
    body: interactiveShell,
    onExit: (status) => {
      unregisterTty(tty)
      options.onExit(shellStatus(status))
    },
  })
  assert(shell !== null, 'no room for a login shell')
  tty.sid = shell.sid
  tty.foregroundPgid = shell.pgid
  return {
    input: (data) => tty.input(encodeText(data)),
    resize: (columns, rows) => tty.resize(columns, rows),
    close: () => tty.hangUp(),
  }
}

/** The account that terminals log in. */
export function loginAccount(): Account {
  const account = userland().accounts.find(({ uid }) => uid === 501)
  assert(account !== undefined, 'the login account is missing')
  return account
}

function freeTtyName(): string {
  for (let number = 0; ; number++) {
    const name = `ttys${String(number).padStart(3, '0')}`
    if (!userland().ttys.has(name)) return name
  }
}

function registerTty(tty: Tty, account: Account): void {
  const { ttys, vfs } = userland()
  ttys.set(tty.name, tty)
  const directory = directoryAt(vfs.root, '/dev')
  const owner = { mode: 0o620, uid: account.uid, gid: 4 }
  directory.add(tty.name, new Device(directory.volume, owner, () => new TtyFile(tty)))
}

function unregisterTty(tty: Tty): void {
  const { ttys, vfs } = userland()
  ttys.delete(tty.name)
  directoryAt(vfs.root, '/dev').remove(tty.name)
}
