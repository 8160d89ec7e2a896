import type { CharacterSet } from './CharacterSet.ts'

export type AssertionKind = 'lineStart' | 'lineEnd' | 'wordStart' | 'wordEnd' | 'wordBoundary'
  | 'notWordBoundary'

/** A regular expression as a tree. */
export type RegexNode =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly set: CharacterSet }
  /** Any character, also one that takes two UTF-16 units. */
  | { readonly kind: 'any' }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'either'; readonly items: readonly RegexNode[] }
  /** `max` null: no upper bound. */
  | { readonly kind: 'repeat'; readonly item: RegexNode; readonly min: number; readonly max: number | null }
  | { readonly kind: 'group'; readonly item: RegexNode; readonly index: number }
  | { readonly kind: 'assertion'; readonly assertion: AssertionKind }
  /** What the group matched, once more. */
  | { readonly kind: 'backreference'; readonly index: number }
