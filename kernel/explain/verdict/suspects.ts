import type { PanicEvidence, PanicSuspect, SuspectWeight } from '../../api/index.ts'
import { isFamily, isThirdParty, type PanicView } from './PanicView.ts'
import type { BacktraceRole, Finding, Lead } from './VerdictRule.ts'
import { oneOf } from './oneOf.ts'

const MAX_SUSPECTS = 8
/** A kext started so shortly before the panic is worth a look. */
const RECENT_SECONDS = 30
const WEIGHTS: Readonly<Record<SuspectWeight, number>> = { strong: 3, fair: 2, weak: 1 }

/** Kexts that check or report and so are in many backtraces. */
const BYSTANDERS = oneOf(
  /^com\.apple\.(?:sptm|txm|kec\.\w+)$/u,
  /^com\.apple\.driver\.(?:watchdog|AppleARMWatchdogTimer|AppleSMCWatchdog|AppleARMPlatform|Apple\w*DART)$/u,
  /^com\.apple\.driver\.(?:AppleInterruptController|ApplePMGR|AppleACPIPlatform|AppleSMC)$/u,
)

/** Kexts that are made to patch others: their being loaded says that the system is not as delivered. */
const PATCHERS =
  oneOf(
    /lilu|whatevergreen|airportitlwm|virtualsmc|applealc|noot|brcmpatch|restrictevents|cpufriend/iu,
    /nvmefix|cryptexfixup|featureunlock/iu,
  )

export const kindOf = (bundle: string): PanicSuspect['kind'] =>
  isThirdParty(bundle) ? 'third-party' : isFamily(bundle) ? 'family' : 'apple'

function lower(weight: SuspectWeight): SuspectWeight {
  return weight === 'strong' ? 'fair' : 'weak'
}

/** What a kext's being in the backtrace weighs, by the part that the backtrace plays. */
function weightInBacktrace(role: BacktraceRole, bundle: string, position: number): SuspectWeight | null {
  if (role === 'reporter') return isThirdParty(bundle) ? 'weak' : null
  if (role === 'victim') return isThirdParty(bundle) ? 'fair' : 'weak'
  if (BYSTANDERS.test(bundle)) return 'weak'
  const weight: SuspectWeight = isThirdParty(bundle) ? 'strong' : position === 0 ? 'fair' : 'weak'
  return isFamily(bundle) && position > 0 ? lower(weight) : weight
}

function sayInBacktrace(role: BacktraceRole, position: number, isFault: boolean): string {
  if (role === 'blocked')
    return position === 0 ? 'its code is where the blocked thread waits' : 'its code called what waits'
  if (role === 'victim') return 'its code ran into the damage; it may have done it or not'
  if (isFault) return 'the fault is in its code'
  return position === 0
    ? 'its code is the nearest to the panic'
    : `its code is in the backtrace, ${position} kext${position === 1 ? '' : 's'} further down`
}

/** Kexts whose code is in the backtrace, nearest to the panic first. */
function fromFrames(panic: PanicView, role: BacktraceRole): Lead[] {
  const leads: Lead[] = []
  const seen = new Set<string>()
  const frames = panic.realFrames()
  const top = frames[0]
  for (const { frame, derived } of frames) {
    const { bundle } = derived
    if (bundle === null || seen.has(bundle)) continue
    const position = seen.size
    seen.add(bundle)
    const isFault =
      derived === top?.derived &&
      panic.facts.derived.fault !== null &&
      panic.facts.derived.firstFrame !== null
    const weight = isFault && role === 'culprit' ? 'strong' : weightInBacktrace(role, bundle, position)
    if (weight === null) continue
    leads.push({
      bundle,
      kind: kindOf(bundle),
      weight,
      evidence: [panic.evidence(frame.line, sayInBacktrace(role, position, isFault))],
    })
  }
  return leads
}

/** Kexts that the report lists as having code in the backtrace. */
function fromKextBlock(panic: PanicView, role: BacktraceRole): Lead[] {
  const { backtraceKexts } = panic.facts
  return backtraceKexts.flatMap(({ id, line }, index): Lead[] => {
    const alone = backtraceKexts.length === 1
    const weight = weightInBacktrace(role, id, alone ? 0 : index + 1)
    if (weight === null) return []
    const says = `the report lists it among ${alone ? 'the' : `${backtraceKexts.length}`} kexts with code `
      + `in the backtrace${alone ? ', alone' : ''}`
    return [{ bundle: id, kind: kindOf(id), weight, evidence: [panic.evidence(line, says)] }]
  })
}

