import type { OSDictionary } from '../../libkern/index.ts'
import { IORegistryEntry } from '../registry/index.ts'
import type { IOService } from '../service/IOService.ts'

/** A probe score on its way through matching: hooks may change it. */
export interface Score {
  value: number
}

/** A table's family keys, compiled: whether the service satisfies them; may change the score. */
export type FamilyPredicate = (service: IOService, score: Score) => boolean

/** What a family files its tables under. */
export type IndexKey = string | number

/**
 * Family keys as predicates that are compiled once per table. One constant object per family.
 * A family that gives one need not write `matchPropertyTable`.
 */
export interface FamilyMatcher {
  compile(table: OSDictionary): FamilyPredicate
  /**
   * Index keys under which the table can match at all (a service that has none of them cannot satisfy it), or null
   * when the table must always be looked at. Only together with `serviceKeys`.
   */
  tableKeys?(table: OSDictionary): readonly IndexKey[] | null
  /** Index keys the service has. */
  serviceKeys?(service: IOService): readonly IndexKey[]
}

/**
 * The part of IOService that the matcher asks: it compares by these defaults which hooks a family has replaced.
 * It has no metaclass of its own.
 */
export class MatchableEntry extends IORegistryEntry {
  /** The family's compiled keys; null when it has none. */
  getFamilyMatcher(): FamilyMatcher | null {
    return null
  }

  /**
   * Family keys of a matching table. The table is shared: read only. An override may change the score.
   * @xnu iokit/Kernel/IOService.cpp matchPropertyTable — faithful
   */
  matchPropertyTable(table: OSDictionary, score: Score): boolean {
    const matcher = this.getFamilyMatcher()
    const service = this.asService()
    return matcher === null || service === null || matcher.compile(table)(service, score)
  }
}
