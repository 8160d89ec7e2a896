import { z } from 'zod'
import { deviceSchema, type KernelFunctions } from '../../kernel/api/index.ts'

const MAX_TEXT = 1_000_000
const MAX_IMPORT_BYTES = 128 * 1024 * 1024
const text = z.string().max(MAX_TEXT)
const index = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const terminalSize = z.number().int().min(1).max(1000)
const source = z.custom<'machine' | `import:${number}`>(
  (value) => typeof value === 'string' && /^(machine|import:\d{1,9})$/u.test(value), 'machine or import:N')
const bytes = z.instanceof(Uint8Array)
const bundle = z.strictObject({
  name: z.string().regex(/^[^/\\\0]{1,255}$/u),
  files: z.array(z.strictObject({
    path: z.string().regex(/^(?!\/)(?!.*(^|\/)\.\.?(\/|$))[^\\\0]{1,1024}$/u), bytes: bytes.refine((b) => b.length <= 16 * 1024 * 1024),
  })).max(2000),
})

const provider = z.strictObject({ source, id: z.number().int() })
const key = z.string().min(1).max(255)
const personality = z.string().max(1024)
const editValue = z.union([
  z.string().max(4096), z.number().int(), z.boolean(),
  z.strictObject({ data: z.string().max(8192).regex(/^(?:[0-9a-f]{2})*$/u, 'pairs of hexadecimal digits') }),
])
const edit = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('providerProperty'), key, value: editValue }),
  z.strictObject({ kind: z.literal('removeProviderProperty'), key }),
  z.strictObject({ kind: z.literal('providerName'), value: z.string().min(1).max(255) }),
  z.strictObject({
    kind: z.literal('personalityKeys'), personality,
    keys: z.array(z.strictObject({ key, value: editValue })).max(64),
  }),
  z.strictObject({ kind: z.literal('removeKey'), personality, key }),
  z.strictObject({ kind: z.literal('removePersonality'), personality }),
])
const edits = z.array(edit).max(64)
const focus = personality.nullable()
const kextFile = z.strictObject({
  path: z.string().min(1).max(1024), bytes: bytes.refine((b) => b.length <= 16 * 1024 * 1024, 'larger than 16 MB'),
})

/** What each call of the kernel process takes: checked at its door, whoever calls. */
export const argumentSchemas: Record<keyof KernelFunctions, z.ZodType> = {
  listTemplates: z.tuple([]),
  getTemplate: z.tuple([text]),
  listParts: z.tuple([]),
  validateMachine: z.tuple([z.unknown()]),
  readMachine: z.tuple([z.unknown()]),
  powerOn: z.tuple([z.unknown(), z.number().int().min(0).max(0xffffffff)]),
  powerOff: z.tuple([]),
  runningMachine: z.tuple([]),
  insertDevice: z.tuple([z.array(deviceSchema).min(1).max(64)]),
  removeDevice: z.tuple([z.string().max(64)]),
  setPaused: z.tuple([z.boolean()]),
  setSpeed: z.tuple([z.union([z.number().min(0.01).max(1000), z.literal(Infinity)])]),
  stepOnce: z.tuple([]),
  status: z.tuple([]),
  registrySnapshot: z.tuple([source, text]),
  entryDetails: z.tuple([source, text, z.number().int()]),
  comparableSnapshot: z.tuple([source, text]),
  findInProperties: z.tuple([source, z.string().min(1).max(1000)]),
  profileTypes: z.tuple([]),
  profile: z.tuple([text]),
  openTerminal: z.tuple([terminalSize, terminalSize]),
  terminalInput: z.tuple([index, text]),
  resizeTerminal: z.tuple([index, terminalSize, terminalSize]),
  closeTerminal: z.tuple([index]),
  acknowledgeTerminal: z.tuple([index, index]),
  listSampleKexts: z.tuple([]),
  loadSampleKext: z.tuple([text]),
  loadKext: z.tuple([bundle]),
  importFile: z.tuple([z.string().max(1024), bytes.refine((b) => b.length <= MAX_IMPORT_BYTES,
    `larger than ${MAX_IMPORT_BYTES / 1024 / 1024} MB: files of at most that size are read`)]),
  importUploaded: z.tuple([z.string().max(1024), index]),
  openSample: z.tuple([text]),
  importSampleReports: z.tuple([]),
  listImports: z.tuple([]),
  closeImport: z.tuple([index]),
  performanceHistory: z.tuple([]),
  explain: z.tuple([provider, focus]),
  explainWhatIf: z.tuple([provider, edits, focus]),
  explainedPersonality: z.tuple([provider, edits, personality]),
  rematch: z.tuple([source]),
  listKextSets: z.tuple([]),
  addKextSet: z.tuple([z.string().min(1).max(255), z.array(kextFile).max(5000)]),
  removeKextSet: z.tuple([index]),
  restoreKextSet: z.tuple([index]),
  openExplainerSample: z.tuple([]),
  coverage: z.tuple([]),
  listDeviceSources: z.tuple([]),
  addDeviceFile: z.tuple([z.string().min(1).max(255), bytes.refine((b) => b.length <= MAX_IMPORT_BYTES,
    `larger than ${MAX_IMPORT_BYTES / 1024 / 1024} MB`)]),
  addHostDevices: z.tuple([]),
  removeDeviceSource: z.tuple([index]),
  restoreDeviceSource: z.tuple([index]),
  openCoverageSample: z.tuple([]),
}
