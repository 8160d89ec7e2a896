/** What became of a file of symbols. */
export type SymbolFileStatus = 'used' | 'unchecked' | 'forced' | 'refused' | 'unused'

/** One image that was looked up in a file of symbols. */
export interface SymbolFileUse {
  readonly path: string
  /** Image or bundle of the report. */
  readonly image: string | null
  readonly arch: string | null
  readonly status: SymbolFileStatus
  /** UUID of the file, and the one that the report wants. */
  readonly uuid: string | null
  readonly wantedUuid: string | null
  /** What was taken from addresses to get those of the file; null where nothing was looked up. */
  readonly slide: string | null
  /** Frames that got a name from it. */
  readonly named: number
  /** One sentence for people. */
  readonly note: string
}

/** What symbolication did to a report. */
export interface Symbolication {
  readonly files: readonly SymbolFileUse[]
  /** Frames that have a name now, and those that have none. */
  readonly namedFrames: number
  readonly namelessFrames: number
}
