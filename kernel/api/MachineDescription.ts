import { z } from 'zod'

/** Name of the machine file format; the number changes when old files can no longer be read. */
export const MACHINE_FORMAT = 'workbench-machine/1'

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/u, 'lower-case letters, digits and hyphens, at most 63')
const identifier = z.string().regex(/^[A-Za-z0-9_.@,-]{1,64}$/u, 'letters, digits and _ . @ , - only, at most 64')

/** One part placed in a machine: which kind, where it sits, and its own options. */
export const deviceSchema = z.strictObject({
  /** Unique within the machine. */
  id: identifier,
  /** Kind of part, as in the parts list (`pci.root-port`, `nvme.controller`, `disk.image` …). */
  part: z.string().min(1).max(64),
  /** `id` of the device it hangs below; absent means the platform itself. */
  parent: identifier.optional(),
  /** Where below the parent: `device[,function]` in hexadecimal for PCI, namespace number for NVMe. */
  slot: z.string().max(32).optional(),
  /** Options of this part; each part checks its own. */
  options: z.record(z.string().max(64), z.unknown()).default({}),
})

/** The complete description of a virtual Mac: the same file, seed and journal give the same run. */
export const machineSchema = z.strictObject({
  format: z.literal(MACHINE_FORMAT),
  name,
  title: z.string().min(1).max(120),
  /** Where its facts come from. */
  source: z.string().max(2000).default(''),
  platform: z.enum(['acpi', 'device-tree']),
  /** Model identifier, for example `iMac19,1`. */
  model: z.string().min(1).max(64),
  boardId: z.string().max(64).optional(),
  /** Target of the platform (`J313`), device-tree machines only. */
  target: z.string().max(32).optional(),
  soc: z.string().max(32).optional(),
  osVersion: z.string().max(32),
  osBuild: z.string().max(16),
  /** `Darwin Kernel Version …` as the kernel prints it. */
  kernelVersion: z.string().max(200),
  cpu: z.strictObject({
    brand: z.string().max(120),
    clusters: z.array(z.strictObject({
      name: z.string().max(8), cores: z.number().int().min(1).max(64), threadsPerCore: z.number().int().min(1).max(2).default(1),
      clockHz: z.number().int().min(1_000_000).max(10_000_000_000),
    })).min(1).max(8),
  }),
  memoryBytes: z.number().int().min(64 * 1024 * 1024).max(2 ** 43),
  bootArgs: z.string().max(1024).default(''),
  nvram: z.record(z.string().max(256), z.string().max(65536)).default({}),
  serialNumber: z.string().max(32).default('WB0000000001'),
  devices: z.array(deviceSchema).max(2048),
})

/** A machine as its file describes it, with all defaults filled in. */
export type MachineDescription = z.infer<typeof machineSchema>
/** One device of a machine: its part, its place, its options. */
export type DeviceDescription = z.infer<typeof deviceSchema>

/** One option of a part as the form and the checker see it. */
export interface PartOption {
  readonly key: string
  readonly title: string
  readonly type: 'string' | 'integer' | 'boolean' | 'choice' | 'size'
  readonly default: string | number | boolean
  readonly min?: number
  readonly max?: number
  readonly choices?: readonly string[]
  readonly help?: string
}

/** A kind of part that machines may contain: what the palette shows. */
export interface PartDescription {
  readonly part: string
  readonly title: string
  readonly family: string
  readonly summary: string
  /** Kinds of parent it may hang below; empty means the platform. */
  readonly parents: readonly string[]
  /** How `slot` is written below that parent, or null when the part takes none. */
  readonly slotForm: string | null
  readonly platforms: readonly ('acpi' | 'device-tree')[]
  readonly options: readonly PartOption[]
}

/** One line of the template or saved-machine list. */
export interface MachineSummary {
  readonly name: string
  readonly title: string
  readonly platform: 'acpi' | 'device-tree'
  readonly model: string
  readonly osVersions: readonly string[]
  readonly devices: number
  readonly source: string
}
