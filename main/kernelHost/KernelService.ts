import { randomUUID } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import type { BirpcReturn } from 'birpc'
import {
  listParts, machineSchema, profileMachine, profileTypes, readMachine, validateMachine,
  type HostLinkMessage, type ImportSummary, type KernelFunctions, type KernelNotifications, type KextBundleFiles,
  type MachineCommand, type MachineDescription, type MachineEvent, type Problem, type RecordedRun,
} from '../../kernel/index.ts'
import { readPanicFile } from '../../kernel/explain/index.ts'
import { summarise } from '../storage/MachineStore.ts'
import { argumentSchemas } from './argumentSchemas.ts'
import { ImportService, unpack, type FileToKeep } from './ImportService.ts'
import { machineOptions } from './machineOptions.ts'
import type { FileAside } from '../upload/uploadFrames.ts'
import { UploadReader } from '../upload/UploadReader.ts'
import { MachineHost } from './MachineHost.ts'
import { CoverageService } from './CoverageService.ts'
import { KextSets } from './KextSets.ts'
import { ExplainService } from './ExplainService.ts'
import { readSampleDump, readSampleKexts, readSampleReports, readTemplates } from './resources.ts'
import { describeKext } from './describeKext.ts'
import { serveRpc } from './serveRpc.ts'
import { TerminalFlow } from './TerminalFlow.ts'
import type { Wire } from './Wire.ts'

type WindowRpc = BirpcReturn<KernelNotifications, KernelFunctions>

/** How a terminal ends whose machine went away or began anew. */
const MACHINE_GONE = -1

/** At most so many status and registry notices per second: views draw, they do not count. */
const NOTICE_INTERVAL_MS = 100

/** The one machine of this process and everybody who looks at it. */
export class KernelService {
  private readonly templates = readTemplates()
  private readonly samples = readSampleKexts()
  private readonly imports = new ImportService((file) => void this.keep(file))
  private readonly kexts = new KextSets()
  private readonly explainer = new ExplainService(this.imports, () => this.running().simulation, this.kexts)
  private readonly covering = new CoverageService(this.kexts)
  private readonly windows = new Set<WindowRpc>()
  private readonly terminals = new Map<number, { window: WindowRpc; flow: TerminalFlow }>()
  private readonly host: MachineHost
  /** Sends the bytes of a file to the host beside the messages; null where messages carry them as quickly. */
  sendAside: ((bytes: Uint8Array) => Promise<number>) | null = null
  private filesBeingRead = 0
  /** Files that come through a pipe of their own, where the host has one. */
  readonly uploads = new UploadReader()
  private nextTerminal = 1
  private session = ''
  private refused: readonly Problem[] = []
  private noticeTimer: NodeJS.Timeout | null = null
  private changedGeneration: number | null = null

  constructor(
    private readonly link: (message: HostLinkMessage) => void,
    private readonly linkAside: (message: FileAside) => void = () => {},
  ) {
    this.host = new MachineHost({
      started: (session, description, seed) => this.link({ link: 'session', session, description, seed }),
      journaled: (records) => this.link({ link: 'journal', session: this.session, records }),
      event: (event) => this.onEvent(event),
      turned: () => this.notice(),
      failed: (error) => this.onFailure(error),
    }, () => machineOptions(this.samples))
  }

  /** Sends a sign of life. */
  heartbeat(): void {
    if (this.filesBeingRead > 0) return
    this.link({ link: 'heartbeat', status: this.host.status() })
  }

  /** Serves one window until its wire closes. */
  attach(wire: Wire): void {
    const window: WindowRpc = serveRpc<KernelNotifications, KernelFunctions>(wire, this.functionsFor(() => window), argumentSchemas)
    this.windows.add(window)
    wire.onClose(() => {
      this.windows.delete(window)
      for (const [id, terminal] of this.terminals) if (terminal.window === window) this.closeTerminal(id)
      window.$close()
    })
  }

