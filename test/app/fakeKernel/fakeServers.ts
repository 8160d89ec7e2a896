import type {
  HostFunctions, ImportSummary, KernelFunctions, KernelNotifications, MachineDescription, MachineStatus, RegistrySource,
} from '../../../kernel/api/index.ts'
import { machine, parts, templates, validate } from './machines.ts'
import { makeDetails, makeSnapshot } from './registry.ts'
import { explainCalls } from './explanations.ts'
import { makePanic, makeProfile, makeReports, makeSample, makeSamples, profileTypes } from './reports.ts'

export interface FakeOptions {
  /** Rows of the registry, or null for the small one. */
  readonly rows: number | null
  readonly running: boolean
}

type Tell = <Name extends keyof KernelNotifications>(name: Name, ...args: Parameters<KernelNotifications[Name]>) => void

const OFF: MachineStatus = { session: null, power: 'off', name: null, title: null, model: null, seed: 0, timeNs: 0, speed: 1, entries: 0, busy: 0, kexts: 0, devicesWithoutDriver: 0, digest: '', steps: 0 }

/** Made-up answers for looking at the window without a kernel process. Never part of the product. */
export function fakeKernel(options: FakeOptions, tell: Tell): KernelFunctions {
  let status: MachineStatus = OFF
  let imports: ImportSummary[] = []
  let terminals = 0
  let samples = makeSamples(120)
  const set = (change: Partial<MachineStatus>): void => {
    status = { ...status, ...change }
    tell('statusChanged', status)
  }
  const start = (description: MachineDescription, seed: number): void => set({
    session: 'fake', power: 'running', name: description.name, title: description.title, model: description.model, seed, timeNs: 2_418_313_000, entries: 312, busy: 1, kexts: 14, devicesWithoutDriver: 1, digest: '9f3ac41e77d01b52', steps: 81_204, speed: 1,
  })
  if (options.running) start(machine, 42)
  setInterval(() => {
    if (status.power !== 'running') return
    set({ timeNs: status.timeNs + 100_000_000, steps: status.steps + 400 })
    const sample = makeSample(samples.length)
    samples = [...samples, sample]
    tell('performanceSampled', sample)
  }, 100)
  const print = (terminal: number, text: string): void => tell('terminalOutput', terminal, new TextEncoder().encode(text))
  return {
    ...explainCalls,
    listTemplates: () => templates, getTemplate: () => machine, listParts: () => parts,
    validateMachine: (description) => validate(description as MachineDescription),
    readMachine: (description) => ({ ok: true, value: description as MachineDescription }),
    powerOn: (description, seed) => {
      const problems = validate(description as MachineDescription)
      if (problems.length === 0) start(description as MachineDescription, seed)
      return { problems }
    },
    powerOff: () => set(OFF), setPaused: (paused) => set({ power: paused ? 'paused' : 'running' }), setSpeed: (speed) => set({ speed }),
    stepOnce: () => set({ timeNs: status.timeNs + 1_250, steps: status.steps + 1 }), status: () => status,
    registrySnapshot: (source, plane) => makeSnapshot(source, plane, 1, options.rows),
    entryDetails: (source: RegistrySource, plane, id) => {
      const snapshot = makeSnapshot(source, plane, 1, options.rows)
      return makeDetails(snapshot, snapshot.ids.indexOf(id))
    },
    openSample: () => { throw new Error('There are no samples here.') },
    comparableSnapshot: (source, plane) => {
      const snapshot = makeSnapshot(source, plane, 1, options.rows)
      return { snapshot, digests: new Uint32Array(snapshot.ids.length) }
    },
    findInProperties: () => ({ ids: new Float64Array(0), keys: [] }),
    profileTypes: () => profileTypes, profile: makeProfile,
    openTerminal: () => {
      terminals += 1
      const id = terminals
      setTimeout(() => print(id, 'Last login: Tue Nov 24 on console\r\n\x1b[32mdev@desk\x1b[0m ~ % ioreg -w0 -r -n PXSX\r\n+-o \x1b[34mPXSX@0\x1b[0m  <class \x1b[34mIOPCIDevice\x1b[0m, id 0x1000001e7, registered, matched, active, busy 0 (4 ms), retain 9>\r\n    {\r\n      "class-code" = <00000200>\r\n      "vendor-id" = <ec100000>\r\n    }\r\n\x1b[32mdev@desk\x1b[0m ~ % '), 30)
      return id
    },
    terminalInput: (terminal, data) => print(terminal, data.replaceAll('\r', '\r\n\x1b[32mdev@desk\x1b[0m ~ % ')), resizeTerminal: () => undefined,
    closeTerminal: (terminal) => tell('terminalClosed', terminal, 0), acknowledgeTerminal: () => undefined,
    listSampleKexts: () => [{ name: 'NullDereference', title: 'Null Dereference', summary: 'Reads through a null pointer in its interrupt filter.' }, { name: 'DoubleRelease', title: 'Double Release', summary: 'Releases an object twice.' }],
    loadSampleKext: () => {
      set({ power: 'panicked' })
      tell('panicked', makePanic('Page fault in NullDereference', status.timeNs))
    },
    loadKext: () => ({ problems: [] }),
    importFile: (name, bytes) => {
      const kind = name.includes('panic') ? 'panic' : 'registry'
      const summary: ImportSummary = { id: imports.length + 1, key: name, title: name, name, kind, format: kind === 'panic' ? 'panic log' : 'ioreg -l text', entries: 42, model: 'MacBookPro16,1', osBuild: '20G80', problems: [{ where: 'line 812', message: 'The value ends in the middle.' }], linesTotal: 1204, linesUnderstood: bytes.length > 0 ? 1203 : 0 }
      imports = [...imports, summary]
      return summary
    },
    importUploaded: () => Promise.reject(new Error('Files are not sent ahead here.')),
    importSampleReports: () => [],
    listImports: () => imports, closeImport: (id) => { imports = imports.filter((entry) => entry.id !== id) },
    performanceHistory: () => samples,
    runningMachine: () => null, insertDevice: () => ({ problems: [] }), removeDevice: () => ({ problems: [] }),
  }
}

