import { kIODefaultMatchCategoryKey, kIOServiceInactiveState, kIOServiceRegisteredState } from
  '../abi/index.ts'
import { gIOCatalogue, gIOServicePlane, IORegistryEntry, type IOService } from '../iokit/index.ts'
import { getRegistryRoot } from '../iokit/registry/index.ts'
import { OSDictionary, type OSMetaClass } from '../libkern/index.ts'
import type { Simulation } from '../sim/index.ts'
import { ClassTable } from './classes/ClassTable.ts'
import { answer, type ExplainAnswer, type ExplainRequest } from './explainDump.ts'
import { textUnder, withUniqueNames, type ExplainSubject, type ShownDriver } from './ExplainSubject.ts'
import { findProvider } from './findProvider.ts'
import { importedDictionaryOf } from './world/importedObject.ts'
import type { NubFacts, PersonalityFacts } from './world/MatchWorld.ts'

/** One service of a running machine. */
interface LiveService {
  readonly id: number
  readonly path: string
  readonly entry: IORegistryEntry
}

/**
 * Explains one provider of a machine that runs: its registry and its catalogue as they stand. Nothing of
 * the machine changes. @xnu ours: matching with the kernel's own catalogue
 */
export function explainMachine(machine: Simulation, request: ExplainRequest): ExplainAnswer {
  const subject = machine.enter(() => {
    const found = findProvider(liveServices(), request.provider)
    return { found, subjects: new Map(found.slice(0, 1).map((one) => [one, liveSubject(one, request.kexts ?? [])])) }
  })
  return answer(subject.found, (one) => subject.subjects.get(one)!, request)
}

/** All that an explanation of one entry of a running machine depends on; null where there is none of that id. */
export function machineSubject(
  machine: Simulation, id: number, kexts: readonly PersonalityFacts[],
): ExplainSubject | null {
  return machine.enter(() => {
    const found = liveServices().find((one) => one.id === id)
    return found === undefined ? null : liveSubject(found, kexts)
  })
}

/** Every entry of the service plane, below its first provider. */
function liveServices(): LiveService[] {
  const root = getRegistryRoot()
  const services: LiveService[] = [
    { id: root.getRegistryEntryID(), path: root.getName(), entry: root },
  ]
  const seen = new Set<IORegistryEntry>([root])
  for (const { path, entry } of services) {
    for (const child of entry.childLinks(gIOServicePlane)?.members ?? []) {
      if (seen.has(child)) continue
      seen.add(child)
      const own = child.getPathComponent(gIOServicePlane)
      services.push({ id: child.getRegistryEntryID(), path: `${path}/${own}`, entry: child })
    }
  }
  return services
}

function liveSubject(
  { id, path, entry }: LiveService, kexts: readonly PersonalityFacts[],
): ExplainSubject {
  const lineage = lineageOf(entry)
  const classes = new ClassTable(0)
  for (const one of lineage) classes.addInheritance(inheritanceOf(one.getMetaClass()))
  const state = entry.asService()?.getState() ?? 0
  const isActive = (state & kIOServiceInactiveState) === 0
  const catalogue = livePersonalities()
  return {
    id, path, classes, lineage: lineage.map((one) => factsOf(one, lineage)),
    planes: IORegistryEntry.getPlane('IOACPIPlane') === null ? ['IOService'] : ['IOService', 'IOACPIPlane'],
    personalities: withUniqueNames([...catalogue, ...kexts]),
    isPublished: (state & kIOServiceRegisteredState) !== 0 && isActive,
    shown: shownOn(entry.asService()), turnedAway: new Set(),
    loaded: new Set(catalogue.map(({ bundle }) => bundle)),
  }
}

/** A root first, the entry last. */
function lineageOf(entry: IORegistryEntry): IORegistryEntry[] {
  const above = new Set<IORegistryEntry>([entry])
  for (const one of above) {
    for (const parent of one.parentLinks(gIOServicePlane)?.members ?? []) above.add(parent)
  }
  return [...above].toReversed()
}

/** Class names from the base down. */
function inheritanceOf(metaClass: OSMetaClass): string[] {
  const above = metaClass.superMetaClass
  return above === null ? [metaClass.className] : [...inheritanceOf(above), metaClass.className]
}

function factsOf(entry: IORegistryEntry, lineage: readonly IORegistryEntry[]): NubFacts {
  const parents = entry.parentLinks(gIOServicePlane)?.members ?? []
  return {
    name: entry.getName(gIOServicePlane), location: entry.getLocation(gIOServicePlane),
    className: entry.getMetaClass().className, id: entry.getRegistryEntryID(),
    state: entry.asService()?.getState() ?? 0, properties: importedDictionaryOf(entry.getPropertyTable()),
    parents: parents.map((parent) => lineage.indexOf(parent)),
  }
}

/** The catalogue in its order. A personality there has no name of its own: its class stands for it. */
function livePersonalities(): PersonalityFacts[] {
  return gIOCatalogue().all().map(({ className, bundleIdentifier, table }) => ({
    name: className ?? '(no class)', bundle: bundleIdentifier, from: 'machine' as const,
    table: importedDictionaryOf(table),
  }))
}

function shownOn(service: IOService | null): ShownDriver[] {
  return (service?.clients() ?? []).flatMap((client) => {
    const table = client.getPropertyTable()
    if (!(table instanceof OSDictionary) || table.getObject('IOProviderClass') === null) return []
    const facts = importedDictionaryOf(table)
    const ioClass = textUnder(facts, 'IOClass')
    const category = textUnder(facts, 'IOMatchCategory') ?? kIODefaultMatchCategoryKey
    return ioClass === null ? [] : [{ ioClass, category }]
  })
}
