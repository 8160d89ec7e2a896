import type { CoverageConflict, CoverageDriver, CoverageVerdict, CoveredDevice,
  CoveredInterface } from '../../api/index.ts'
import { kIODefaultMatchCategoryKey } from '../../abi/index.ts'
import { tripleText, type CoverageSubject, type SubjectNub } from './CoverageSubject.ts'
import { shorten, type Claim, type CoverageWorld } from './CoverageWorld.ts'
import { userSpaceClasses } from './nativeTable.ts'

/** What became of one nub. */
interface NubJudgement {
  readonly nub: SubjectNub
  readonly verdict: CoverageVerdict
  readonly driver: CoverageDriver | null
  readonly also: readonly CoverageDriver[]
  readonly winner: Claim | null
  readonly reason: string
}

/** A device judged, and what is fought over. */
export interface DeviceJudgement {
  readonly device: CoveredDevice
  readonly conflicts: readonly CoverageConflict[]
}

const RANK: readonly CoverageVerdict[] =
  ['attached', 'kext', 'native', 'maybe', 'none', 'unknown', 'notNeeded']

/** Asks who would take a device or, of a USB device, its interfaces. */
export function judgeDevice(subject: CoverageSubject, world: CoverageWorld): DeviceJudgement {
  const { kind, address, ids, name, deviceClass } = subject
  const base = { kind, address, ids, name, deviceClass }
  const none = { driver: null, also: [], confidence: null, interfaces: [] }
  if (subject.without !== null) return { device: { ...base, ...subject.without, ...none }, conflicts: [] }
  const claims = new Map(subject.nubs.map((nub) => [nub, world.claims(nub.index)]))
  const judged = subject.nubs.map((nub) => judgeNub(nub, claims.get(nub)!))
  const best = judged.toSorted((a, b) => RANK.indexOf(a.verdict) - RANK.indexOf(b.verdict))[0]!
  const isIdle = best.verdict === 'maybe' && !subject.wantsDriver
  const isDriven = best.verdict !== 'none' && !isIdle
  const fate = isDriven ? { verdict: best.verdict, reason: withRemark(best.reason, subject, best) }
    : without(subject, world)
  const device: CoveredDevice = {
    ...base, ...fate, driver: isIdle ? null : best.driver, also: best.also,
    confidence: best.winner?.confidence ?? null,
    interfaces: interfacesOf(judged),
  }
  const conflicts = subject.nubs.flatMap((nub) => conflictsOf(subject, claims.get(nub)!))
  return { device, conflicts: [...new Map(conflicts.map((one) => [one.text, one])).values()] }
}

/** The guess is told only where it decided. */
function withRemark(reason: string, { remark, kind }: CoverageSubject, { winner }: NubJudgement): string {
  const isByClass = kind === 'pci' && winner?.decisive?.key === 'IOPCIClassMatch'
  return remark !== null && isByClass ? `${reason} ${remark}` : reason
}

function judgeNub(nub: SubjectNub, claims: readonly Claim[]): NubJudgement {
  const sure = claims.filter(({ breadth }) => breadth === 'device' || breadth === 'class')
  const firsts = [...Map.groupBy(sure, ({ driver }) => driver.category).values()].map(([first]) => first!)
  const ordered = firsts.toSorted((a, b) => weight(a) - weight(b))
  const open = claims.filter((one) => !sure.includes(one))
  const shown = nub.shown.find(({ category }) => category === kIODefaultMatchCategoryKey) ?? nub.shown[0]
  if (shown !== undefined) {
    const others = [...ordered, ...open].map(({ driver }) => driver).filter((one) =>
      one.ioClass !== shown.ioClass)
    const also = [...nub.shown.filter((one) => one !== shown), ...others]
    return { nub, verdict: 'attached', driver: shown, also, winner: null,
      reason: 'The dump shows it on the device.' }
  }
  const winner = ordered[0] ?? open[0]
  if (winner === undefined)
    return { nub, verdict: 'none', driver: null, also: [], winner: null, reason: userSpaceText(nub) ?? '' }
  const also = [...ordered, ...open].filter((one) => one !== winner).map(({ driver }) => driver)
  const verdict = open.includes(winner) ? 'maybe' : winner.driver.from === 'kext' ? 'kext' : 'native'
  return { nub, verdict, driver: winner.driver, also, winner, reason: claimText(winner) }
}

