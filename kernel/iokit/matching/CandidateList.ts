import type { IOService } from '../service/IOService.ts'
import { IORegistryEntry } from '../registry/index.ts'
import { indexableProperties, matchNames, valueKey, type PropertyPair } from './indexKeys.ts'
import { MatchableEntry, type FamilyMatcher, type IndexKey } from './MatchableEntry.ts'
import type { Personality } from './Personality.ts'
import { serviceProperty } from './genericTests.ts'

/** Below this many personalities a scan is faster than the index. */
const kIndexThreshold = 32

/**
 * The personalities for providers of one class, in the kernel's order: score, then nearer provider class, then
 * arrival. Large lists carry an index by name, property and family key; it only leaves out what cannot match.
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

/** Lists of ascending positions, by key. */
type Postings = Map<IndexKey, number[]>

function append(postings: Postings, key: IndexKey, position: number): void {
  const list = postings.get(key)
  if (list === undefined) postings.set(key, [position])
  else list.push(position)
}

/**
 * Which positions of an ordered list a service must be tried against. Each personality is filed under one kind of
 * key: names, else one property of each alternative of its IOPropertyMatch, else its family's keys; else it is
 * tried always.
 */
class CandidateIndex {
  private readonly always: number[] = []
  /** Filed under names: for services that compare names in their own way all of these are tried. */
  private readonly named: number[] = []
  private readonly byName: Postings = new Map()
  /** By the properties that an alternative of IOPropertyMatch asks for, then by their values. */
  private readonly byProperties = new Map<string, PropertyIndex>()
  private readonly byFamilyKey: Postings = new Map()

  constructor(private readonly ordered: readonly Personality[], readonly matcher: FamilyMatcher | null) {
    ordered.forEach((personality, position) => this.enter(personality, position))
  }

  select(service: IOService): readonly Personality[] {
    let positions: readonly number[] = this.always
    const hasDefaultNames = service.compareName === IORegistryEntry.prototype.compareName
    positions = merge(positions, hasDefaultNames ? this.byName.get(service.getName()) : this.named)
    for (const { keys, postings } of this.byProperties.values()) {
      const found = valuesOf(service, keys)
      if (found !== null) positions = merge(positions, postings.get(found))
    }
    if (this.byFamilyKey.size > 0) {
      for (const key of this.matcher?.serviceKeys?.(service) ?? []) {
        positions = merge(positions, this.byFamilyKey.get(key))
      }
    }
    return positions.map((position) => this.ordered[position]!)
  }

  private enter({ table }: Personality, position: number): void {
    const names = matchNames(table)
    const alternatives = names === null ? indexableProperties(table) : null
    if (names !== null) {
      this.named.push(position)
      for (const name of new Set(names)) append(this.byName, name, position)
    } else if (alternatives !== null) {
      this.enterProperties(position, alternatives)
    } else {
      const keys = this.matcher?.tableKeys?.(table) ?? null
      if (keys === null) this.always.push(position)
      else for (const key of new Set(keys)) append(this.byFamilyKey, key, position)
    }
  }

  private enterProperties(position: number, alternatives: readonly PropertyPair[][]): void {
    for (const alternative of alternatives) {
      const pairs = alternative.toSorted(byKey)
      const asked = pairs.map(({ key }) => key.getCStringNoCopy()).join(SEPARATOR)
      let index = this.byProperties.get(asked)
      if (index === undefined) {
        index = { keys: pairs.map(({ key }) => key), postings: new Map() }
        this.byProperties.set(asked, index)
      }
      const values = pairs.map(({ value }) => value).join(SEPARATOR)
      if (index.postings.get(values)?.at(-1) !== position) append(index.postings, values, position)
    }
  }
}

/** The alternatives that ask for the same properties, by their values. */
interface PropertyIndex {
  readonly keys: readonly PropertyPair['key'][]
  readonly postings: Postings
}

const SEPARATOR = '\0'

function byKey(a: PropertyPair, b: PropertyPair): number {
  return a.key.getCStringNoCopy() < b.key.getCStringNoCopy() ? -1 : 1
}

/** The service's values of these properties as one key; null when one is missing or of no indexable kind. */
function valuesOf(service: IOService, keys: readonly PropertyPair['key'][]): string | null {
  let values = ''
  for (let i = 0; i < keys.length; i++) {
    const object = serviceProperty(service, keys[i]!)
    const value = object === null ? null : valueKey(object)
    if (value === null) return null
    values = i === 0 ? value : `${values}${SEPARATOR}${value}`
  }
  return values
}

/** Union of two ascending lists, ascending, each position once. */
function merge(first: readonly number[], second: readonly number[] | undefined): readonly number[] {
  if (second === undefined || second.length === 0) return first
  if (first.length === 0) return second
  const merged: number[] = []
  let i = 0
  let j = 0
  while (i < first.length && j < second.length) {
    const a = first[i]!
    const b = second[j]!
    merged.push(a < b ? a : b)
    if (a <= b) i++
    if (b <= a) j++
  }
  while (i < first.length) merged.push(first[i++]!)
  while (j < second.length) merged.push(second[j++]!)
  return merged
}
