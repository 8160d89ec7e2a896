import { kernelState, present } from '../../sim/index.ts'

/** What `_CRS` of a device says. */
export interface AcpiResources {
  readonly irqs?: readonly number[]
  readonly io?: readonly { readonly base: number; readonly sizeBytes: number }[]
  readonly memory?: readonly { readonly base: number; readonly sizeBytes: number }[]
}

/** A device or processor object of the ACPI namespace. */
export interface AcpiObject {
  /** Four characters at most, without padding underscores. */
  readonly name: string
  /** `_HID`: a PNP or ACPI id. */
  readonly hid?: string
  /** `_CID`. */
  readonly cids?: readonly string[]
  readonly uid?: number | string
  /** `_ADR`: for PCI, device number in the high and function number in the low half. */
  readonly adr?: number
  /** `_BBN` of a host bridge: number of its root bus. */
  readonly bbn?: number
  /** Number by which the MADT names this processor; processor objects only. */
  readonly processorId?: number
  readonly resources?: AcpiResources
  /** Address ranges that a host bridge passes on: the producer entries of its `_CRS`. */
  readonly windows?: AcpiResources
  /** What `_DSM` gives to the device, as boot.efi and Apple's firmware do. */
  readonly properties?: { readonly [key: string]: string | number | Uint8Array }
  readonly children: readonly AcpiObject[]
}

/** One entry of the MADT's processor list. */
export interface MadtProcessor {
  readonly processorId: number
  readonly apicId: number
  readonly enabled: boolean
}

/** Configuration space of some buses, as MCFG places it. */
export interface EcamRange {
  readonly base: number
  readonly segment: number
  readonly busStart: number
  readonly busEnd: number
}

/** The tables beside the namespace that this kernel reads. */
export interface AcpiTables {
  readonly processors: readonly MadtProcessor[]
  readonly ioApics: readonly { readonly id: number; readonly address: number; readonly gsiBase: number }[]
  readonly ecam: readonly EcamRange[]
  /** The table of DMA remapping units as it lies in memory; null where there are none. */
  readonly dmar: Uint8Array | null
  /** Interrupt inputs of INTA#..INTD# per device of a root bus, as `_PRT` gives them. */
  readonly routing: (device: number, pin: number) => number
  readonly namespace: AcpiObject
  /** SMBIOS strings. */
  readonly smbios: SmbiosFacts
}

export interface SmbiosFacts {
  readonly biosVersion: string
  readonly biosDate: string
  readonly manufacturer: string
  readonly product: string
  readonly serialNumber: string
  readonly processor: string
  readonly clockHz: number
  readonly memoryBytes: number
}

class Firmware {
  tables: AcpiTables | null = null
}

const firmware = kernelState(() => new Firmware())

/** Called by the boot stage before the platform expert starts: where the loader left the tables. */
export function setAcpiTables(tables: AcpiTables): void {
  firmware().tables = tables
}

/** The tables of this machine. */
export function acpiTables(): AcpiTables {
  return present(firmware().tables, 'the firmware has left no ACPI tables')
}

/** Path of an object as ACPI writes it: `\_SB.PC00.LPCB`. */
export function acpiPath(ancestors: readonly AcpiObject[], object: AcpiObject): string {
  const below = [...ancestors.filter((ancestor) => ancestor.name !== '\\'), object]
  return `\\${below.map((entry) => entry.name).join('.')}`
}
