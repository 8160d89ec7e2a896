import { kernelVersionOf, osBuildOf, planesOf, type ImportedRegistry } from '../../importers/index.ts'
import { ClassTable } from '../classes/ClassTable.ts'
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
}

/**
 * Makes the world of a dump: nubs of its entries, a catalogue of its drivers' personalities and of `kexts`.
 */
export function dumpWorld(registry: ImportedRegistry, kexts: readonly PersonalityFacts[]): DumpWorld {
  const darwin = darwinMajor(kernelVersionOf(registry), osBuildOf(registry))
  const entries = dumpEntries(registry, darwin)
  const classes = new ClassTable(darwin)
  learnClasses(entries, classes)
  const world = new MatchWorld(entries.map(({ row, className, parents }) => ({
    name: row.name, location: row.location, className, id: row.id, state: row.state ?? 0,
    properties: row.properties, parents: parents.map((parent) => parent.index),
  })), classes, planesOf(registry))
  const drivers = entries.filter(isMatchedDriver)
    .map((entry) => dumpDriver(entry, providerOf(entry, classes)))
  const personalityOf = new Map(drivers.map((driver) => [driver, dumpPersonality(driver, classes, world)]))
  const personalities = [...personalityOf.values(), ...kexts]
  world.load(personalities)
  const bundles = new Set(drivers.map(({ bundle }) => bundle))
  return { entries, drivers, personalityOf, bundles, classes, world, personalities }
}

/** Of several providers the one whose class the personality asks for; else the first. */
function providerOf(entry: DumpEntry, classes: ClassTable): DumpEntry {
  const asked = entry.row.properties?.get('IOProviderClass')
  if (typeof asked !== 'string') return entry.parents[0]!
  return entry.parents.find((parent) => classes.conforms(parent.className, asked)) ?? entry.parents[0]!
}
