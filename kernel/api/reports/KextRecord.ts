import type { Problem } from '../Problem.ts'

/**
 * A value of a kext's property list as the kernel would hold it; reals and dates, which it has not, are
 * text.
 */
export type KextValue =
  | string | number | bigint | boolean | Uint8Array | readonly KextValue[] | ReadonlyMap<string, KextValue>

/** One personality: what it asks of a provider and which class it brings. Absent keys are null. */
export interface KextPersonality {
  readonly name: string
  /** CFBundleIdentifier: the personality's own, else the bundle's, as the loader adds it. */
  readonly bundle: string | null
  readonly ioClass: string | null
  readonly providerClass: string | null
  /** As it stands in the file: the kernel takes a number only, text counts as 0. */
  readonly score: number | bigint | string | null
  readonly category: string | null
  /** Keys that the kernel or a family compares with the provider. */
  readonly matchKeys: ReadonlyMap<string, KextValue>
  /** All other keys. */
  readonly properties: ReadonlyMap<string, KextValue>
  /** The whole dictionary in the order of the file, as the catalogue gets it. */
  readonly table: ReadonlyMap<string, KextValue>
}

/** What makes a bundle a driver extension. */
export interface DextFacts {
  readonly executable: string | null
  /** IOUserServerName and IOUserClass of the personalities, each once. */
  readonly servers: readonly string[]
  readonly classes: readonly string[]
  readonly usageDescription: string | null
}

/** What the property list of a kext or dext says. */
export interface KextRecord {
  readonly bundle: string | null
  readonly version: string | null
  readonly name: string | null
  readonly packageType: string | null
  readonly compatibleVersion: string | null
  readonly executable: string | null
  readonly required: string | null
  /** OSBundleLibraries: bundle identifier to version. */
  readonly libraries: ReadonlyMap<string, string>
  readonly personalities: readonly KextPersonality[]
  /** Null for a kext. */
  readonly dext: DextFacts | null
  /** Architectures for which some key has a value of its own (`OSBundleLibraries_x86_64`). */
  readonly architectures: readonly string[]
  /** Build variables that still stand for a value: `$(PRODUCT_NAME)`, `MODULE_VERSION`. */
  readonly buildVariables: readonly string[]
  readonly problems: readonly Problem[]
}
