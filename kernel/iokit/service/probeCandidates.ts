import {
  kIOMatchedPersonalityKey, kIOServiceInactiveState, kIOServiceModuleStallState, kIOServiceNeedConfigState,
  kIOServiceRematchOnDetach, kIOServiceSynchronousState, kIOServiceTerminateNeedWillTerminate,
  kIOServiceTerminateWithRematch,
} from '../../abi/index.ts'
import { kOSBooleanTrue as trueObject, OSMetaClass, OSNumber, OSString, OSSymbol, type OSDictionary } from '../../libkern/index.ts'
import { IOLog } from '../../mach/index.ts'
import type { KernelThread } from '../../sim/index.ts'
import { newOutcome } from '../matching/CompiledTable.ts'
import { gIOCatalogue, insertByScore, type Candidate } from '../matching/IOCatalogue.ts'
import {
  gIOMatchCategoryKey, gIOMatchDeferKey, gIOMatchedAtBootKey, gIOProbeScoreKey,
} from '../matching/keys.ts'
import { explainMatch, kIOServiceClassDone, matchPassive } from '../matching/matchPassive.ts'
import { getMatchRecorder, type MatchReason } from '../matching/MatchRecorder.ts'
import { getModuleLoader } from '../matching/ModuleLoader.ts'
import type { Personality } from '../matching/Personality.ts'
import type { ServiceNotifier } from '../notification/ServiceNotifier.ts'
import { gIOServicePlane } from '../registry/index.ts'
import { waitForRoom } from './attach.ts'
import { adjustBusy } from './busy.ts'
import { kIOLogCatalogue, kIOLogMatch, kIOLogProbe, kIOLogStart } from './debugFlags.ts'
import { logDriverIf, logIf, tag } from './debugLog.ts'
import { callBlockingHook, callHook } from './driverFrames.ts'
import type { IOService } from './IOService.ts'
import { serviceState } from './serviceState.ts'
import { startCandidate } from './startCandidate.ts'

/** A driver that probed and waits for its turn to start, with the personality it came from. */
interface Contender {
  readonly instance: IOService
  readonly table: OSDictionary
  readonly score: number
}

/** Outcome of the filter: what matched, and whether some code has yet to be fetched. */
interface Filtered {
  readonly candidates: Candidate[]
  readonly needsModule: boolean
}

/**
 * One pass over the ordered personalities (and publish notifiers) of a nub: filter, probe, start.
 * @xnu iokit/Kernel/IOService.cpp probeCandidates — faithful
 */
export function* probeCandidates(
  nub: IOService, matches: readonly Personality[], publish: readonly ServiceNotifier[],
): KernelThread {
  const { candidates, needsModule } = yield* filter(nub, matches, publish)
  if (needsModule) {
    stallForModule(nub)
    for (const { personality } of candidates) {
      reject(nub, personality.table, 'STALL', 'waiting for another bundle')
      personality.table.release()
    }
    return
  }
  endStall(nub)
  const contenders = new Map<string, Contender[]>()
  for (const candidate of candidates) {
    yield* probe(nub, candidate, contenders)
    candidate.personality.table.release()
  }
  let isDeferred = false
  for (const category of contenders.values()) isDeferred = yield* startCategory(nub, category, isDeferred)
}

function reject(nub: IOService, table: OSDictionary, reason: MatchReason, detail: string): void {
  getMatchRecorder()?.rejected(nub, table, reason, detail)
}

/** Walks personalities and notifiers from the highest down; equal: personalities first. */
function* filter(
  nub: IOService, matches: readonly Personality[], publish: readonly ServiceNotifier[],
): KernelThread<Filtered> {
  const candidates: Candidate[] = []
  let next = 0
  let outcome = newOutcome()
  for (const personality of matches) {
    while (next < publish.length && publish[next]!.priority > personality.score) yield* publish[next++]!.invoke(nub)
    if (personality.isRemoved) continue
    const reason = consider(nub, personality, outcome)
    if (reason !== null) {
      getMatchRecorder()?.rejected(nub, personality.table, reason, '')
      outcome = outcome.familyAsked || outcome.nameMatched !== null ? newOutcome() : outcome
      continue
    }
    if (!outcome.familyAsked) outcome.value = personality.score
    if (!gIOCatalogue().isModuleLoaded(personality)) {
      logIf(kIOLogCatalogue, () => `${nub.getName()}: stalling for module\n`)
      reject(nub, personality.table, 'STALL', personality.kernelModuleIdentifier ?? '')
      return { candidates, needsModule: true }
    }
    getMatchRecorder()?.matched(nub, personality.table, personality.score, outcome.value)
    personality.table.retain()
    insertByScore(candidates, { personality, outcome })
    outcome = newOutcome()
  }
  while (next < publish.length) yield* publish[next++]!.invoke(nub)
  return { candidates, needsModule: false }
}