  private functionsFor(window: () => WindowRpc): KernelFunctions {
    const { host, imports } = this
    return {
      listTemplates: () => [...this.templates.values()].map(summarise),
      getTemplate: (name) => this.template(name),
      listParts: () => listParts(),
      validateMachine: (description) => validateMachine(description),
      readMachine: (description) => readMachine(description),
      powerOn: (description, seed) => this.powerOn(description, seed),
      powerOff: () => this.powerOff(),
      runningMachine: () => host.machine?.descriptionAtRestart() ?? null,
      insertDevice: (devices) => this.changeDevices({ kind: 'insertDevice', devices }),
      removeDevice: (id) => this.changeDevices({ kind: 'removeDevice', id }),
      setPaused: (paused) => host.setPaused(paused),
      setSpeed: (speed) => host.setSpeed(speed),
      stepOnce: () => host.stepOnce(),
      status: () => host.status(),
      registrySnapshot: (source, plane) => source === 'machine'
        ? this.running().registrySnapshot(plane) : imports.registry(source).snapshot(plane),
      entryDetails: (source, plane, id) => {
        const details = source === 'machine' ? this.running().entryDetails(id, plane)
          : imports.registry(source).details(plane, id)
        if (details === null) throw new Error('This entry is no longer in the registry.')
        return details
      },
      comparableSnapshot: (source, plane) => source === 'machine'
        ? this.running().comparableSnapshot(plane) : imports.registry(source).comparable(plane),
      findInProperties: (source, text) => source === 'machine'
        ? this.running().findInProperties(text) : imports.registry(source).findInProperties(text),
      profileTypes: () => profileTypes(),
      profile: (dataType) => {
        const report = profileMachine(this.running(), dataType)
        host.flushJournal()
        if (report === null) throw new Error(`There is no report of type ${dataType}.`)
        return report
      },
      openTerminal: (columns, rows) => this.openTerminal(window(), columns, rows),
      terminalInput: (terminal, data) => this.terminalInput(terminal, data),
      resizeTerminal: (terminal, columns, rows) => host.inject({ kind: 'terminalResize', terminal, columns, rows }),
      closeTerminal: (terminal) => this.closeTerminal(terminal),
      acknowledgeTerminal: (terminal, bytes) => this.terminals.get(terminal)?.flow.drawn(bytes),
      listSampleKexts: () => this.samples.map(describeKext),
      loadSampleKext: (name) => this.loadSample(name),
      loadKext: (bundle) => this.loadBundle(bundle),
      importFile: (name, bytes) => this.importFile(name, bytes),
      importUploaded: async (name, upload) => this.importFile(name, await this.uploads.claim(upload)),
      openSample: (name) => imports.addSample(readSampleDump(name)),
      importSampleReports: () => readSampleReports().map(({ name, bytes }) => imports.add(name, bytes)),
      listImports: () => imports.list(),
      closeImport: (id) => imports.close(id),
      performanceHistory: () => [...this.host.machine?.performanceHistory() ?? []],
      ...this.explainer.functions(),
      ...this.covering.functions(),
    }
  }

  private running(): NonNullable<MachineHost['machine']> {
    if (this.host.machine === null) throw new Error('No machine is on: choose one under Machines and press Power On.')
    return this.host.machine
  }

  private template(name: string): MachineDescription {
    const found = this.templates.get(name)
    if (found === undefined) throw new Error(`There is no template named ${name}; known: ${[...this.templates.keys()].join(', ')}.`)
    return found
  }

  private powerOn(given: unknown, seed: number): { problems: Problem[] } {
    const problems = validateMachine(given)
    if (problems.length > 0) return { problems }
    const session = randomUUID()
    const former = this.session
    this.session = session
    const refused = this.host.powerOn(session, machineSchema.parse(given), seed)
    if (refused.length > 0) this.session = former
    else this.forgetTerminals()
    return { problems: refused }
  }

  /** Puts the machine of a recorded run in place as it was at a time of it; what goes wrong is logged. */
  rewind(recorded: RecordedRun, toTimeNs: number): void {
    this.host.rewind(recorded, toTimeNs, (problems) => {
      for (const { message } of problems) this.log(`The run cannot be repeated: ${message}`)
      if (problems.length > 0) return this.session
      this.forgetTerminals()
      this.session = randomUUID()
      return this.session
    })
  }

  private log(text: string): void {
    for (const window of this.windows) void window.logged.asEvent(text)
  }

  private powerOff(): void {
    this.forgetTerminals()
    this.host.powerOff()
  }

  private openTerminal(window: WindowRpc, columns: number, rows: number): number {
    this.running()
    const terminal = this.nextTerminal++
    this.terminals.set(terminal, { window, flow: new TerminalFlow(this.host) })
    this.host.inject({ kind: 'terminalOpen', terminal, columns, rows })
    return terminal
  }

  private terminalInput(terminal: number, data: string): void {
    const open = this.terminals.get(terminal)
    if (open === undefined) return
    if (data.includes('\x03')) open.flow.release()
    this.host.inject({ kind: 'terminalInput', terminal, data })
  }

