import type { OSObject } from './OSObject.ts'

/** What a parser of serialised objects answers. */
export interface Unserialized {
  /** The object, with one reference to the caller; null if the input was refused. */
  readonly object: OSObject | null
  /** The kernel's own words, closing line break included; null if it says nothing. */
  readonly errorString: string | null
}

/** An answer without words. */
export const refused: Unserialized = { object: null, errorString: null }
