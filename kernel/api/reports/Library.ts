import type { CrashReport } from './CrashRecord.ts'
import type { PanicReport } from './PanicReport.ts'

/** Kinds of files that the library keeps. `machine-panic` is a panic of one of the workbench's own machines. */
export type ReportKind = 'machine-panic' | 'panic' | 'crash' | 'registry'

/** What a file turned out to be, in the words that lists, groups and searches need. */
export interface ReadFile {
  readonly kind: Exclude<ReportKind, 'machine-panic'>
  /** What happened, in a few words. */
  readonly title: string
  /** The line below it: the panic's own words, or where the dump comes from. */
  readonly subtitle: string
  readonly model: string
  readonly osVersion: string
  /** Class of the verdict; empty for what has none. */
  readonly className: string
  /** Who is blamed first, or is in the backtrace. */
  readonly kexts: readonly string[]
  /** Reports with one group key are the same trouble; null: the file stands alone. */
  readonly group: string | null
  readonly fingerprint: string | null
  /** Name and version of how the two were made. */
  readonly algorithm: string | null
  /** When it happened, as the report says. */
  readonly happenedAt: string | null
  /** The words to be found by. */
  readonly words: string
  /** The whole record as JSON: a PanicReport, a CrashReport or the summary of a registry. */
  readonly record: string
  readonly linesTotal: number
  readonly linesUnderstood: number
}

/** One line of the library's list. */
export interface ReportSummary {
  readonly id: number
  readonly kind: ReportKind
  /** Name of the file, or of the machine. */
  readonly name: string
  readonly title: string
  readonly subtitle: string
  readonly machine: string
  readonly model: string
  readonly osVersion: string
  readonly className: string
  readonly storedAt: string
  readonly happenedAt: string | null
  /** Virtual time of the panic of an own machine; 0 for the rest. */
  readonly timeNs: number
  readonly kexts: readonly string[]
  readonly unread: boolean
  readonly tags: readonly string[]
  readonly hasNotes: boolean
  /** The group that it is in, after rules, splits and merges. */
  readonly group: string
  /** Why it is in that group. */
  readonly groupedBy: 'fingerprint' | 'title' | 'rule' | 'split' | 'merge' | 'nothing'
  /** The group that it would be in without a merge; null where none took part. */
  readonly mergedFrom: string | null
  readonly sizeBytes: number
}

/** A user's own rule: what holds `contains` in `field` belongs to group `name`. */
export interface GroupRule {
  readonly id: number
  readonly name: string
  readonly field: 'title' | 'subtitle' | 'class' | 'kext' | 'name'
  readonly contains: string
}

/** A change of the groups, with which it can be undone. */
export type GroupEdit =
  | { readonly kind: 'merge'; readonly group: string; readonly into: string }
  | { readonly kind: 'unmerge'; readonly group: string }
  | { readonly kind: 'split'; readonly report: number }
  | { readonly kind: 'unsplit'; readonly report: number }
  | {
      readonly kind: 'addRule'
      readonly name: string
      readonly field: GroupRule['field']
      readonly contains: string
    }
  | { readonly kind: 'removeRule'; readonly id: number }

/** Kinds of what may tell who somebody is. */
export type SecretKind = 'serial' | 'uuid' | 'mac' | 'user' | 'host' | 'email'

/** Something in a file that may tell who somebody is, and what would stand for it. */
export interface FoundSecret {
  readonly kind: SecretKind
  readonly value: string
  readonly replacement: string
  readonly count: number
  /** Line of the first place. */
  readonly line: number
  /** Why it was taken for that. */
  readonly why: string
}

/** What a redacted copy of a file would look like. */
export interface RedactionPreview {
  readonly name: string
  readonly secrets: readonly FoundSecret[]
  /** Lines that change: number, before, after; cut to the first few hundred. */
  readonly changes: readonly { readonly line: number; readonly before: string; readonly after: string }[]
  readonly changedLines: number
}

/** What the library keeps of a registry: the file itself is read again when it is opened. */
export interface RegistryRecord {
  readonly kind: 'registry'
  readonly format: string
  readonly planes: readonly string[]
  readonly entries: number
  readonly uniqueIds: number | null
  readonly root: string | null
  readonly model: string | null
  readonly osBuild: string | null
}

/** A record of the library, told apart by `kind`. */
export type StoredRecord = PanicReport | CrashReport | RegistryRecord