  private closeTerminal(terminal: number): void {
    const open = this.terminals.get(terminal)
    if (open === undefined) return
    this.terminals.delete(terminal)
    open.flow.release()
    this.host.inject({ kind: 'terminalClose', terminal })
  }

  private forgetTerminals(): void {
    for (const [id, terminal] of this.terminals) {
      terminal.flow.release()
      void terminal.window.terminalClosed.asEvent(id, MACHINE_GONE)
    }
    this.terminals.clear()
  }

  /** Has a file that was read kept: its bytes go their own way where there is one, and hold up no sign of life. */
  private async keep({ bytes, ...file }: FileToKeep): Promise<void> {
    if (this.sendAside === null) return this.link({ link: 'imported', ...file, bytes })
    const upload = await this.sendAside(bytes)
    this.linkAside({ link: 'importedAside', upload, file })
  }

  /** Reads a file; before that the host is told how long this may take, and no sign of life takes that back. */
  private async importFile(name: string, bytes: Uint8Array): Promise<ImportSummary> {
    this.filesBeingRead++
    try {
      const plain = unpack(name, bytes)
      this.link({ link: 'reading', bytes: plain.length })
      await turn()
      return this.imports.addPlain(name, plain)
    } finally {
      this.filesBeingRead--
      this.heartbeat()
    }
  }

  private loadSample(name: string): void {
    const bundle = this.samples.find((sample) => sample.name === name || sample.name === `${name}.kext`)
    if (bundle === undefined) throw new Error(`There is no sample kext named ${name}.`)
    this.loadBundle(bundle)
  }

  private loadBundle(bundle: KextBundleFiles): { problems: Problem[] } {
    this.running()
    this.host.inject({ kind: 'loadKext', bundle })
    return { problems: [] }
  }

  private changeDevices(command: MachineCommand): { problems: Problem[] } {
    if (!this.host.isAlive) throw new Error('The machine is not running: power it on first.')
    this.refused = []
    this.host.injectAndTell(command)
    return { problems: [...this.refused] }
  }

  private onEvent(event: MachineEvent): void {
    switch (event.kind) {
      case 'terminalOutput': {
        const open = this.terminals.get(event.terminal)
        if (open === undefined) return
        open.flow.sent(event.data.length)
        void open.window.terminalOutput.asEvent(event.terminal, event.data)
        return
      }
      case 'terminalClosed':
        void this.terminals.get(event.terminal)?.window.terminalClosed.asEvent(event.terminal, event.status)
        this.terminals.delete(event.terminal)
        return
      case 'registryChanged':
        this.changedGeneration = event.generation
        return
      case 'performanceSample':
        for (const window of this.windows) void window.performanceSampled.asEvent(event.sample)
        return
      case 'log':
        for (const window of this.windows) void window.logged.asEvent(event.text)
        return
      case 'panicked':
        this.host.flushJournal()
        this.link({
          link: 'panicked', session: this.session, panic: event.panic, read: readPanicFile(Buffer.from(event.panic.text, 'utf8')),
        })
        for (const window of this.windows) void window.panicked.asEvent(event.panic)
        return
      case 'halted':
        if (event.reason === 'restart') setTimeout(() => this.restart(), 0)
        return
      case 'devicesChanged':
        for (const window of this.windows) void window.devicesChanged.asEvent(event.devices)
        return
      case 'deviceRefused':
        this.refused = event.problems
        return
      case 'registryQuiet': case 'execOutput': case 'execExit': case 'gateDiagnostic':
    }
  }

  /** `reboot` and its like: the same machine again, with the variables that its firmware kept, as a new session. */
  private restart(): void {
    const { machine } = this.host
    if (machine === null || this.host.isAlive) return
    this.powerOn(machine.descriptionAtRestart(), machine.options.seed)
  }

  private onFailure(error: Error): void {
    const status = this.host.status()
    this.link({ link: 'failed', message: error.stack ?? error.message, seed: status.seed, steps: status.steps })
    for (const window of this.windows) {
      void window.logged.asEvent(`The workbench itself failed and the machine was stopped: ${error.message}`)
    }
  }

  private notice(): void {
    this.noticeTimer ??= setTimeout(() => {
      this.noticeTimer = null
      const status = this.host.status()
      for (const window of this.windows) {
        void window.statusChanged.asEvent(status)
        if (this.changedGeneration !== null) void window.registryChanged.asEvent(this.changedGeneration)
      }
      this.changedGeneration = null
    }, NOTICE_INTERVAL_MS)
  }
}
