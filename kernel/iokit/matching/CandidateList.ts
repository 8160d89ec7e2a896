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
  /** By property, then by value. */
  private readonly byProperty = new Map<PropertyPair['key'], Postings>()
  private readonly byFamilyKey: Postings = new Map()

  constructor(private readonly ordered: readonly Personality[], readonly matcher: FamilyMatcher | null) {
    const properties = ordered.map(({ table }) => indexableProperties(table))
    const distinct = countDistinct(properties)
    ordered.forEach((personality, position) => this.enter(personality, position, properties[position]!, distinct))
  }

  select(service: IOService): readonly Personality[] {
    let positions: readonly number[] = this.always
    const hasDefaultNames = service.compareName === IORegistryEntry.prototype.compareName
    positions = merge(positions, hasDefaultNames ? this.byName.get(service.getName()) : this.named)
    for (const [key, postings] of this.byProperty) {
      const value = serviceProperty(service, key)
      const found = value === null ? null : valueKey(value)
      if (found !== null) positions = merge(positions, postings.get(found))
    }
    if (this.byFamilyKey.size > 0) {
      for (const key of this.matcher?.serviceKeys?.(service) ?? []) {
        positions = merge(positions, this.byFamilyKey.get(key))
      }
    }
    return positions.map((position) => this.ordered[position]!)
  }

  private enter(
    { table }: Personality, position: number, alternatives: readonly PropertyPair[][] | null,
    distinct: ReadonlyMap<PropertyPair['key'], number>,
  ): void {
    const names = matchNames(table)
    if (names !== null) {
      this.named.push(position)
      for (const name of new Set(names)) append(this.byName, name, position)
    } else if (alternatives !== null) {
      this.enterProperties(position, alternatives, distinct)
    } else {
      const keys = this.matcher?.tableKeys?.(table) ?? null
      if (keys === null) this.always.push(position)
      else for (const key of new Set(keys)) append(this.byFamilyKey, key, position)
    }
  }

  private enterProperties(
    position: number, alternatives: readonly PropertyPair[][], distinct: ReadonlyMap<PropertyPair['key'], number>,
  ): void {
    const filed = new Set<string>()
    for (const pairs of alternatives) {
      const best = pairs.reduce((a, b) => distinct.get(b.key)! > distinct.get(a.key)! ? b : a)
      const name = `${best.key.getCStringNoCopy()}=${best.value}`
      if (filed.has(name)) continue
      filed.add(name)
      let postings = this.byProperty.get(best.key)
      if (postings === undefined) {
        postings = new Map()
        this.byProperty.set(best.key, postings)
      }
      append(postings, best.value, position)
    }
  }
}

/** How many values each property is asked for: the more, the better a key it is. */
function countDistinct(
  properties: readonly (readonly PropertyPair[][] | null)[],
): ReadonlyMap<PropertyPair['key'], number> {
  const values = new Map<PropertyPair['key'], Set<string>>()
  for (const alternatives of properties) {
    for (const { key, value } of alternatives?.flat() ?? []) {
      const known = values.get(key)
      if (known === undefined) values.set(key, new Set([value]))
      else known.add(value)
    }
  }
  return new Map([...values].map(([key, known]) => [key, known.size]))
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
