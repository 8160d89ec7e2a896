import type { CrashReport, PanicReport, StoredReport } from '../../../../kernel/api/index.ts'

/** Something in the report that speaks for a conclusion. */
export interface Evidence {
  /** Line of the report as its reader counts; null where it is not told. */
  readonly line: number | null
  readonly text: string
  readonly says: string
}

export interface Suspect {
  readonly bundle: string
  readonly kind: string
  readonly rank: number
  readonly weight: 'strong' | 'fair' | 'weak'
  readonly evidence: readonly Evidence[]
}

/** The verdict of a panic or a crash, in one form. */
export interface VerdictFacts {
  readonly className: string
  readonly title: string
  readonly sentence: string
  readonly cause: string
  readonly confidence: 'high' | 'medium' | 'low'
  readonly evidence: readonly Evidence[]
  readonly suspects: readonly Suspect[]
  /** Why nobody is named; null when somebody is. */
  readonly cannotTell: string | null
  readonly cautions: readonly string[]
  readonly notUnderstood: readonly string[]
  readonly next: readonly string[]
}

/** One thing that went into a fingerprint, or was left out of it. */
export interface GroupPart {
  readonly name: string
  readonly value: string
  readonly why: string
  readonly isUsed: boolean
}

const NOBODY = 'No code of a program or a library stands out in this report.'

/** The record when it is the one of a panic. */
export function panicOf(report: Pick<StoredReport, 'record'>): PanicReport | null {
  return report.record?.kind === 'kernel-panic' ? report.record : null
}

/** The record when it is the one of a process. */
export function crashOf(report: Pick<StoredReport, 'record'>): CrashReport | null {
  const { record } = report
  return record === null || record.kind === 'kernel-panic' || record.kind === 'registry' ? null : record
}

/** What was concluded of a report; null for one that was stored without a verdict. */
export function verdictOf(report: Pick<StoredReport, 'record'>): VerdictFacts | null {
  const panic = panicOf(report)
  if (panic !== null) return { ...panic.verdict, className: panic.verdict.class }
  const verdict = crashOf(report)?.verdict
  if (verdict === undefined) return null
  const cannotTell = verdict.suspects.length === 0 ? NOBODY : null
  return { ...verdict, className: verdict.class, cannotTell, cautions: [], notUnderstood: [] }
}

const CRASH_PARTS = [
  ['process', 'the same program'],
  ['class', 'the kind of crash'],
  ['exception', 'what the system raised or how it ended it'],
] as const
const CRASH_FRAME = [
  'frame',
  'the function, without its offset: it stays the same from build to build',
] as const

/** What the report's group was made of, in order. */
export function groupParts(report: Pick<StoredReport, 'record'>): readonly GroupPart[] {
  const panic = panicOf(report)
  if (panic !== null) return panic.fingerprint.parts
  return (crashOf(report)?.fingerprint.parts ?? []).map((value, index) => {
    const [name, why] = CRASH_PARTS[index] ?? CRASH_FRAME
    return { name, value, why, isUsed: true }
  })
}

/** Name and version of the way the fingerprint was made, with the fingerprint. */
export function fingerprintText(report: Pick<StoredReport, 'record'>): string | null {
  const made = panicOf(report)?.fingerprint ?? crashOf(report)?.fingerprint
  return made === undefined ? null : `${made.algorithm} · ${made.id}`
}
