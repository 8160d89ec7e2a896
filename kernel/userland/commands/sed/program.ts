import type { Regex } from '../../libsystem/regex/index.ts'

/** Where a sed command applies. */
export type Address =
  | { readonly kind: 'line'; readonly number: number }
  | { readonly kind: 'last' }
  /** Null: the expression that was used last. */
  | { readonly kind: 'match'; readonly regex: Regex | null }
  /** `+N` as second address. */
  | { readonly kind: 'offset'; readonly count: number }

export type ReplacementPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'group'; readonly index: number }

/** The `s` command. */
export interface Substitution {
  readonly kind: 'substitute'
  /** Null: the expression that was used last. */
  readonly regex: Regex | null
  readonly replacement: readonly ReplacementPart[]
  /** The match that is replaced; 0 for all. */
  readonly occurrence: number
  readonly print: boolean
  readonly file: string | null
  /** Where it stands in the script, for errors found only when it runs. */
  readonly place: string
}

export type SedAction =
  | { readonly kind: 'block'; readonly body: readonly SedCommand[] }
  | Substitution
  | { readonly kind: 'translate'; readonly table: ReadonlyMap<string, string> }
  | { readonly kind: 'append' | 'insert' | 'change'; readonly text: string }
  | { readonly kind: 'branch' | 'test'; readonly label: string }
  | { readonly kind: 'label'; readonly label: string }
  | { readonly kind: 'readFile' | 'writeFile'; readonly path: string }
  | { readonly kind: 'letter'; readonly letter: SedLetter }

/** Commands without argument. */
export type SedLetter = 'd' | 'D' | 'g' | 'G' | 'h' | 'H' | 'l' | 'n' | 'N' | 'p' | 'P' | 'q' | 'x' | '='

export interface SedCommand {
  readonly first: Address | null
  readonly second: Address | null
  readonly negated: boolean
  readonly action: SedAction
}

/** What ends sed with a message: a script that makes no sense, or a fault while it runs. */
export class SedError extends Error {
  override readonly name = 'SedError'
}
