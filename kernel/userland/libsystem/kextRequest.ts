/**
 * What the kext tools ask of the kernel, as plain data through the host_priv trap `kext_request`.
 * The predicates carry the names of XNU's request dictionaries ("Kext Request Predicate").
 */
export type KextRequest =
  | { readonly predicate: 'Load'; readonly arguments: KextLoadArguments }
  | { readonly predicate: 'Unload'; readonly arguments: KextUnloadArguments }
  | { readonly predicate: 'Get Loaded Kext Info'; readonly arguments: KextInfoArguments }

export interface KextLoadArguments {
  /** Identifier of a kext that lies in the extension folders. Exactly one of this and `path` is given. */
  readonly bundleIdentifier?: string
  /** Absolute path of a bundle in the machine's file system. */
  readonly path?: string
  /** Further folders in which libraries are looked for. */
  readonly repositories?: readonly string[]
  /** False loads the code and leaves its personalities out of the catalogue. */
  readonly startMatching?: boolean
}

export interface KextUnloadArguments {
  /** Exactly one of the three. */
  readonly bundleIdentifier?: string
  readonly path?: string
  /** All instances of this class are terminated; no kext is unloaded. */
  readonly className?: string
  /** Personalities are removed and services terminated; the kext stays. */
  readonly personalitiesOnly?: boolean
}

export interface KextInfoArguments {
  /** Only these identifiers; all when absent. */
  readonly bundleIdentifiers?: readonly string[]
}

/** One loaded kext as `Get Loaded Kext Info` answers it, in load order. The kernel itself has load tag 0. */
export interface LoadedKextInfo {
  readonly bundleIdentifier: string
  readonly version: string
  readonly path: string | null
  readonly uuid: string | null
  readonly loadTag: number
  readonly references: number
  readonly address: bigint
  readonly sizeBytes: number
  readonly wiredBytes: number
  /** Load tags of the kexts it links against. */
  readonly dependencies: readonly number[]
  readonly started: boolean
  /** `com.apple.kpi.*` and other parts of the kernel itself. */
  readonly isKernelComponent: boolean
}

/** The answer: an OSReturn (libkern/kext codes included), and what belongs to the predicate. */
export interface KextResponse {
  /** 0 or an error code, for example 0xdc008006 (not found). */
  readonly result: number
  /** For Get Loaded Kext Info. */
  readonly kexts?: readonly LoadedKextInfo[]
  /** For a refused Unload: the lines that the kernel logged. */
  readonly messages?: readonly string[]
  /** For a failed load: section → finding → subjects, printed as "Diagnostics for …". */
  readonly diagnostics?: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>
}
