import {
  machineSchema, type HostFunctions, type HostNotifications, type KeptFile, type MachineDescription, type Problem,
} from '../kernel/api/index.ts'
import type { BirpcReturn } from 'birpc'
import { z } from 'zod'
import type { KernelHostService } from './kernelHost/KernelHostService.ts'
import type { KernelProcess } from './kernelHost/KernelProcess.ts'
import { serveRpc } from './kernelHost/serveRpc.ts'
import type { Wire } from './kernelHost/Wire.ts'
import type { StoredFile } from './redactFile.ts'
import type { CrashLogStore, MachineStore } from './storage/index.ts'

/** What is served may also answer later. */
type Served<Functions> = {
  [Name in keyof Functions]: Functions[Name] extends (...args: infer Args) => infer Answer
    ? (...args: Args) => Answer | Promise<Answer> : never
}
type WindowRpc = BirpcReturn<HostNotifications, Served<HostFunctions>>

const id = z.number().int().min(0)
const machineName = z.string().min(1).max(63)
const group = z.string().min(1).max(300)
const groupEditSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('merge'), group, into: group }),
  z.strictObject({ kind: z.literal('unmerge'), group }),
  z.strictObject({ kind: z.literal('split'), report: id }),
  z.strictObject({ kind: z.literal('unsplit'), report: id }),
  z.strictObject({
    kind: z.literal('addRule'), name: z.string().trim().min(1).max(120), contains: z.string().min(1).max(200),
    field: z.enum(['title', 'subtitle', 'class', 'kext', 'name']),
  }),
  z.strictObject({ kind: z.literal('removeRule'), id }),
])
const secretKinds = z.array(z.enum(['serial', 'uuid', 'mac', 'user', 'host', 'email'])).max(6)
const schemas: Record<keyof HostFunctions, z.ZodType> = {
  hostInfo: z.tuple([]),
  listSavedMachines: z.tuple([]),
  getSavedMachine: z.tuple([machineName]),
  saveMachine: z.tuple([z.unknown()]),
  deleteMachine: z.tuple([machineName]),
  listCrashReports: z.tuple([]),
  getCrashReport: z.tuple([id]),
  markCrashReportRead: z.tuple([id]),
  deleteCrashReport: z.tuple([id]),
  undeleteCrashReport: z.tuple([id]),
  searchCrashReports: z.tuple([z.string().max(1000)]),
  crashReportText: z.tuple([id]),
  crashReportFile: z.tuple([id]),
  setCrashReportTags: z.tuple([id, z.array(z.string().max(64)).max(32)]),
  setCrashReportNotes: z.tuple([id, z.string().max(100_000)]),
  listGroupRules: z.tuple([]),
  editGroups: z.tuple([groupEditSchema]),
  previewRedaction: z.tuple([id, secretKinds]),
  exportCrashReport: z.tuple([id, secretKinds]),
  rewindToPanic: z.tuple([id, z.number().int().min(0)]),
  kernelProcess: z.tuple([]),
  restartKernel: z.tuple([]),
}

export interface HostServiceParts {
  readonly info: ReturnType<HostFunctions['hostInfo']>
  readonly machines: MachineStore
  readonly crashes: CrashLogStore
  readonly kernel: () => KernelHostService<KernelProcess>
}

/** What the host answers to windows: saved machines, stored reports, and the state of the kernel process. */
export class HostService {
  private readonly windows = new Set<WindowRpc>()

  constructor(private readonly parts: HostServiceParts) {}

  /** Serves one window until its wire closes. */
  attach(wire: Wire): void {
    const window = serveRpc<HostNotifications, Served<HostFunctions>>(wire, this.functions(), schemas)
    this.windows.add(window)
    wire.onClose(() => {
      this.windows.delete(window)
      window.$close()
    })
  }

  /** Tells every window. */
  notify(tell: (window: WindowRpc) => void): void {
    for (const window of this.windows) tell(window)
  }

