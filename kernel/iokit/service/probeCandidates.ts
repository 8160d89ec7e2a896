import {
  kIOMatchedPersonalityKey, kIOServiceModuleStallState, kIOServiceSynchronousState,
} from '../../abi/index.ts'
import { kOSBooleanTrue as trueObject, OSMetaClass, OSNumber, OSSymbol } from '../../libkern/index.ts'
import { IOLog } from '../../mach/index.ts'
import { isKernelThread, type KernelThread } from '../../sim/index.ts'
import type { Candidate } from '../matching/IOCatalogue.ts'
import { gIOMatchCategoryKey, gIOMatchedAtBootKey, gIOProbeScoreKey } from '../matching/keys.ts'
import { getMatchRecorder } from '../matching/MatchRecorder.ts'
import { isBootPersonality } from '../matching/ModuleLoader.ts'
import type { Personality } from '../matching/Personality.ts'
import type { ServiceNotifier } from '../notification/ServiceNotifier.ts'
import { adjustBusy } from './busy.ts'
import { debugFlagsFor, hasVerboseMatchLogs, kIOLogMatch, kIOLogProbe, kIOLogStart } from './debugFlags.ts'
import { logDriverIf, tag } from './debugLog.ts'
import { beginHook, callHook } from './driverFrames.ts'
import { filterCandidates, reject } from './filterCandidates.ts'
import type { IOService } from './IOService.ts'
import { addContender, startCategories, type Contenders } from './startCategories.ts'

export { startDeferredMatches } from './startCategories.ts'

/**
 * One pass over the ordered personalities (and publish notifiers) of a nub: filter, probe, start. While code is being
 * fetched nothing is probed, and the nub stays busy until a pass has come to its end.
 * @xnu iokit/Kernel/IOService.cpp probeCandidates — faithful
 */
export function* probeCandidates(
  nub: IOService, matches: readonly Personality[], publish: readonly ServiceNotifier[],
): KernelThread {
  const { candidates, needsModule } = yield* filterCandidates(nub, matches, publish)
  const contenders: Contenders = new Map()
  // By index: a generator saves an iterator for each `for of` around its `yield`.
  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i]!
    if (needsModule) reject(nub, candidate.personality.table, 'STALL', 'waiting for another bundle')
    else yield* probe(nub, candidate, contenders)
    candidate.personality.table.release()
  }
  const last = candidates.at(-1)
  if (hasVerboseMatchLogs() && last !== undefined) logContenders(nub, last, contenders)
  yield* startCategories(nub, contenders)
  adjustStall(nub, needsModule)
}

/** The nub is busy while matching waits for code: from the pass that met it to the end of the first complete one. */
function adjustStall(nub: IOService, needsModule: boolean): void {
  const { internals } = nub
  const isStalled = (internals.state1 & kIOServiceModuleStallState) !== 0
  if (needsModule === isStalled) return
  internals.state1 ^= kIOServiceModuleStallState
  adjustBusy(nub, needsModule ? 1 : -1)
}

/** `iokit_print_verbose_match_logs`: all drivers that may start. The first line counts those of the last category. */
function logContenders(nub: IOService, { personality }: Candidate, contenders: Contenders): void {
  if (contenders.size === 0 || (debugFlagsFor(personality.table) & kIOLogMatch) === 0) return
  const head = `${nub.getName()}(0x${idText(nub)}):`
  IOLog(`${head} ${contenders.get(personality.category)?.length ?? 0} categories\n`)
  for (const [category, list] of contenders) {
    IOLog(`${head} category ${category}, ${list.length} matches\n`)
    for (const { instance, score } of list) {
      const name = instance.getName()
      IOLog(`${head} category ${category}: matched ${name}, probe score ${score >>> 0}\n`)
    }
  }
}

/** Makes, initialises, attaches and probes one candidate; what it answers joins its category. */
function* probe(nub: IOService, candidate: Candidate, contenders: Contenders): KernelThread {
  const { personality } = candidate
  const { table } = personality
  const instance = makeInstance(nub, candidate)
  if (instance === null) return
  const attached = instance.attachWaiting(nub)
  if (!(isKernelThread(attached) ? yield* attached : attached)) {
    reject(nub, table, 'ATTACH', '')
    instance.release()
    return
  }
  const own = instance.getProperty(gIOProbeScoreKey)
  const score = { value: own instanceof OSNumber ? own.unsigned32BitValue() | 0 : personality.score }
  const { className } = instance.getMetaClass()
  logDriverIf(table, kIOLogProbe, () => `${className}[0x${idText(instance)}]::probe(${nub.getName()})\n`)
  const answer = beginHook(instance, 'probe', () => instance.probe(nub, score))
  const probed = isKernelThread(answer) ? yield* answer : answer
  instance.detach(nub)
  if (probed === null) {
    logDriverIf(table, kIOLogProbe, () => `${className}[0x${idText(instance)}]::probe fails\n`)
    reject(nub, table, 'PROBE', `${personality.className ?? ''}::probe returned NULL`)
    instance.release()
    return
  }
  getMatchRecorder()?.probed(nub, table, probed, score.value)
  probed.setProperty(gIOProbeScoreKey, score.value >>> 0, 32)
  addContender(contenders, personality.category, { instance: probed, table, score: score.value | 0 })
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
  if (isBootPersonality(personality)) copy.setObject(gIOMatchedAtBootKey, trueObject)
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
