import type { MatchVerdictCode } from '../api/index.ts'
import type { TableOutcome } from './world/TableRecord.ts'

/** The step that refused a personality, with the key that decided, as text. */
export interface Refusal {
  readonly code: MatchVerdictCode
  readonly key: string | null
  readonly wanted: string | null
  readonly found: string | null
  readonly text: string
}

/** What an outcome says about the refusal; null for a match. */
export function refusalOf({ reason, decisive }: TableOutcome): Refusal | null {
  if (reason === null) return null
  if (decisive === null) {
    const text = PLAIN[reason] ?? 'No key pattern of the family fits.'
    return { code: reason, key: null, wanted: null, found: null, text }
  }
  const { key, wanted, found } = decisive
  const text = `${key} wants ${wanted ?? 'nothing'}; the provider has ${found ?? 'none'}.`
  return { code: reason, key, wanted, found, text }
}

const PLAIN: Partial<Record<MatchVerdictCode, string>> = {
  PARENT: 'No provider above satisfies IOParentMatch.',
  LOCATION: 'The place of the provider does not satisfy IOLocationMatch.',
  EXCLAVE: 'The provider belongs to an exclave and the personality asks for none, or the other way round.',
}
