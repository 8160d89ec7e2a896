/** Something in the report that speaks for a conclusion. */
export interface CrashEvidence {
  /** Line of the report; null where it is not told or follows from several. */
  readonly line: number | null
  /** The words of the report, shortened. */
  readonly text: string
  /** What follows from them. */
  readonly says: string
}

/** Somebody who may be to blame, and why. */
export interface CrashSuspect {
  /** Bundle identifier or, failing that, name of the image or process. */
  readonly bundle: string
  readonly kind: 'own' | 'third-party' | 'apple'
  /** 1 for the first one to look at. */
  readonly rank: number
  readonly weight: 'strong' | 'fair' | 'weak'
  readonly evidence: readonly CrashEvidence[]
}

/** The answer to: what happened, and whose fault is it? */
export interface CrashVerdict {
  /** Kebab-case name of the class; `unknown` where no rule fits. */
  readonly class: string
  readonly title: string
  readonly sentence: string
  readonly cause: string
  readonly evidence: readonly CrashEvidence[]
  readonly suspects: readonly CrashSuspect[]
  readonly confidence: 'high' | 'medium' | 'low'
  /** What to do next, the best first. */
  readonly next: readonly string[]
}

/** What makes two crashes the same crash. */
export interface CrashFingerprint {
  /** Name and version of the way it was made: only equal ones may be compared. */
  readonly algorithm: string
  /** Same class and same code path. */
  readonly id: string
  /** What it was made of, in order. */
  readonly parts: readonly string[]
}
