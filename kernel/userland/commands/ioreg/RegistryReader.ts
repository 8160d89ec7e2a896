import type { KernelThread } from '../../../sim/index.ts'
import type { CFDictionary, CFType } from '../../CoreFoundation/index.ts'
import type { DumpStyle, Presentation } from './Presentation.ts'

/** A port name of a registry entry in the program's task. */
export type Entry = number

/** What the header line of an entry shows. */
export interface EntryFacts {
  readonly name: string
  readonly location: string | null
  readonly className: string
  readonly id: bigint
  readonly retain: number
  /** Null for entries that are no services. */
  readonly service: ServiceFacts | null
}

export interface ServiceFacts {
  readonly state: number
  readonly busy: number
  readonly busyTimeNs: number
}

/**
 * All that ioreg asks the registry for, in its words. `IOKitRegistryReader` answers through IOKitLib; tests
 * of the traversal and drawing answer from a table.
 */
export interface RegistryReader {
  /** How the registry's own system printed it, where it is a served dump. */
  style(): KernelThread<DumpStyle>
  root(): KernelThread<Entry>
  /**
   * Children in the plane in the kernel's order, one reference each; null when the iterator cannot be had.
   */
  children(entry: Entry): KernelThread<readonly Entry[] | null>
  release(entry: Entry): KernelThread
  facts(entry: Entry): KernelThread<EntryFacts>
  name(entry: Entry): KernelThread<string>
  location(entry: Entry): KernelThread<string | null>
  /** Classes from the base down to the entry's own, OSObject left out. */
  inheritance(entry: Entry, className: string): KernelThread<readonly string[]>
  conformsTo(entry: Entry, className: string): KernelThread<boolean>
  properties(entry: Entry): KernelThread<CFDictionary | null>
  property(entry: Entry, key: string): KernelThread<CFType | null>
  /** How a served dump wrote this entry; null on a live registry. */
  presentation(entry: Entry): KernelThread<Presentation | null>
  /** The same questions in the device tree plane, for smart formatting. */
  deviceTreeParent(entry: Entry): KernelThread<Entry | null>
  deviceTreePath(entry: Entry): KernelThread<string | null>
  deviceTreeEntryWithPhandle(phandle: number): KernelThread<Entry | null>
}
