import {
  kIORematchCountKey, kIORematchPersonalityKey, kIOServiceInactiveState, kIOServiceRematchOnDetach,
  kIOServiceTerminateNeedWillTerminate, kIOServiceTerminateWithRematch,
} from '../../abi/index.ts'
import { OSDictionary, OSNumber, OSString, OSSymbol } from '../../libkern/index.ts'
import { IOLog } from '../../mach/index.ts'
import type { KernelThread } from '../../sim/index.ts'
import { newOutcome, type MatchOutcome } from '../matching/CompiledTable.ts'
import { gIOCatalogue, insertByScore, type Candidate } from '../matching/IOCatalogue.ts'
import { gIOMatchCategoryKey, gIOMatchedAtBootKey } from '../matching/keys.ts'
import { explainMatch, kIOServiceClassDone, matchPassive } from '../matching/matchPassive.ts'
import { getMatchRecorder, type MatchReason } from '../matching/MatchRecorder.ts'
import { isBootPersonality } from '../matching/ModuleLoader.ts'
import type { Personality } from '../matching/Personality.ts'
import type { ServiceNotifier } from '../notification/ServiceNotifier.ts'
import { gIOServicePlane } from '../registry/index.ts'
import { kIOLogCatalogue, kIOLogMatch } from './debugFlags.ts'
import { logDriverIf } from './debugLog.ts'
import type { IOService } from './IOService.ts'
import { serviceState } from './serviceState.ts'

const kIODEXTMatchCountKey = 'IODEXTMatchCount'
const gIORematchPersonalityKey = OSSymbol.permanent(kIORematchPersonalityKey)

/** What the filter leaves: personalities that match, in order, and whether some code has yet to be fetched. */
export interface Filtered {
  readonly candidates: readonly Candidate[]
  readonly needsModule: boolean
}

/** Tells the recorder, if there is one, that a personality is out, and why. */
export function reject(nub: IOService, table: OSDictionary, reason: MatchReason, detail: string): void {
  getMatchRecorder()?.rejected(nub, table, reason, detail)
}

/** What a pass remembers of driver extensions: how many match, and which one alone may after a crash. */
class ExtensionPass {
  matchCount = 0
  private readonly personality: OSDictionary | null
  private readonly rematches: number | null

  constructor(private readonly nub: IOService) {
    const personality = nub.getProperty(gIORematchPersonalityKey)
    this.personality = personality instanceof OSDictionary ? personality : null
    const count = this.personality === null ? null : nub.getProperty(kIORematchCountKey)
    this.rematches = count instanceof OSNumber ? count.unsigned32BitValue() : null
    this.personality?.retain()
    if (this.personality !== null) nub.removeProperty(gIORematchPersonalityKey)
  }

  /** Why a driver extension cannot be used for the nub now; null: it can. */
  refusal({ table }: Personality): MatchReason | null {
    const { driverKit, dextRelaunchMax } = serviceState()
    if (driverKit === null) return 'DEXT-DAEMON'
    const refusal = driverKit.refuses(this.nub, table)
    if (refusal !== null) return refusal
    if (dextRelaunchMax === 0 && this.rematches !== null) return 'DEXT-LIMIT'
    return this.nub.isInactive() ? 'INACTIVE' : null
  }

  /** After a crash only the crashed extension's own personality may match, and when it crashed too often only others. */
  mayRematch({ table }: Personality): boolean {
    if (this.personality === null) return true
    const isSame = table.isEqualTo(this.personality)
    return (this.rematches ?? 0) > serviceState().dextRelaunchMax ? !isSame : isSame
  }

  /** The end of the pass: the nub says how many extensions it could have. */
  publish(): void {
    if (this.matchCount > 0) this.nub.setProperty(kIODEXTMatchCountKey, this.matchCount, 32)
    else if (this.personality !== null) this.nub.removeProperty(kIODEXTMatchCountKey)
    this.personality?.release()
  }
}

/**
 * The first part of a pass: walks personalities and publish notifiers from the highest down; equal: personalities
 * first. Ends early at a personality whose code has to be fetched. The candidates' tables are retained. One that
 * is taken out of the catalogue meanwhile still has its turn: the pass after this one is without it.
 * @xnu iokit/Kernel/IOService.cpp probeCandidates — faithful
 */
