/** What two things of one kind were compared. */
export type DiffKind = 'registry' | 'machine' | 'panic' | 'crash'

/** Something that only one side has: a registry entry, a device, a kext. */
export interface DiffItem {
  /** Path from the root, or the name within its list. */
  readonly path: string
  /** Class of an entry, part of a device, version of a kext; null where there is none. */
  readonly what: string | null
  /** What holds it is on one side only as well. */
  readonly isInside: boolean
}

/** One value that differs; null: not there. */
export interface DiffValue {
  readonly key: string
  readonly before: string | null
  readonly after: string | null
}

/** Something that both sides have and that says other things. */
export interface DiffChange {
  readonly path: string
  readonly values: readonly DiffValue[]
}

/** A driver on one side. */
export interface DiffDriver {
  readonly ioClass: string | null
  readonly bundle: string | null
  readonly version: string | null
}

/** A provider that has another driver in a category, or a kext in another version; null: none. */
export interface DiffDriverChange {
  readonly path: string
  readonly category: string | null
  readonly before: DiffDriver | null
  readonly after: DiffDriver | null
}

/** A row of the tree of differences: what is the same is there only to show the way. */
export interface DiffRow {
  readonly depth: number
  readonly mark: ' ' | '+' | '-' | '~'
  readonly text: string
  /** Entries below that share its fate and are not rows. */
  readonly below: number
  readonly values: readonly DiffValue[]
}

/** Two registries, machines or reports compared. */
export interface DiffReport {
  readonly kind: DiffKind
  readonly added: readonly DiffItem[]
  readonly removed: readonly DiffItem[]
  readonly changed: readonly DiffChange[]
  readonly driverChanged: readonly DiffDriverChange[]
  readonly tree: readonly DiffRow[]
  /** What a reader should know: what was left out. */
  readonly notes: readonly string[]
}
