import type { AskedKey, MatchReason, MatchRecorder, ScoreTerm } from '../../iokit/index.ts'
import { valueText } from '../valueText.ts'

/** One key that was asked, as text. */
export interface AskedText {
  readonly key: string
  readonly wanted: string | null
  readonly found: string | null
}

/** The same, with the answer. */
export interface AnsweredText extends AskedText {
  readonly agrees: boolean
}

/** One term of a score. */
export interface TermText {
  readonly name: string
  readonly value: number
  readonly source: string
}

/** How one table fared on one provider. */
export interface TableOutcome {
  /** The step that refused; null for a match. */
  readonly reason: MatchReason | null
  /** With the family's terms. */
  readonly score: number
  /** The key that refused; of a match the last that agreed beside the class. Null where no key decided. */
  readonly decisive: AskedText | null
  /** Every key in order of asking; empty unless all were to be kept. */
  readonly asked: readonly AnsweredText[]
  readonly terms: readonly TermText[]
}

/** Listens while one table is matched. */
export class TableRecord implements MatchRecorder {
  readonly terms: TermText[] = []
  private readonly all: AskedKey[] = []
  private agreed: AskedKey | null = null
  private refused: AskedKey | null = null

  constructor(private readonly keepsAll = false) {}

  /** All keys as text, each once with its last answer; the objects may go away afterwards. */
  answered(): AnsweredText[] {
    const last = new Map(this.all.map((asked) => [asked.key, asked]))
    return [...last.values()].map(({ key, wanted, found, isMatch }) => (
      { key, wanted: valueText(wanted), found: valueText(found), agrees: isMatch }
    ))
  }

  /** The key to tell of, as text; the objects may go away afterwards. */
  decisive(isMatch: boolean): AskedText | null {
    const asked = isMatch ? this.agreed : this.refused
    if (asked === null) return null
    return { key: asked.key, wanted: valueText(asked.wanted), found: valueText(asked.found) }
  }

  asked(asked: AskedKey): void {
    if (this.keepsAll) this.all.push(asked)
    if (!asked.isMatch) this.refused = asked
    else if (asked.key !== 'IOProviderClass') this.agreed = asked
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
