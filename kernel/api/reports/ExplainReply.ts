import type { Problem } from '../Problem.ts'
import type { PropertyValue, RegistrySource } from '../snapshots.ts'
import type { Explanation } from './Explanation.ts'

/** A provider as a window knows it: `id` as the column `ids` of a snapshot writes it. */
export interface ProviderPlace {
  readonly source: RegistrySource
  readonly id: number
}

/** One property of an entry or one key of a personality. */
export interface EntryProperty {
  readonly key: string
  readonly value: PropertyValue
}

/** An explanation with the properties of the provider that it holds for: edits, if any, are made. */
export interface ExplainReply {
  readonly explanation: Explanation
  readonly properties: readonly EntryProperty[]
}

/** A file of a folder of kexts. */
export interface KextSetFile {
  /** From the folder down, parts joined by `/`. */
  readonly path: string
  readonly bytes: Uint8Array
}

/** One kext or driver extension of a set. */
export interface KextSetMember {
  readonly path: string
  readonly bundle: string | null
  readonly version: string | null
  readonly isDext: boolean
  readonly personalities: number
}

/** Kexts that were given to try on the nubs of any registry. */
export interface KextSet {
  readonly id: number
  readonly name: string
  readonly kexts: readonly KextSetMember[]
  readonly problems: readonly Problem[]
}

/** The sample that ships with the program: its dump is open, its kexts are a set, and this provider is worth a look. */
export interface OpenedSample {
  readonly importId: number
  readonly provider: ProviderPlace
}
