import { kIOServiceLegacyMatchingRegistryIDKey, kIOServiceMatchedState } from '../../abi/index.ts'
import { OSNumber, type OSMetaClass } from '../../libkern/index.ts'
import { IORegistryEntry } from '../registry/index.ts'
import { logVerboseMatch } from '../service/debugLog.ts'
import type { IOService } from '../service/IOService.ts'
import { newOutcome, type CompiledTable, type MatchOutcome } from './CompiledTable.ts'
import { compatibilityClass, isOfClass, matchesExclave } from './genericTests.ts'
import { MatchableEntry } from './MatchableEntry.ts'
import { familyRefusal, getMatchRecorder, type MatchReason, type MatchRecorder } from './MatchRecorder.ts'

/** The class of the service is known to fit: IOProviderClass is not asked. */
export const kIOServiceClassDone = 0x00000002

/**
 * Whether the service satisfies a matching table: generic keys, then the family, then parents or location.
 * Changes nothing; what a personality copy must be told is left in `outcome`.
 * @xnu iokit/Kernel/IOService.cpp matchPassive — faithful
 */
export function matchPassive(
  service: IOService, compiled: CompiledTable, options: number, outcome: MatchOutcome,
): boolean {
  const recorder = getMatchRecorder()
  if (recorder !== null) return recordedMatch(service, compiled, { options, outcome, recorder }) === null
  if ((options & kIOServiceClassDone) === 0 && !matchClass(service, compiled)) return false
  const tests = compiled.tests
  for (let i = 0; i < tests.length; i++) if (!tests[i]!.passes(service, outcome)) return false
  if (!compiled.isCovered) {
    if (!matchFamily(service, compiled, outcome)) return false
    if (compiled.parentTable !== null) {
      if (!matchAbove(service, compiled.parentTable)) return false
    } else if (compiled.locationTable !== null && !matchAtLocation(service, compiled.locationTable)) return false
  }
  return matchesExclave(service, compiled.isExclaveProxy, compiled.isUserNotification)
}

/** The class by name; in a compatibility match a class that the service shows is left to that test. */
function matchClass(service: IOService, compiled: CompiledTable): boolean {
  if (compiled.providerClass === null || isOfClass(service, compiled.providerClass)) return true
  return compiled.isCompatibility && compatibilityClass(service) !== null
}

/** Asks the family: compiled keys where its class leaves `matchPropertyTable` alone, else the override. */
function matchFamily(service: IOService, compiled: CompiledTable, outcome: MatchOutcome): boolean {
  outcome.value = compiled.score
  outcome.familyAsked = true
  let isMatch: boolean
  if (service.matchPropertyTable === MatchableEntry.prototype.matchPropertyTable) {
    const matcher = service.getFamilyMatcher()
    isMatch = matcher === null || compiled.familyPredicate(matcher)(service, outcome)
  } else {
    isMatch = service.matchPropertyTable(compiled.table, outcome)
  }
  if (!isMatch) logVerboseMatch(service, compiled.table)
  return isMatch
}

/** The service that an entry names as another place to look for parents; null without one. */
function legacyID(where: IOService): OSNumber | null {
  const id = where.getProperty(kIOServiceLegacyMatchingRegistryIDKey)
  return id instanceof OSNumber ? id : null
}

/** A matched service by identifier, as `copyMatchingService` would find it. */
function matchedServiceWithID(id: OSNumber): IOService | null {
  const service = IORegistryEntry.entryWithID(id.numberValue())?.asService() ?? null
  if (service === null || (service.getState() & kIOServiceMatchedState) === 0) return null
  return service.isInactive() ? null : service
}

/**
 * Whether the provider, or one above it, satisfies a nested table. At the top the walk goes on from services that
 * entries on the way named as other parents, the last named first; it ends at one that is not there.
 */
function matchAbove(service: IOService, table: CompiledTable): boolean {
  const named: OSNumber[] = []
  const seen = new Set<IOService>([service])
  let where: IOService | null = service
  for (;;) {
    const id: OSNumber | null = legacyID(where)
    if (id !== null) named.push(id)
    where = where.getProvider()
    if (where === null) {
      const next = named.pop()
      where = next === undefined ? null : matchedServiceWithID(next)
      if (where === null || seen.has(where)) return false
      seen.add(where)
    }
    if (matchPassive(where, table, 0, newOutcome())) return true
  }
}

function matchAtLocation(service: IOService, table: CompiledTable): boolean {
  const provider = service.getProvider()
  const where = provider?.matchLocation(provider) ?? null
  return where !== null && matchPassive(where, table, 0, newOutcome())
}

/** Tells the recorder of the class: what the service has is its chain of classes, nearest first. */
function recordClass(service: IOService, compiled: CompiledTable, isMatch: boolean, recorder: MatchRecorder): void {
  if (compiled.providerClass === null) return
  const { table, wantedClass: wanted } = compiled
  const found = classChain(service.getMetaClass())
  recorder.asked({ service, table, key: 'IOProviderClass', wanted, found, isMatch })
}

/** Texts made already: one class is told for each of thousands of personalities. */
const classChains = new WeakMap<OSMetaClass, string>()

/** `IOPCIDevice : IOService : IORegistryEntry : OSObject`. */
function classChain(metaClass: OSMetaClass): string {
  let text = classChains.get(metaClass)
  if (text === undefined) {
    const above = metaClass.superMetaClass
    text = above === null ? metaClass.className : `${metaClass.className} : ${classChain(above)}`
    classChains.set(metaClass, text)
  }
  return text
}

/** The same decision with every key told to the recorder; the reason of the refusal, or null. */
function recordedMatch(
  service: IOService,
  compiled: CompiledTable,
  how: { readonly options: number; readonly outcome: MatchOutcome; readonly recorder: MatchRecorder },
): MatchReason | null {
  const { options, outcome, recorder } = how
  const { table } = compiled
  if ((options & kIOServiceClassDone) === 0) {
    const isMatch = matchClass(service, compiled)
    recordClass(service, compiled, isMatch, recorder)
    if (!isMatch) return 'CLASS'
  }
  if (!matchesExclave(service, compiled.isExclaveProxy, compiled.isUserNotification)) return 'EXCLAVE'
  const { tests } = compiled
  for (let i = 0; i < tests.length; i++) {
    const test = tests[i]!
    const isMatch = test.passes(service, outcome)
    const key = test.key.getCStringNoCopy()
    recorder.asked({ service, table, key, wanted: test.wanted, found: test.found(service), isMatch })
    if (!isMatch) return test.reason
  }
  if (compiled.isCovered) return null
  const refusal = familyRefusal(() => matchFamily(service, compiled, outcome))
  if (refusal !== null) return refusal
  if (compiled.parentTable !== null) return matchAbove(service, compiled.parentTable) ? null : 'PARENT'
  if (compiled.locationTable !== null) return matchAtLocation(service, compiled.locationTable) ? null : 'LOCATION'
  return null
}

/** `matchPassive` that tells why not; for passes that are being recorded. */
export function explainMatch(
  service: IOService, compiled: CompiledTable, options: number, outcome: MatchOutcome,
): MatchReason | null {
  const recorder = getMatchRecorder()
  if (recorder !== null) return recordedMatch(service, compiled, { options, outcome, recorder })
  return matchPassive(service, compiled, options, outcome) ? null : 'FAMILY'
}
