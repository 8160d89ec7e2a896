import { kernelVersionOf, osBuildOf, planesOf, type ImportedRegistry } from '../../importers/index.ts'
import { ClassTable } from '../classes/ClassTable.ts'
import { sameValue } from '../../machine/importedRegistry/readings.ts'
import { textUnder, withUniqueNames } from '../ExplainSubject.ts'
import { MatchWorld, type PersonalityFacts } from '../world/MatchWorld.ts'
import { dumpDriver, type DumpDriver } from './DumpDriver.ts'
import { dumpPersonality } from './dumpPersonality.ts'
import { darwinMajor, dumpEntries, isMatchedDriver, type DumpEntry } from './DumpTree.ts'
import { learnClasses } from './learnClasses.ts'

/**
 * A dump ready to be matched anew: its entries, what matching had made, and a kernel that knows the
 * personalities.
 */
export interface DumpWorld {
  readonly entries: readonly DumpEntry[]
  readonly drivers: readonly DumpDriver[]
  readonly personalityOf: ReadonlyMap<DumpDriver, PersonalityFacts>
  /** Bundles of which the dump shows a driver. */
  readonly bundles: ReadonlySet<string | null>
  readonly classes: ClassTable
  readonly world: MatchWorld
  readonly personalities: readonly PersonalityFacts[]
  readonly planes: readonly string[]
}

/**
 * Makes the world of a dump: nubs of its entries, a catalogue of its drivers' personalities and of `kexts`.
 */
export function dumpWorld(registry: ImportedRegistry, kexts: readonly PersonalityFacts[]): DumpWorld {
  const darwin = darwinMajor(kernelVersionOf(registry), osBuildOf(registry))
  const entries = dumpEntries(registry, darwin)
  const classes = new ClassTable(darwin)
  const planes = planesOf(registry)
  learnClasses(entries, classes)
  const world = new MatchWorld(entries.map(({ row, className, parents }) => ({
    name: row.name, location: row.location, className, id: row.id, state: row.state ?? 0,
    properties: row.properties, parents: parents.map((parent) => parent.index),
  })), classes, planes)
  const drivers = entries.filter(isMatchedDriver)
    .map((entry) => dumpDriver(entry, providerOf(entry, classes)))
  const read = new Map(drivers.map((driver) => [driver, dumpPersonality(driver, classes, world)]))
  const distinct = distinctTables([...read.values(), ...kexts])
  const personalities = withUniqueNames([...new Set(distinct.values())])
  const named = new Map([...new Set(distinct.values())].map((facts, i) => [facts, personalities[i]!]))
  const ofDriver = (facts: PersonalityFacts): PersonalityFacts => named.get(distinct.get(facts)!)!
  const personalityOf = new Map([...read].map(([driver, facts]) => [driver, ofDriver(facts)]))
  world.load(personalities)
  const bundles = new Set(drivers.map(({ bundle }) => bundle))
  return { entries, drivers, personalityOf, bundles, classes, world, personalities, planes }
}

/** For each personality the first that says the same: the catalogue keeps one of equals. */
function distinctTables(all: readonly PersonalityFacts[]): Map<PersonalityFacts, PersonalityFacts> {
  const known = new Map<string, PersonalityFacts[]>()
  return new Map(all.map((facts) => {
    const key = `${facts.bundle ?? ''} ${textUnder(facts.table, 'IOClass') ?? ''}`
    const others = known.get(key) ?? []
    const same = others.find((other) => sameValue(other.table, facts.table))
    if (same === undefined) known.set(key, [...others, facts])
    return [facts, same ?? facts]
  }))
}

/** Of several providers the one whose class the personality asks for; else the first. */
function providerOf(entry: DumpEntry, classes: ClassTable): DumpEntry {
  const asked = entry.row.properties?.get('IOProviderClass')
  if (typeof asked !== 'string') return entry.parents[0]!
  return entry.parents.find((parent) => classes.conforms(parent.className, asked)) ?? entry.parents[0]!
}
