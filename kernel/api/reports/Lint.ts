/** How much a finding matters: an error keeps something from working. */
export type LintSeverity = 'error' | 'warning' | 'info'

/** One thing found in a file. */
export interface LintFinding {
  /** `WB203`; docs/lint.md explains each. */
  readonly rule: string
  readonly severity: LintSeverity
  /** The file. */
  readonly path: string
  /** Place in the file: `IOKitPersonalities.Pear.idVendor`. */
  readonly where: string
  /** From 1; null where the file has no lines or the place was not found. */
  readonly line: number | null
  readonly message: string
  /** What to do. */
  readonly fix: string
}

/** A rule as pages and tools show it. */
export interface LintRuleFacts {
  readonly id: string
  readonly severity: LintSeverity
  readonly title: string
  /** Why it matters. */
  readonly why: string
  readonly fix: string
}

/** What was looked at, and what was found. */
export interface LintReport {
  readonly findings: readonly LintFinding[]
  readonly files: number
}
