import type { KernelThread } from '../../../../sim/index.ts'
import type { Task } from '../../../../mach/user.ts'
import type { RegistryClient } from './RegistryClient.ts'

/** A value: what the text shows, what -json writes, or a group of facts. */
export type FactValue = string | readonly Fact[]

/** One fact of an item. */
export interface Fact {
  /** Key in -json and -xml. */
  readonly key: string
  /** Label in the text and in the view; null for what only the machine-readable forms carry. */
  readonly label: string | null
  readonly value: FactValue
  /** What -json and -xml write instead of `value`, where they differ. */
  readonly raw?: string | number
}

/** One item: its own facts and what lies below it. */
export interface SectionItem {
  /** Key of the item's name, for example `hardware_overview`; the name itself where it has no key. */
  readonly key?: string
  readonly name: string
  readonly facts: readonly Fact[]
  readonly items?: readonly SectionItem[]
  /** Registry entry behind the item. */
  readonly entryId?: number
}

/** What a reporter found. */
export interface Section {
  readonly items: readonly SectionItem[]
  /** What the text says when there are no items. */
  readonly noInformation?: string
}

/** What a reporter may ask: the registry, and system calls. */
export interface ReporterContext {
  readonly task: Task
  readonly registry: RegistryClient
  /** The value of a `sysctl` name, or null. */
  sysctl(name: string): KernelThread<string | number | null>
}

/** One data type of System Information. */
export interface Reporter {
  /** For example `SPHardwareDataType`. */
  readonly dataType: string
  readonly title: string
  readonly group: 'Hardware' | 'Network' | 'Software'
  report(context: ReporterContext): KernelThread<Section>
}

/** A fact that every form shows alike. */
export function fact(key: string, label: string, value: string): Fact {
  return { key, label, value }
}