export function fakeHost(changed: () => void): HostFunctions {
  let reports = makeReports()
  const all = reports
  let saved = templates.slice(1, 2)
  return {
    hostInfo: () => ({ shell: 'browser', version: '0.1.0', notice: null, databasePath: '/home/dev/.workbench/workbench.db', walls: ['SES compartments', 'step budget', 'process'] }),
    listSavedMachines: () => saved, getSavedMachine: () => machine, saveMachine: () => ({ problems: [] }), deleteMachine: () => { saved = [] },
    listCrashReports: () => reports,
    getCrashReport: (id) => {
      const found = all.find((report) => report.id === id)
      if (found === undefined) throw new Error(`There is no crash report ${id}.`)
      return found
    },
    markCrashReportRead: (id) => {
      reports = reports.map((report) => report.id === id ? { ...report, unread: false } : report)
      changed()
    },
    deleteCrashReport: (id) => {
      reports = reports.filter((report) => report.id !== id)
      changed()
    },
    undeleteCrashReport: (id) => {
      const back = all.find((report) => report.id === id)
      if (back !== undefined) reports = [...reports, back]
      changed()
    },
    searchCrashReports: (text) => reports.filter(({ title }) => title.includes(text)),
    crashReportText: (id) => ({ text: all.find((report) => report.id === id)?.run?.panic.text ?? '', isCut: false }),
    crashReportFile: () => new Uint8Array(), setCrashReportTags: () => undefined, setCrashReportNotes: () => undefined,
    listGroupRules: () => [], editGroups: (edit) => edit,
    previewRedaction: () => ({ name: 'report', secrets: [], changes: [], changedLines: 0 }),
    exportCrashReport: () => ({ name: 'report', bytes: new Uint8Array() }),
    rewindToPanic: () => undefined,
    kernelProcess: () => ({ state: 'running', reason: null, restarts: 0, lastStatus: null }), restartKernel: () => undefined,
  }
}
