import type { AttachmentReason } from '../../api/index.ts'
import { refusalOf } from '../refusal.ts'
import type { RankedCandidate } from '../world/MatchWorld.ts'
import type { DumpDriver } from './DumpDriver.ts'
import type { DumpWorld } from './DumpWorld.ts'

const nameOf = ({ personality }: RankedCandidate): string => personality.className ?? '(no class)'

/** Why a driver of the dump did not come out of matching anew. `candidates` are those of its category. */
export function reasonForDumpOnly(
  dump: DumpWorld, driver: DumpDriver, candidates: readonly RankedCandidate[],
): AttachmentReason {
  const own = dump.personalityOf.get(driver)
  if (own === undefined || driver.providerClass === null) {
    return { code: 'CLASS', text: 'The dump does not tell the IOProviderClass of its personality.' }
  }
  const refusal = refusalOf(dump.world.outcomeOf(driver.provider.index, own.table))
  if (refusal !== null) {
    const isJoin = refusal.code === 'CLASS'
    const joined = ' It attached to another provider, or joined this one later.'
    return { code: refusal.code, text: isJoin ? refusal.text + joined : refusal.text }
  }
  const winner = candidates[0]
  const score = candidates.find((one) => one.facts === own)?.score
  if (winner === undefined) {
    return { code: 'INACTIVE', text: 'The provider is not registered: no driver is looked for.' }
  }
  if (nameOf(winner) === driver.ioClass) {
    const text = `${driver.ioClass} holds ${driver.category} already; the dump shows it more than once.`
    return { code: 'CATEGORY', text }
  }
  if (score === winner.score) return { code: 'SCORE', text: tieText(winner, driver.ioClass) }
  const text = `${nameOf(winner)} comes first with ${winner.score} against ${score ?? 'fewer'}.`
  return { code: 'SCORE', text }
}

function tieText(winner: RankedCandidate, other: string): string {
  return `${nameOf(winner)} and ${other} are equal at ${winner.score}: the order of arrival in the catalogue `
    + 'decides, which the dump does not tell.'
}

/**
 * Why a driver that won here is not in the dump. `inDump` is what the dump has in the category, `behind`
 * its rank here.
 */
export function reasonForOursOnly(
  dump: DumpWorld, candidates: readonly RankedCandidate[], inDump: DumpDriver | undefined,
): AttachmentReason {
  const winner = candidates[0]!
  if (winner.facts.from === 'kext' && !dump.bundles.has(winner.facts.bundle)) {
    const bundle = winner.facts.bundle ?? 'this bundle'
    return { code: 'GATE', text: `No driver of ${bundle} is in the dump: it was not loaded there.` }
  }
  if (inDump === undefined) {
    return { code: 'PROBE', text: 'All keys agree and nothing else holds the category: its own probe or '
      + 'start must have said no, or it has ended since. The dump does not tell which.' }
  }
  const behind = candidates.find((one) => nameOf(one) === inDump.ioClass)
  if (behind === undefined) {
    const text = `The dump has ${inDump.ioClass} in ${inDump.category}, which does not match here.`
    return { code: 'CATEGORY', text }
  }
  if (behind.score === winner.score) return { code: 'SCORE', text: tieText(winner, inDump.ioClass) }
  return { code: 'PROBE', text: `The dump has ${inDump.ioClass}, which comes behind it with ${behind.score} `
    + `against ${winner.score}: the probe or start of ${nameOf(winner)} must have said no.` }
}