export function* filterCandidates(
  nub: IOService, matches: readonly Personality[], publish: readonly ServiceNotifier[],
): KernelThread<Filtered> {
  const candidates: Candidate[] = []
  const extensions = new ExtensionPass(nub)
  let needsModule = false
  let next = 0
  let outcome = newOutcome()
  for (const { table } of matches) table.retain()
  // By index: a generator saves an iterator for each `for of` around its `yield`.
  for (let i = 0; i < matches.length; i++) {
    const personality = matches[i]!
    while (next < publish.length && publish[next]!.priority > personality.score) yield* notify(nub, publish[next++]!)
    const reason = consider({ nub, personality, outcome, extensions })
    if (reason !== null) {
      reject(nub, personality.table, reason, '')
      outcome = outcome.familyAsked || outcome.nameMatched !== null ? newOutcome() : outcome
      continue
    }
    if (!outcome.familyAsked) outcome.value = personality.score
    needsModule = !gIOCatalogue().isModuleLoaded(personality)
    if (needsModule) {
      logDriverIf(personality.table, kIOLogCatalogue, () => `${nub.getName()}: stalling for module\n`)
      reject(nub, personality.table, 'STALL', personality.kernelModuleIdentifier ?? '')
      break
    }
    getMatchRecorder()?.matched(nub, personality.table, personality.score, outcome.value)
    personality.table.retain()
    insertByScore(candidates, { personality, outcome })
    outcome = newOutcome()
  }
  if (!needsModule) for (const notifier of publish.slice(next)) yield* notify(nub, notifier)
  for (const { table } of matches) table.release()
  extensions.publish()
  return { candidates, needsModule }
}

/** A publish notification, in its place among the personalities; not for a nub that is going. */
function* notify(nub: IOService, notifier: ServiceNotifier): KernelThread {
  if (!nub.isInactive()) yield* notifier.invoke(nub)
}

interface Consideration {
  readonly nub: IOService
  readonly personality: Personality
  readonly outcome: MatchOutcome
  readonly extensions: ExtensionPass
}

/** Whether a personality passes: the reason why not, or null. */
function consider({ nub, personality, outcome, extensions }: Consideration): MatchReason | null {
  const { table, isUserServer, category } = personality
  getMatchRecorder()?.considered(nub, table)
  const refusal = isUserServer ? extensions.refusal(personality) : null
  if (refusal !== null) return refusal
  const holder = categoryHolder(nub, category)
  let mayReplace = false
  if (holder !== null) {
    if (nub !== serviceState().resources) {
      logDriverIf(table, kIOLogMatch, () => `${nub.getName()}: match category ${category} exists\n`)
    }
    mayReplace = holder.getProperty(gIOMatchedAtBootKey) !== null && !isBootPersonality(personality)
    if (!isUserServer && !mayReplace) return 'CATEGORY'
  }
  const reason = match(nub, personality, outcome)
  if (reason !== null) return reason
  if (holder !== null && mayReplace && canReplace(holder)) {
    holder.terminate(kIOServiceTerminateNeedWillTerminate | kIOServiceTerminateWithRematch)
    return 'CATEGORY'
  }
  if (isUserServer) extensions.matchCount++
  if (holder !== null) return 'CATEGORY'
  return extensions.mayRematch(personality) ? null : 'DEXT-LIMIT'
}

function match(nub: IOService, { compiled }: Personality, outcome: MatchOutcome): MatchReason | null {
  if (getMatchRecorder() !== null) return explainMatch(nub, compiled, kIOServiceClassDone, outcome)
  return matchPassive(nub, compiled, kIOServiceClassDone, outcome) ? null : 'FAMILY'
}

/** The client that holds a match category of the nub. @xnu iokit/Kernel/IOService.cpp copyClientWithCategory — faithful */
function categoryHolder(nub: IOService, category: string): IOService | null {
  for (const entry of nub.childLinks(gIOServicePlane)?.members ?? []) {
    const client = entry.asService()
    if (client === null) continue
    const { state0, state1 } = client.internals
    if ((state0 & kIOServiceInactiveState) !== 0 && (state1 & kIOServiceRematchOnDetach) === 0) continue
    const held = client.getProperty(gIOMatchCategoryKey)
    if (held instanceof OSString && held.getCStringNoCopy() === category) return client
  }
  return null
}

/**
 * Whether a driver matched at boot may make way: it says so, the root disk is known, and does not hang on it.
 * @xnu iokit/Kernel/IOService.cpp canTerminateForReplacement — faithful
 */
function canReplace(holder: IOService): boolean {
  const { rootMediaParent } = serviceState()
  if (holder.getProperty('IOPrimaryDriverTerminateOptions') === null || rootMediaParent == null) return false
  for (let step: IOService | null = rootMediaParent; step !== null; step = step.getProvider()) {
    if (step !== holder) continue
    const id = holder.getRegistryEntryID().toString(16)
    IOLog(`Can't replace primary matched driver on root media ${holder.getName()}-0x${id}\n`)
    return false
  }
  return true
}
