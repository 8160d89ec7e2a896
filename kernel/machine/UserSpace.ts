import type { KextBundleFiles, MachineCommand, MachineDescription, MachineEvent } from '../api/index.ts'
import { bootUserland, runCommandLine, startTerminal, vfs, type Terminal } from '../userland/index.ts'
import { encodeText, fileAt } from '../userland/libsystem/index.ts'
import { POWER_ON_SECONDS } from '../families/AppleACPIPlatform/model/CmosRtc.ts'

type TerminalCommand = Extract<MachineCommand, { terminal: number }>
type ExecCommand = Extract<MachineCommand, { kind: 'exec' }>

/** Where a bundle lies in the machine's files. */
const EXTENSIONS_FOLDER = '/Library/Extensions'
/** First lines a host sees when a terminal was asked for before there is a user space. */
type Waiting = TerminalCommand | ExecCommand

/**
 * The user side of one machine: its files, terminals and command lines. All calls inside the machine's
 * world.
 */
export class UserSpace {
  private readonly terminals = new Map<number, Terminal>()
  private waiting: Waiting[] = []
  private started = false

  constructor(private readonly emit: (event: MachineEvent) => void) {}

  get isUp(): boolean {
    return this.started
  }

  /** Lays the files out. At power-on. */
  prepare(machine: MachineDescription, bundles: readonly KextBundleFiles[]): void {
    bootUserland({ hostname: hostnameOf(machine), bootEpochSeconds: POWER_ON_SECONDS })
    putFile('/System/Library/CoreServices/SystemVersion.plist', systemVersionPlist(machine))
    for (const bundle of bundles) this.installBundle(bundle)
  }

  /** Processes may run: what was asked for before is done now, in order. */
  start(): void {
    this.started = true
    const waiting = this.waiting
    this.waiting = []
    for (const command of waiting) this.perform(command)
  }

  /** Copies a bundle below /Library/Extensions. */
  installBundle(bundle: KextBundleFiles): void {
    for (const { path, bytes } of bundle.files) {
      fileAt(vfs().root, `${EXTENSIONS_FOLDER}/${bundle.name}/${path}`).setContents(bytes)
    }
  }

  /** Does what a host asked for; before user space is up it waits. */
  perform(command: Waiting): void {
    if (!this.started) {
      this.waiting.push(command)
      return
    }
    switch (command.kind) {
      case 'terminalOpen': return this.openTerminal(command)
      case 'terminalInput': return this.terminals.get(command.terminal)?.input(command.data)
      case 'terminalResize':
        return this.terminals.get(command.terminal)?.resize(command.columns, command.rows)
      case 'terminalClose': return this.terminals.get(command.terminal)?.close()
      case 'exec': return this.exec(command)
    }
  }

  private openTerminal({ terminal, columns, rows }: Extract<MachineCommand, { kind: 'terminalOpen' }>): void {
    if (this.terminals.has(terminal)) return
    const opened = startTerminal({
      columns, rows,
      onOutput: (data) => this.emit({ kind: 'terminalOutput', terminal, data: data.slice() }),
      onExit: (status) => {
        this.terminals.delete(terminal)
        this.emit({ kind: 'terminalClosed', terminal, status })
      },
    })
    this.terminals.set(terminal, opened)
  }

  private exec({ exec, commandLine }: ExecCommand): void {
    const output = (stream: 'stdout' | 'stderr') => (data: Uint8Array): void => {
      this.emit({ kind: 'execOutput', exec, stream, data: data.slice() })
    }
    runCommandLine({
      commandLine, onStdout: output('stdout'), onStderr: output('stderr'),
      onExit: (status) => this.emit({ kind: 'execExit', exec, status }),
    })
  }
}

function putFile(path: string, text: string): void {
  fileAt(vfs().root, path).setContents(encodeText(text))
}

function hostnameOf(machine: MachineDescription): string {
  return machine.title.replaceAll(/[^A-Za-z0-9]+/gu, '-').replaceAll(/^-|-$/gu, '') || machine.name
}

function systemVersionPlist(machine: MachineDescription): string {
  const pairs = [
    ['ProductBuildVersion', machine.osBuild], ['ProductName', 'macOS'],
    ['ProductUserVisibleVersion', machine.osVersion], ['ProductVersion', machine.osVersion],
  ]
  const lines = pairs.flatMap(([key, value]) => [`\t<key>${key}</key>`, `\t<string>${value}</string>`])
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">', '<dict>', ...lines, '</dict>', '</plist>', '',
  ].join('\n')
}
