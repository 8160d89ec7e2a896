import type { ComparableSnapshot } from '../../../../kernel/api/index.ts'
import { titleOf } from '../paths.ts'
import type { Difference } from './alignRegistries.ts'
import type { BothSides } from './createComparison.ts'

/** How differences are called and drawn: never by colour alone. */
export const DIFFERENCES: Readonly<Record<Difference, { readonly sign: string; readonly word: string }>> = {
  same: { sign: '', word: 'the same' },
  changed: { sign: '△', word: 'changed' },
  driver: { sign: '⇄', word: 'another driver' },
  added: { sign: '+', word: 'added' },
  removed: { sign: '−', word: 'removed' },
}

/** What one line of a comparison shows. */
export interface CompareLine {
  readonly at: number
  readonly depth: number
  readonly difference: Difference
  readonly sign: string
  readonly word: string
  readonly note: string
  readonly left: SideText
  readonly right: SideText
}

export interface SideText {
  readonly title: string
  readonly className: string
}

const NOTHING: SideText = { title: '', className: '' }

export function compareLine({ left, right, alignment }: BothSides, at: number): CompareLine | null {
  const row = alignment.rows[at]
  if (row === undefined) return null
  const { depth, difference, note } = row
  return {
    at, depth, difference, note, ...DIFFERENCES[difference], left: side(left, row.left), right: side(right, row.right),
  }
}

function side({ snapshot }: ComparableSnapshot, row: number): SideText {
  return row < 0 ? NOTHING : { title: titleOf(snapshot, row), className: snapshot.classes[row] ?? '' }
}
