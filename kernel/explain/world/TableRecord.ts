import type { AskedKey, MatchReason, MatchRecorder, ScoreTerm } from '../../iokit/index.ts'
import { valueText } from '../valueText.ts'

/** One key that was asked, as text. */
export interface AskedText {
  readonly key: string
  readonly wanted: string | null
  readonly found: string | null
  readonly isMatch: boolean
}

/** One term of a score. */
export interface TermText {
  readonly name: string
  readonly value: number
  readonly source: string
}

/** How one table fared on one provider: every key asked, every term of the score. */
export interface TableOutcome {
  /** The step that refused; null for a match. */
  readonly reason: MatchReason | null
  /** With the family's terms. */
  readonly score: number
  readonly asked: readonly AskedText[]
  readonly terms: readonly TermText[]
}

/** Listens while one table is matched. */
export class TableRecord implements MatchRecorder {
  readonly keys: AskedText[] = []
  readonly terms: TermText[] = []

  asked({ key, wanted, found, isMatch }: AskedKey): void {
    this.keys.push({ key, wanted: valueText(wanted), found: valueText(found), isMatch })
  }

  scored({ what, points, source }: ScoreTerm): void {
    this.terms.push({ name: what, value: points, source })
  }

  passBegan(): void { /* no pass: a table is asked by itself */ }
  considered(): void { /* as above */ }
  matched(): void { /* as above */ }
  rejected(): void { /* as above */ }
  probed(): void { /* as above */ }
  started(): void { /* as above */ }
  passEnded(): void { /* as above */ }
}