/** The instruction that faulted lies in the range of a kext. */
function fromFault(panic: PanicView): Lead[] {
  const { fault } = panic.facts.derived
  if (fault?.instruction == null) return []
  const at = BigInt(fault.instruction)
  const kext = panic.facts.backtraceKexts.find(
    ({ start, end }) => start !== null && end !== null && at >= BigInt(start) && at <= BigInt(end),
  )
  return kext === undefined
    ? []
    : [
        {
          bundle: kext.id,
          kind: kindOf(kext.id),
          weight: 'strong',
          evidence: [panic.evidence(kext.line, `the instruction at ${fault.instruction} lies in its range`)],
        },
      ]
}

function fromLastKext(panic: PanicView): Lead[] {
  const last = panic.facts.lastStartedKext
  const since = panic.facts.derived.secondsSinceLastKext
  if (last === null || since === null || since > RECENT_SECONDS) return []
  if (!isThirdParty(last.id) && since > 5) return []
  return [
    {
      bundle: last.id,
      kind: kindOf(last.id),
      weight: 'weak',
      evidence: [
        panic.evidence(
          last.line,
          `it was started ${since.toFixed(1)} seconds before: a coincidence in time, no more`,
        ),
      ],
    },
  ]
}

/** Third-party kexts that are loaded, for panics where somebody else than the thread has done it. */
function fromLoaded(panic: PanicView, role: BacktraceRole): Lead[] {
  if (role !== 'victim') return []
  return panic.facts.loadedKexts
    .filter(({ id }) => isThirdParty(id))
    .slice(0, 4)
    .map(({ id }) => ({
      bundle: id,
      kind: 'third-party' as const,
      weight: 'weak' as const,
      evidence: [
        {
          line: null,
          text: id,
          says: PATCHERS.test(id) ? 'it is loaded and patches other code' : 'it is loaded and not Apple\'s',
        },
      ],
    }))
}

/** Puts what is said of the same suspect together; the best weight counts. */
function merged(leads: readonly Lead[]): Lead[] {
  const byBundle = new Map<string, { lead: Lead; evidence: PanicEvidence[]; sum: number }>()
  for (const lead of leads) {
    const found = byBundle.get(lead.bundle)
    if (found === undefined) {
      byBundle.set(lead.bundle, { lead, evidence: [...lead.evidence], sum: WEIGHTS[lead.weight] })
      continue
    }
    found.evidence.push(
      ...lead.evidence.filter(
        ({ line, says }) => !found.evidence.some((known) => known.line === line && known.says === says),
      ),
    )
    if (WEIGHTS[lead.weight] > WEIGHTS[found.lead.weight]) found.lead = { ...found.lead, weight: lead.weight }
    found.sum += WEIGHTS[lead.weight] / 10
  }
  return [...byBundle.values()]
    .map(({ lead, evidence, sum }) => ({ lead: { ...lead, evidence }, sum }))
    .toSorted((a, b) => WEIGHTS[b.lead.weight] - WEIGHTS[a.lead.weight] || b.sum - a.sum)
    .map(({ lead }) => lead)
}

/** Everybody who may have caused the panic, the most likely first. */
export function suspectsOf(panic: PanicView, finding: Finding): PanicSuspect[] {
  const role = finding.backtrace
  const leads = merged([
    ...(finding.leads ?? []),
    ...(role === 'culprit' ? fromFault(panic) : []),
    ...fromFrames(panic, role),
    ...fromKextBlock(panic, role),
    ...(role === 'reporter' ? [] : fromLastKext(panic)),
    ...fromLoaded(panic, role),
  ])
  return leads.slice(0, MAX_SUSPECTS).map((lead, index) => ({ ...lead, rank: index + 1 }))
}

/** A panic with words but no kext, all of whose frames are the kernel's: the kernel is where to look. */
export function kernelSuspect(panic: PanicView): PanicSuspect[] {
  const frames = panic.realFrames()
  const named = frames.filter(({ derived }) => derived.function !== null && !derived.isMachinery)
  const isWhole =
    panic.facts.backtraceKexts.length === 0 && named.length >= 2 && panic.facts.derived.firstFrame !== null
  if (!isWhole || frames.some(({ derived }) => derived.bundle !== null)) return []
  return [
    {
      bundle: 'kernel',
      kind: 'kernel',
      rank: 1,
      weight: 'weak',
      evidence: [
        panic.evidence(
          named[0]!.frame.line,
          `only the kernel's own code is in the backtrace, ${named[0]!.derived.function} first`,
        ),
      ],
    },
  ]
}