/** Whether a personality passes: the reason why not, or null. */
function consider(nub: IOService, personality: Personality, outcome: Candidate['outcome']): MatchReason | null {
  const recorder = getMatchRecorder()
  recorder?.considered(nub, personality.table)
  if (personality.isUserServer) {
    const refusal = (nub.internals.state0 & kIOServiceInactiveState) !== 0
      ? 'INACTIVE' : (serviceState().driverKit?.refuses(nub, personality.table) ?? null)
    if (refusal !== null) return refusal
    if (serviceState().driverKit === null) return 'DEXT-DAEMON'
  }
  const holder = categoryHolder(nub, personality.category)
  if (holder !== null) {
    logDriverIf(personality.table, kIOLogMatch,
      () => `${nub.getName()}: match category ${personality.category} exists\n`)
    replaceBootDriver(nub, holder, personality)
    return 'CATEGORY'
  }
  if (recorder !== null) return explainMatch(nub, personality.compiled, kIOServiceClassDone, outcome)
  return matchPassive(nub, personality.compiled, kIOServiceClassDone, outcome) ? null : 'FAMILY'
}

/** The client that holds a match category of the nub. */
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

/** A driver matched at boot that says how it may be replaced makes way for a better one that came later. */
function replaceBootDriver(nub: IOService, holder: IOService, personality: Personality): void {
  if (holder.getProperty(gIOMatchedAtBootKey) === null || isBoot(personality)) return
  if ((holder.internals.state0 & kIOServiceInactiveState) !== 0) return
  const options = holder.getProperty('IOPrimaryDriverTerminateOptions')
  if (!(options instanceof OSNumber)) return
  if (!matchPassive(nub, personality.compiled, kIOServiceClassDone, newOutcome())) return
  const wanted = options.unsigned32BitValue()
  holder.terminate(wanted | kIOServiceTerminateNeedWillTerminate | kIOServiceTerminateWithRematch)
}

/** Whether a personality belongs to the boot: no bundle, or one of the boot collection. */
function isBoot(personality: Personality): boolean {
  const loader = getModuleLoader()
  return personality.moduleIdentifier === null || loader === null || loader.isBootKext(personality.moduleIdentifier)
}

function stallForModule(nub: IOService): void {
  const { internals } = nub
  if ((internals.state1 & kIOServiceModuleStallState) !== 0) return
  internals.state1 |= kIOServiceModuleStallState
  adjustBusy(nub, 1)
}

function endStall(nub: IOService): void {
  const { internals } = nub
  if ((internals.state1 & kIOServiceModuleStallState) === 0) return
  internals.state1 &= ~kIOServiceModuleStallState
  adjustBusy(nub, -1)
}

/** Makes, initialises, attaches and probes one candidate; what it answers joins its category. */
function* probe(nub: IOService, candidate: Candidate, contenders: Map<string, Contender[]>): KernelThread {
  const { personality } = candidate
  const instance = makeInstance(nub, candidate)
  if (instance === null) return
  yield* waitForRoom(nub)
  if (!instance.attach(nub)) {
    reject(nub, personality.table, 'ATTACH', '')
    instance.release()
    return
  }
  const score = { value: personality.score }
  const own = instance.getProperty(gIOProbeScoreKey)
  if (own instanceof OSNumber) score.value = own.unsigned32BitValue() | 0
  logDriverIf(personality.table, kIOLogProbe,
    () => `${instance.getMetaClass().className}[0x${idText(instance)}]::probe(${nub.getName()})\n`)
  const probed = yield* callBlockingHook(instance, 'probe', () => instance.probe(nub, score))
  instance.detach(nub)
  if (probed === null) {
    logDriverIf(personality.table, kIOLogProbe,
      () => `${instance.getMetaClass().className}[0x${idText(instance)}]::probe fails\n`)
    reject(nub, personality.table, 'PROBE', `${personality.className ?? ''}::probe returned NULL`)
    instance.release()
    return
  }
  getMatchRecorder()?.probed(nub, personality.table, probed, score.value)
  probed.setProperty(gIOProbeScoreKey, score.value >>> 0, 32)
  addContender(contenders, personality.category, { instance: probed, table: personality.table, score: score.value })
  if (probed !== instance) {
    probed.retain()
    instance.release()
  }
}

