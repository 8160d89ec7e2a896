import { OSDictionary, OSNumber, OSString, type OSObject, type OSSymbol } from '../../libkern/index.ts'
import type { NameMatch } from '../registry/index.ts'
import type { IOService } from '../service/IOService.ts'
import { genericTests } from './genericTests.ts'
import {
  gIOCompatibilityMatchKey, gIOExclaveProxyKey, gIOLocationMatchKey, gIOParentMatchKey, gIOProbeScoreKey, gIOProviderClassKey,
  gIOServiceNotificationUserKey,
} from './keys.ts'
import type { FamilyMatcher, FamilyPredicate, Score } from './MatchableEntry.ts'
import type { MatchReason } from './MatchRecorder.ts'

/** What matching a table found out beside yes or no. */
export interface MatchOutcome extends Score, NameMatch {
  /** Whether the family was asked (only then is a score written back). */
  familyAsked: boolean
}

/** One generic key of a table, ready to be asked. */
export interface GenericTest {
  readonly key: OSSymbol
  readonly reason: MatchReason
  readonly wanted: OSObject | null
  passes(service: IOService, outcome: MatchOutcome): boolean
  /** What the service has for it, for the recorder. */
  found(service: IOService): OSObject | string | null
}

/** Signed 32-bit value of a score property; 0 for anything but a number. */
export function scoreOf(value: OSObject | null): number {
  return value instanceof OSNumber ? value.unsigned32BitValue() | 0 : 0
}

/**
 * A matching dictionary taken apart once: the generic keys as tests in the kernel's order, what is left to the
 * family, the nested dictionaries. The dictionary must not change meanwhile.
 */
export class CompiledTable {
  readonly score: number
  /** What stands under IOProviderClass, and its text where it is one. */
  readonly wantedClass: OSObject | null
  readonly providerClass: string | null
  readonly tests: readonly GenericTest[]
  /** True when every key was generic: then the family is not asked. */
  readonly isCovered: boolean
  /** What the services show for it counts instead of their own class and properties. */
  readonly isCompatibility: boolean
  readonly isExclaveProxy: boolean
  readonly isUserNotification: boolean
  readonly parentTable: CompiledTable | null
  readonly locationTable: CompiledTable | null
  private matcher: FamilyMatcher | null = null
  private predicate: FamilyPredicate | null = null

  constructor(readonly table: OSDictionary) {
    this.score = scoreOf(table.getObject(gIOProbeScoreKey))
    const wantedClass = table.getObject(gIOProviderClassKey)
    this.wantedClass = wantedClass
    this.providerClass = wantedClass instanceof OSString ? wantedClass.getCStringNoCopy() : null
    const { tests, keysDone } = genericTests(table)
    this.tests = tests
    this.isCovered = keysDone + (this.providerClass === null ? 0 : 1) === table.getCount()
    this.isCompatibility = table.getObject(gIOCompatibilityMatchKey) !== null
    this.isExclaveProxy = table.getObject(gIOExclaveProxyKey) !== null
    this.isUserNotification = table.getObject(gIOServiceNotificationUserKey) !== null
    this.parentTable = nestedTable(table, gIOParentMatchKey)
    this.locationTable = nestedTable(table, gIOLocationMatchKey)
  }

  /** The family keys as compiled by `matcher`; the last matcher's work is kept. */
  familyPredicate(matcher: FamilyMatcher): FamilyPredicate {
    if (this.matcher === matcher && this.predicate !== null) return this.predicate
    this.matcher = matcher
    this.predicate = matcher.compile(this.table)
    return this.predicate
  }
}

function nestedTable(table: OSDictionary, key: OSSymbol): CompiledTable | null {
  const nested = table.getObject(key)
  return nested instanceof OSDictionary ? new CompiledTable(nested) : null
}

export function newOutcome(): MatchOutcome {
  return { value: 0, nameMatched: null, familyAsked: false }
}