/** The default category first, then by score. */
function weight({ driver }: Claim): number {
  return (driver.category === kIODefaultMatchCategoryKey ? 0 : 1e10) - (driver.score ?? 0)
}

function claimText(claim: Claim): string {
  const { driver, decisive, breadth, pattern } = claim
  if (driver.from === 'macOS') return 'By class.'
  const beside = driver.category === kIODefaultMatchCategoryKey ? ''
    : ` Category ${driver.category}.`
  if (breadth === 'all') return `It asks for every ${driver.providerClass}; its own code decides.${beside}`
  if (breadth === 'maker') return `It asks for every device of the maker; its own code decides.${beside}`
  if (pattern !== null) return `${pattern} fit.${beside}`
  if (decisive === null) return `Its keys fit.${beside}`
  return shorten(`${decisive.key} fits: ${decisive.found ?? decisive.wanted ?? ''}.`) + beside
}

function userSpaceText({ interface: own }: SubjectNub): string | null {
  const what = own?.triple[0] == null ? undefined : userSpaceClasses.get(own.triple[0])
  return what === undefined ? null : `Programs of macOS drive ${what} without a kernel driver.`
}

/** What to say of a device that nothing takes. */
function without(
  subject: CoverageSubject, world: CoverageWorld,
): { readonly verdict: CoverageVerdict; readonly reason: string } {
  const forPrograms = subject.nubs.map(userSpaceText).find((text) => text !== null)
  if (forPrograms !== undefined) return { verdict: 'native', reason: forPrograms }
  if (!subject.wantsDriver)
    return { verdict: 'notNeeded', reason: 'A part of the chipset: it works as the firmware left it.' }
  const [nub] = subject.nubs
  const nearest = nub === undefined ? null : world.nearest(nub.index)
  const isBlind = subject.kind === 'usb' && subject.deviceClass === null
  const text = nearest === null ? 'No personality asks for it.' : `None fits. Of the same maker: ${nearest}`
  const reason = subject.remark === null ? text : `${text} ${subject.remark}`
  return { verdict: isBlind && nearest === null ? 'unknown' : 'none', reason }
}

/** Interfaces of the present family; what only an old kext takes stands there too. */
function interfacesOf(judged: readonly NubJudgement[]): CoveredInterface[] {
  const byPlace = new Map<string, NubJudgement>()
  for (const one of judged) {
    if (one.nub.interface === null) continue
    const place = `${one.nub.interface.configuration}.${one.nub.interface.number}`
    const known = byPlace.get(place)
    if (known === undefined || RANK.indexOf(one.verdict) < RANK.indexOf(known.verdict))
      byPlace.set(place, one)
  }
  return [...byPlace.values()].map(({ nub, verdict, driver, reason }) => {
    const { configuration, number, triple } = nub.interface!
    const isForPrograms = verdict === 'none' && reason !== ''
    return {
      configuration, number, interfaceClass: tripleText(triple), verdict: isForPrograms ? 'native' : verdict,
      driver,
      reason: reason === '' ? 'No personality asks for it.' : reason,
    }
  })
}

/**
 * Categories of a nub that several kexts claim. Those that ask for everything are no rivals: their code
 * decides.
 */
function conflictsOf(subject: CoverageSubject, claims: readonly Claim[]): CoverageConflict[] {
  const { address, ids, name } = subject
  const rivals = claims.filter(({ driver, breadth }) => driver.from === 'kext'
    && (breadth === 'device' || breadth === 'class'))
  const byCategory = Map.groupBy(rivals.map(({ driver }) => driver), ({ category }) => category)
  return [...byCategory].flatMap(([category, [winner, ...others]]) => {
    const byBundle = Map.groupBy(others.filter((one) => one.bundle !== winner!.bundle), ({ bundle }) =>
      bundle)
    const losers = [...byBundle.values()].map(([first]) => first!)
    if (losers.length === 0) return []
    const byArrivalOrder = losers.some((one) => one.score === winner!.score)
    const rest = losers.map((one) => `${one.bundle ?? one.personality} (${one.score})`).join(', ')
    const text = `${winner!.bundle ?? winner!.personality} (${winner!.score}) comes before ${rest}`
      + `${byArrivalOrder ? '; where scores are equal, the one that is loaded first' : ''}.`
    return [{ address, ids, name, category, winner: winner!, losers, byArrivalOrder, text }]
  })
}
