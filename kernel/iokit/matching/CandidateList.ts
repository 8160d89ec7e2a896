import { IORegistryEntry } from '../registry/index.ts'
import type { IOService } from '../service/IOService.ts'
import { gIONameMatchKey } from './keys.ts'
import { OSCollection, OSString, type OSObject } from '../../libkern/index.ts'
import type { FamilyMatcher } from './MatchableEntry.ts'
import { MatchableEntry } from './MatchableEntry.ts'
import type { Personality } from './Personality.ts'

/** Below this many personalities a scan is faster than the index. */
const kIndexThreshold = 32

/**
 * The personalities for providers of one class, in the kernel's order: score, then nearer provider class, then
 * arrival. Large lists carry an index by name and by family key; it only leaves out what cannot match.
 */
export class CandidateList {
  private index: CandidateIndex | null = null

  constructor(readonly ordered: readonly Personality[]) {}

  /** Those that may match this service, in order. */
  for(service: IOService): readonly Personality[] {
    if (this.ordered.length < kIndexThreshold) return this.ordered
    const matcher = indexableMatcher(service)
    if (this.index === null || this.index.matcher !== matcher) this.index = new CandidateIndex(this.ordered, matcher)
    return this.index.select(service)
  }
}

/** The family's matcher, if the service leaves all of the family's matching to it. */
function indexableMatcher(service: IOService): FamilyMatcher | null {
  if (service.matchPropertyTable !== MatchableEntry.prototype.matchPropertyTable) return null
  return service.getFamilyMatcher()
}

/** Texts of an IONameMatch, or null when some member is none (the scan then ends there: leave it to the matcher). */
function matchNames(value: OSObject | null): string[] | null {
  if (value instanceof OSString) return [value.getCStringNoCopy()]
  if (!(value instanceof OSCollection)) return null
  const names: string[] = []
  for (const name of value.members()) {
    if (!(name instanceof OSString)) return null
    names.push(name.getCStringNoCopy())
  }
  return names
}

/** Positions in an ordered list by key. Keys of names and of the family live in tables of their own. */
class CandidateIndex {
  /** Must be looked at for every service. */
  private readonly always: number[] = []
  /** Names whose comparison is the default one; for services that compare otherwise they join `always`. */
  private readonly named: number[] = []
  private readonly byName = new Map<string, number[]>()
  private readonly byFamilyKey = new Map<string, number[]>()

  constructor(private readonly ordered: readonly Personality[], readonly matcher: FamilyMatcher | null) {
    ordered.forEach((personality, position) => this.enter(personality, position))
  }

  select(service: IOService): readonly Personality[] {
    const lists = [this.always]
    const hasDefaultNames = service.compareName === IORegistryEntry.prototype.compareName
    const named = hasDefaultNames ? this.byName.get(service.getName()) : this.named
    if (named !== undefined && named.length > 0) lists.push(named)
    for (const key of this.matcher?.serviceKeys?.(service) ?? []) {
      const positions = this.byFamilyKey.get(key)
      if (positions !== undefined) lists.push(positions)
    }
    return mergePositions(lists).map((position) => this.ordered[position]!)
  }

  private enter(personality: Personality, position: number): void {
    const names = matchNames(personality.table.getObject(gIONameMatchKey))
    if (names !== null) {
      this.named.push(position)
      for (const name of new Set(names)) append(this.byName, name, position)
      return
    }
    const keys = this.matcher?.tableKeys?.(personality.table) ?? null
    if (keys === null) this.always.push(position)
    else for (const key of new Set(keys)) append(this.byFamilyKey, key, position)
  }
}

function append(lists: Map<string, number[]>, key: string, position: number): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [position])
  else list.push(position)
}

/** Union of ascending lists, ascending, each position once. */
function mergePositions(lists: readonly number[][]): readonly number[] {
  if (lists.length === 1) return lists[0]!
  const merged = ([] as number[]).concat(...lists).sort((a, b) => a - b)
  return merged.filter((position, i) => i === 0 || position !== merged[i - 1])
}