const idText = (service: IOService): string => service.getRegistryEntryID().toString(16)

/** Allocates the class of a personality and gives it its copy; null when that fails. */
function makeInstance(nub: IOService, candidate: Candidate): IOService | null {
  const { personality, outcome } = candidate
  const { table, className } = personality
  if (className === null) return null
  const object = OSMetaClass.allocClassWithName(className)
  const instance = (object as IOService | null)?.asService?.() ?? null
  if (instance === null) {
    IOLog(`Couldn't alloc class "${className}"\n`)
    reject(nub, table, 'NOCLASS', className)
    object?.release()
    return null
  }
  const copy = personality.copyTable(outcome)
  if (isBoot(personality)) copy.setObject(gIOMatchedAtBootKey, trueObject)
  if (personality.isUserServer) copy.setObject(kIOMatchedPersonalityKey, table)
  const isReady = callHook(instance, 'init', () => instance.init(copy))
  copy.release()
  if (!isReady) {
    logDriverIf(table, kIOLogStart, () => `${className}::init in provider ${tag(nub)} fails\n`)
    reject(nub, table, 'INIT', `${className}::init returned false`)
    instance.release()
    return null
  }
  if ((nub.internals.state1 & kIOServiceSynchronousState) !== 0) {
    instance.internals.state1 |= kIOServiceSynchronousState
  }
  const category = OSSymbol.withCString(personality.category)
  instance.setProperty(gIOMatchCategoryKey, category)
  category.release()
  return instance
}

function addContender(contenders: Map<string, Contender[]>, category: string, contender: Contender): void {
  const list = contenders.get(category)
  if (list === undefined) {
    contenders.set(category, [contender])
    return
  }
  let index = list.length
  while (index > 0 && list[index - 1]!.score < contender.score) index--
  list.splice(index, 0, contender)
}

/** Starts the best of a category that will start; answers whether matching of the nub is deferred from here on. */
function* startCategory(nub: IOService, contenders: readonly Contender[], wasDeferred: boolean): KernelThread<boolean> {
  let isStarted = false
  let isDeferred = wasDeferred
  for (const { instance, table } of contenders) {
    if (isStarted) {
      logDriverIf(table, kIOLogStart, () => `match category exists, skipping ${startLine(nub, instance)}\n`)
      reject(nub, table, 'SCORE', 'a higher score of the same category started')
    } else if (isDeferred || mustDefer(nub, instance)) {
      isDeferred = true
      reject(nub, table, 'DEFER', instance.getMetaClass().className)
    } else {
      logDriverIf(table, kIOLogStart, () => `${startLine(nub, instance)} <${instance.getRetainCount()}>\n`)
      isStarted = yield* startCandidate(nub, instance)
      if (isStarted) getMatchRecorder()?.started(nub, table, instance)
      else noteStartFailure(nub, instance, table)
    }
    instance.release()
  }
  return isDeferred
}

function noteStartFailure(nub: IOService, instance: IOService, table: OSDictionary): void {
  logDriverIf(table, kIOLogStart,
    () => `${tag(instance)}::start(${tag(nub)}) <${instance.getRetainCount()}> failed\n`)
  reject(nub, table, 'START', `${instance.getMetaClass().className}::start returned false`)
}

function startLine(nub: IOService, instance: IOService): string {
  return `${tag(instance)}::start(${nub.getName()})`
}

/** A driver that wants to wait for the kext daemon puts its nub on the list, once. */
function mustDefer(nub: IOService, instance: IOService): boolean {
  const { deferred } = serviceState()
  if (deferred === null || instance.getProperty(gIOMatchDeferKey) !== trueObject) return false
  if (deferred.includes(nub)) return true
  IOLog(`${nub.getName()}(0x${idText(nub)}): matching deferred by ${instance.getName()}\n`)
  nub.retain()
  deferred.push(nub)
  return true
}

/**
 * The kext daemon has launched: nubs whose matching was deferred match again. True when there were any.
 * @xnu iokit/Kernel/IOService.cpp startDeferredMatches — faithful
 */
export function startDeferredMatches(): boolean {
  const state = serviceState()
  const { deferred } = state
  state.deferred = null
  if (deferred === null) return false
  IOLog(`deferred rematching count ${deferred.length}\n`)
  for (const nub of deferred) {
    if ((nub.internals.state1 & kIOServiceNeedConfigState) === 0) nub.registerService()
    nub.release()
  }
  return deferred.length > 0
}
