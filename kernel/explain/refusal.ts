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

/** The codes of matching and what they say of the family: the tunnel rule has a code of its own. */
const TUNNEL_KEY = 'IOPCITunnelCompatible'

/** What an outcome says about the refusal; null for a match. */
export function refusalOf(outcome: TableOutcome): Refusal | null {
  if (outcome.reason === null) return null
  const decisive = outcome.asked.findLast((one) => !one.isMatch)
  if (decisive === undefined) {
    const code = outcome.reason
    const text = PLAIN[code] ?? 'No key pattern of the family fits.'
    return { code, key: null, wanted: null, found: null, text }
  }
  const { key, wanted, found } = decisive
  const code = key === TUNNEL_KEY ? 'TUNNEL' : outcome.reason
  const text = `${key} wants ${wanted ?? 'nothing'}; the provider has ${found ?? 'none'}.`
  return { code, key, wanted, found, text }
}

const PLAIN: Partial<Record<MatchVerdictCode, string>> = {
  PARENT: 'No provider above satisfies IOParentMatch.',
  LOCATION: 'The place of the provider does not satisfy IOLocationMatch.',
  EXCLAVE: 'The provider belongs to an exclave and the personality asks for none, or the other way round.',
}
