/** Something in the report that speaks for a conclusion. */
export interface PanicEvidence {
  /** Line of the report; null for what is worked out from several. */
  readonly line: number | null
  /** The words of the report, shortened. */
  readonly text: string
  /** What follows from them. */
  readonly says: string
}

/** How much a suspect's evidence weighs. */
export type SuspectWeight = 'strong' | 'fair' | 'weak'

/** Somebody who may have caused the panic. */
export interface PanicSuspect {
  /** Bundle identifier; `kernel` for the kernel itself; a name for hardware, firmware or a process. */
  readonly bundle: string
  readonly kind: 'third-party' | 'apple' | 'family' | 'kernel' | 'firmware' | 'hardware' | 'process'
  readonly rank: number
  readonly weight: SuspectWeight
  readonly evidence: readonly PanicEvidence[]
}

/** What happened, who may have caused it, and how sure that is. */
export interface PanicVerdict {
  /** Kebab-case name of the class; `unknown` where no rule fits. */
  readonly class: string
  readonly title: string
  /** Name of the rule that fitted. */
  readonly rule: string
  readonly sentence: string
  readonly cause: string
  readonly evidence: readonly PanicEvidence[]
  readonly suspects: readonly PanicSuspect[]
  /** Why nobody is named; null when somebody is. */
  readonly cannotTell: string | null
  readonly confidence: 'high' | 'medium' | 'low'
  /** Readings that look right and are often wrong, as far as they apply here. */
  readonly cautions: readonly string[]
  readonly notUnderstood: readonly string[]
  readonly next: readonly string[]
}

/** One thing that went into a fingerprint, or was left out of it. */
export interface FingerprintPart {
  readonly name: 'class' | 'message' | 'frame' | 'kexts'
  readonly value: string
  /** Why it counts, or why it does not. */
  readonly why: string
  readonly isUsed: boolean
}

/** What makes two panics the same panic. */
export interface PanicFingerprint {
  /** Name and version of the way it was made: only equal ones may be compared. */
  readonly algorithm: string
  /** Same code path. */
  readonly id: string
  /** Same class and words, whatever the code path and the build. */
  readonly group: string
  readonly parts: readonly FingerprintPart[]
}
