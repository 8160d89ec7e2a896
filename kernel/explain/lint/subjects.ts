import type { KextRecord, KextValue, Problem } from '../../api/index.ts'

/** A machine file: what speaks against it. */
export interface MachineSubject {
  /** It is not JSON, or its shape is wrong. */
  readonly hasShape: boolean
  readonly problems: readonly Problem[]
}

/** A kext or dext bundle, or a plain Info.plist. */
export interface KextSubject {
  readonly record: KextRecord
  /** The top of the property list. */
  readonly root: ReadonlyMap<string, KextValue>
  /** Null for a plain Info.plist. */
  readonly bundle: {
    /** Whether the executable that it names is there. */
    readonly hasExecutable: boolean
    /** Whether the executable holds a text; null where it was not read. */
    readonly mentions: ((text: string) => boolean) | null
  } | null
}

/** One entry of Kernel → Add. */
export interface OpenCoreEntry {
  readonly index: number
  readonly bundlePath: string
  readonly executablePath: string
  readonly plistPath: string
  readonly isEnabled: boolean
  readonly minKernel: string
  readonly maxKernel: string
  readonly arch: string
  /** What its Info.plist says; null where it is not there. */
  readonly record: KextRecord | null
}

/** A config.plist of OpenCore with the kexts beside it. */
export interface OpenCoreSubject {
  readonly entries: readonly OpenCoreEntry[]
  /** The folder of kexts; null where only the config.plist was given. */
  readonly folder: {
    /** Whether a path below it is a file or folder. */
    has(path: string): boolean
    /** Bundles that are there, as paths below it, with what they say. */
    readonly bundles: ReadonlyMap<string, KextRecord>
  } | null
}

/** Entitlements of a dext or app, with the dexts that were given beside them. */
export interface EntitlementsSubject {
  readonly root: ReadonlyMap<string, KextValue>
  readonly dexts: readonly KextRecord[]
}

/** Whether a value still holds a build variable: then its final form is not known. */
export function isVariable(value: KextValue | null | undefined): boolean {
  if (typeof value !== 'string') return false
  return /\$[({]|^@\w+@$/u.test(value) || /^_*[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+_*$/u.test(value)
}

/** A value as a message shows it. */
export function shown(value: KextValue | undefined): string {
  if (value === undefined) return 'nothing'
  switch (typeof value) {
    case 'string': return `the string "${value.slice(0, 60)}"`
    case 'boolean': return value ? '<true/>' : '<false/>'
    case 'number': case 'bigint': return `the number ${value}`
    default:
  }
  if (value instanceof Uint8Array) return 'data'
  return value instanceof Map ? 'a dictionary' : 'an array'
}