  private functions(): Served<HostFunctions> {
    const { machines, crashes, kernel, info } = this.parts
    return {
      hostInfo: () => info,
      listSavedMachines: () => machines.list(),
      getSavedMachine: (name) => this.saved(name),
      saveMachine: (description) => this.save(description),
      deleteMachine: (name) => {
        machines.delete(name)
        this.notify((window) => void window.savedMachinesChanged.asEvent())
      },
      listCrashReports: () => crashes.list(),
      getCrashReport: (report) => {
        const found = crashes.get(report)
        if (found === null) throw new Error(`There is no crash report ${report}.`)
        return found
      },
      markCrashReportRead: (report) => this.changeCrashes(() => crashes.markRead(report)),
      deleteCrashReport: (report) => this.changeCrashes(() => crashes.delete(report)),
      undeleteCrashReport: (report) => this.changeCrashes(() => crashes.undelete(report)),
      ...this.libraryFunctions(),
      rewindToPanic: (report, beforeNs) => this.rewind(report, beforeNs),
      kernelProcess: () => kernel().current(),
      restartKernel: () => kernel().restart(),
    }
  }

  /** Tells every window where in the library a file went. */
  kept(file: KeptFile): void {
    this.notify((window) => void window.crashReportsChanged.asEvent())
    this.notify((window) => void window.fileKept.asEvent(file))
  }

  private libraryFunctions() {
    const { crashes } = this.parts
    return {
      searchCrashReports: (text) => crashes.search(text),
      crashReportText: (report) => textOf(this.file(report).bytes),
      crashReportFile: (report) => this.file(report).bytes,
      setCrashReportTags: (report, tags) => this.changeCrashes(() => crashes.setTags(report, tags)),
      setCrashReportNotes: (report, notes) => this.changeCrashes(() => crashes.setNotes(report, notes)),
      listGroupRules: () => crashes.groupRules(),
      editGroups: (edit) => {
        const undo = crashes.editGroups(edit)
        this.notify((window) => void window.crashReportsChanged.asEvent())
        return undo
      },
      previewRedaction: async (report, kinds) => (await import('./redactFile.ts')).previewFile(this.file(report), kinds),
      exportCrashReport: async (report, kinds) => (await import('./redactFile.ts')).exportFile(this.file(report), kinds),
    } satisfies Partial<Served<HostFunctions>>
  }

  private file(report: number): StoredFile {
    const found = this.parts.crashes.get(report)
    const bytes = this.parts.crashes.file(report)
    if (found === null || bytes === null) throw new Error(`There is no report ${report}.`)
    return { name: found.kind === 'machine-panic' ? `${found.name}-${report}.panic` : found.name, kind: found.kind, bytes }
  }

  /** The kernel's rules are loaded when the first machine is saved: a window opens without them. */
  private async save(description: unknown): Promise<{ problems: Problem[] }> {
    const { validateMachine } = await import('../kernel/index.ts')
    const problems = validateMachine(description)
    if (problems.length > 0) return { problems }
    this.parts.machines.save(machineSchema.parse(description))
    this.notify((window) => void window.savedMachinesChanged.asEvent())
    return { problems: [] }
  }

  private saved(name: string): MachineDescription {
    const found = this.parts.machines.get(name)
    if (found === null) throw new Error(`There is no saved machine named ${name}.`)
    return found
  }

  private rewind(crash: number, beforeNs: number): void {
    const report = this.parts.crashes.get(crash)
    const journal = this.parts.crashes.journal(crash)
    if (report === null || journal === null) throw new Error(`There is no crash report ${crash}.`)
    if (report.run === null) throw new Error(`${report.name} is a file that was brought in: there is no machine to run again.`)
    const { description, seed, panic } = report.run
    this.parts.kernel().rewind({ description, seed, journal }, Math.max(0, panic.timeNs - beforeNs))
  }

  private changeCrashes(change: () => unknown): void {
    change()
    this.notify((window) => void window.crashReportsChanged.asEvent())
  }
}

const MAX_TEXT_BYTES = 4 * 1024 * 1024

function textOf(bytes: Uint8Array): { text: string; isCut: boolean } {
  return { text: new TextDecoder().decode(bytes.subarray(0, MAX_TEXT_BYTES)), isCut: bytes.length > MAX_TEXT_BYTES }
}
