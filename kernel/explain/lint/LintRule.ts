import type { LintRuleFacts } from '../../api/index.ts'

/** What a rule found: where, what, and what to do if that is more than the rule's own advice. */
export interface Fault {
  /** Keys from the top of the file to the place; an index in an array is a number. */
  readonly at: readonly (string | number)[]
  readonly message: string
  readonly fix?: string
  /** Known where the reader told it. */
  readonly line?: number
}

/** One thing that can be wrong with a subject. */
export interface LintRule<S> extends LintRuleFacts {
  check(subject: S): readonly Fault[]
}
