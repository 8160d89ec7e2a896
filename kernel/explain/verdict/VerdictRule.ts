import type { PanicEvidence, PanicSuspect, SuspectWeight } from '../../api/index.ts'
import type { PanicView } from './PanicView.ts'

/** Somebody a rule points at. */
export interface Lead {
  readonly bundle: string
  readonly kind: PanicSuspect['kind']
  readonly weight: SuspectWeight
  readonly evidence: readonly PanicEvidence[]
}

/** What code in the backtrace means for this kind of panic. */
export type BacktraceRole =
  /** It did it. */
  | 'culprit'
  /** It ran into what another left behind. */
  | 'victim'
  /** It only noticed or reported. */
  | 'reporter'
  /** It is the thread that did not get on. */
  | 'blocked'

/** What a rule has found. */
export interface Finding {
  readonly class: string
  readonly title: string
  readonly sentence: string
  readonly cause: string
  readonly evidence: readonly PanicEvidence[]
  readonly leads?: readonly Lead[]
  readonly backtrace: BacktraceRole
  /** How sure the class is. */
  readonly confidence: 'high' | 'medium' | 'low'
  /** Why nobody can be named, for panics where that is so by nature. */
  readonly cannotTell?: string
  readonly cautions?: readonly string[]
  readonly next: readonly string[]
}

/** One kind of panic: how it is told from others, and what it means. */
export interface VerdictRule {
  readonly name: string
  /** Answers null when the panic is of another kind. */
  find(panic: PanicView): Finding | null
}
