import { kIOServiceLegacyMatchingRegistryIDKey } from '../../abi/index.ts'
import { OSNumber } from '../../libkern/index.ts'
import { IORegistryEntry } from '../registry/index.ts'
import { logVerboseMatch } from '../service/debugLog.ts'
import type { IOService } from '../service/IOService.ts'
import { newOutcome, type CompiledTable, type MatchOutcome } from './CompiledTable.ts'
import { isOfClass, matchesExclave } from './genericTests.ts'
import { MatchableEntry } from './MatchableEntry.ts'
import { getMatchRecorder, type MatchReason, type MatchRecorder } from './MatchRecorder.ts'

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

function matchClass(service: IOService, compiled: CompiledTable): boolean {
  return compiled.providerClass === null || isOfClass(service, compiled.providerClass)
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

/** Whether the provider, or one above it, satisfies a nested table; entries' legacy parents count too. */
function matchAbove(service: IOService, table: CompiledTable): boolean {
  const alternatives: IOService[] = []
  const matchChain = (start: IOService | null): boolean => {
    for (let where = start; where !== null; where = where.getProvider()) {
      if (matchPassive(where, table, 0, newOutcome())) return true
      const id = where.getProperty(kIOServiceLegacyMatchingRegistryIDKey)
      const other = id instanceof OSNumber ? IORegistryEntry.entryWithID(id.numberValue()) : null
      const parent = other?.asService() ?? null
      if (parent !== null && !alternatives.includes(parent)) alternatives.push(parent)
    }
    return false
  }
  const ownAlternative = service.getProperty(kIOServiceLegacyMatchingRegistryIDKey)
  if (ownAlternative instanceof OSNumber) {
    const parent = IORegistryEntry.entryWithID(ownAlternative.numberValue())?.asService() ?? null
    if (parent !== null) alternatives.push(parent)
  }
  if (matchChain(service.getProvider())) return true
  for (let i = 0; i < alternatives.length; i++) if (matchChain(alternatives[i]!)) return true
  return false
}

function matchAtLocation(service: IOService, table: CompiledTable): boolean {
  const provider = service.getProvider()
  const where = provider?.matchLocation(provider) ?? null
  return where !== null && matchPassive(where, table, 0, newOutcome())
}

/** The same decision with every key told to the recorder; the reason of the refusal, or null. */
function recordedMatch(
  service: IOService,
  compiled: CompiledTable,
  how: { readonly options: number; readonly outcome: MatchOutcome; readonly recorder: MatchRecorder },
): MatchReason | null {
  const { options, outcome, recorder } = how
  const { table } = compiled
  if ((options & kIOServiceClassDone) === 0 && !matchClass(service, compiled)) return 'CLASS'
  if (!matchesExclave(service, compiled.isExclaveProxy, compiled.isUserNotification)) return 'EXCLAVE'
  for (const test of compiled.tests) {
    const isMatch = test.passes(service, outcome)
    const key = test.key.getCStringNoCopy()
    recorder.asked({ service, table, key, wanted: test.wanted, found: test.found(service), isMatch })
    if (!isMatch) return test.reason
  }
  if (compiled.isCovered) return null
  if (!matchFamily(service, compiled, outcome)) return 'FAMILY'
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
