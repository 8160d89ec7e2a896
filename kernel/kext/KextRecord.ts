import type { KextBundleFiles } from '../api/index.ts'
import type { OSMetaClass } from '../libkern/index.ts'
import type { ReadKext } from './kextBundle.ts'

/** A kext this world knows: part of the kernel, of the boot collection, or a bundle in an extension folder. */
export interface KextRecord {
  readonly bundleIdentifier: string
  readonly version: string
  readonly compatibleVersion: string | null
  readonly libraries: ReadonlyMap<string, string>
  readonly kind: 'kernel' | 'boot' | 'bundle'
  readonly path: string | null
  readonly allowsUserTerminate: boolean | null
  /** What it lends to kexts that name it in OSBundleLibraries. */
  lends: Readonly<Record<string, unknown>>
  /** Classes of a boot kext; of a bundle once it has been evaluated. */
  classes: readonly OSMetaClass[]
  readonly bundle: { readonly files: KextBundleFiles; readonly read: ReadKext } | null
  /** Below 0 while it is not loaded. */
  loadTag: number
  address: bigint
  sizeBytes: number
  loadedAtNs: number
}

export const NOT_LOADED = -1

export function isLoaded(kext: KextRecord): boolean {
  return kext.loadTag !== NOT_LOADED
}
