import { EMPTY_DICTIONARY, ImportedData, type ImportedDictionary } from '../../importers/index.ts'
import {
  CompiledTable, explainMatch, gIOCatalogue, gIOServicePlane, IORegistryEntry, newOutcome,
  setMatchRecorder, type FamilyRule, type IOService, type Personality,
} from '../../iokit/index.ts'
import { registryState } from '../../iokit/registry/registryState.ts'
import { assignRegistryID } from '../../iokit/registry/links.ts'
import { OSArray, OSMetaClass, registerClasses, type OSDictionary } from '../../libkern/index.ts'
import { kernelDictionary } from '../../machine/importedRegistry/kernelObjects.ts'
import { Simulation } from '../../sim/index.ts'
import type { ClassTable } from '../classes/ClassTable.ts'
import { namesInCode, ruleForClasses } from '../rulePacks/index.ts'
import { catalogueTable } from './catalogueTable.ts'
import { MatchedNub } from './MatchedNub.ts'
import { TableRecord, type TableOutcome } from './TableRecord.ts'

/** One entry of a registry to be matched in. */
export interface NubFacts {
  readonly name: string
  readonly location: string | null
  readonly className: string
  /** Registry entry id, 0 where there is none. */
  readonly id: number
  readonly state: number
  readonly properties: ImportedDictionary | null
  /** Indices of the entries above; none for a root. */
  readonly parents: readonly number[]
}

/** A personality as it is put into the catalogue. */
export interface PersonalityFacts {
  readonly name: string
  readonly bundle: string | null
  readonly from: 'dump' | 'kext' | 'machine'
  readonly table: ImportedDictionary
}

/** A personality that all keys agree for, in the order of probing. */
export interface RankedCandidate {
  readonly facts: PersonalityFacts
  readonly personality: Personality
  readonly score: number
}

/** A personality of the catalogue and how it fared. */
export interface JudgedPersonality {
  readonly facts: PersonalityFacts
  readonly personality: Personality
  readonly outcome: TableOutcome
}

const UNKNOWN_BUNDLE = 'unknown'

/** How the nubs of a class answer a matching dictionary, by the classes above it. */
export function ruleOf(classes: ClassTable, className: string): FamilyRule | null {
  return ruleForClasses(classes.chain(className))
}

/**
 * A kernel world with a registry and a catalogue and nothing that runs: what matching would come to is
 * asked of the kernel's own code. Every public method enters the world by itself.
 */
export class MatchWorld {
  readonly simulation = new Simulation(0)
  private readonly services: MatchedNub[] = []
  private readonly factsOf = new Map<OSDictionary, PersonalityFacts>()

  constructor(nubs: readonly NubFacts[], private readonly classes: ClassTable, planes: readonly string[]) {
    this.simulation.enter(() => this.build(nubs, planes))
  }

  /** Puts personalities into the catalogue, in this order. Their names must be unique. */
  load(personalities: readonly PersonalityFacts[]): void {
    this.simulation.enter(() => {
      const tables = OSArray.withCapacity(personalities.length)
      for (const facts of personalities) {
        const table = catalogueTable(facts)
        this.factsOf.set(table, facts)
        tables.adopt(table)
      }
      gIOCatalogue().addDrivers(tables, false)
      tables.release()
    })
  }

  /** The personalities that match an entry, ordered by the scores that the families made of them. */
  candidates(nub: number): RankedCandidate[] {
    return this.simulation.enter(() => gIOCatalogue().findCandidates(this.service(nub)).flatMap(
      ({ personality, outcome }) => {
        const facts = this.factsOf.get(personality.table)
        return facts === undefined ? [] : [{ facts, personality, score: outcome.value | 0 }]
      },
    ))
  }

  /** How each personality of the catalogue fares on an entry, in order of arrival; on wish with every key. */
  judge(nub: number, keepsAllKeys = false): JudgedPersonality[] {
    return this.simulation.enter(() => gIOCatalogue().all().flatMap((personality) => {
      const facts = this.factsOf.get(personality.table)
      if (facts === undefined) return []
      return [{ facts, personality, outcome: this.recorded(nub, personality.compiled, keepsAllKeys) }]
    }))
  }

  /** How a table fares on an entry. */
  outcomeOf(nub: number, table: ImportedDictionary): TableOutcome {
    return this.simulation.enter(() => {
      const kernelTable = kernelDictionary(table)
      const outcome = this.recorded(nub, new CompiledTable(kernelTable))
      kernelTable.release()
      return outcome
    })
  }

  private recorded(nub: number, compiled: CompiledTable, keepsAllKeys = false): TableOutcome {
    const record = new TableRecord(keepsAllKeys)
    const outcome = newOutcome()
    setMatchRecorder(record)
    const reason = explainMatch(this.services[nub]!, compiled, 0, outcome)
    setMatchRecorder(null)
    const score = outcome.familyAsked ? outcome.value | 0 : compiled.score
    const decisive = record.decisive(reason === null)
    const isName = decisive?.key === 'IONameMatch' && reason !== null
    const found = isName ? this.services[nub]!.allNames().join(', ') : ''
    const asked = record.answered().map((one) => (
      isName && one.key === 'IONameMatch' ? { ...one, found } : one))
    return { reason, score, decisive: isName ? { ...decisive, found } : decisive, asked, terms: record.terms }
  }

  private service(nub: number): IOService {
    return this.services[nub]!
  }

  private build(nubs: readonly NubFacts[], planes: readonly string[]): void {
    for (const plane of planes) IORegistryEntry.makePlane(plane)
    nubs.forEach((facts, index) => {
      const service = makeService(facts)
      this.services.push(service)
      if (index === 0) {
        registryState().root = service
        assignRegistryID(service)
      }
    })
    nubs.forEach(({ parents }, index) => {
      const service = this.services[index]!
      for (const parent of parents) service.attachToParent(this.services[parent]!, gIOServicePlane)
    })
    const hasACPI = planes.includes('IOACPIPlane')
    nubs.forEach((facts, index) => {
      const properties = facts.properties ?? EMPTY_DICTIONARY
      const rule = ruleOf(this.classes, facts.className)
      this.services[index]!.serve({
        metaClass: this.metaClass(facts.className), rule, state: facts.state, properties,
        hasTreeNames: rule?.names === 'device tree' || hasTreeNames(properties),
        otherNames: hasACPI ? namesInCode(this.classes.chain(facts.className)) : [],
      })
    })
  }

  /** The class by name, made below its superclasses where this world's kernel lacks it. */
  private metaClass(className: string): OSMetaClass {
    let metaClass: OSMetaClass | null = null
    for (const name of this.classes.chain(className).toReversed()) {
      const known = OSMetaClass.metaClassWithName(name)
      metaClass = known ?? makeClass(name, metaClass ?? IORegistryEntry.metaClass)
    }
    return metaClass!
  }
}

/**
 * Properties of a nub that was made of a device-tree node; as data, unlike properties of the same name
 * elsewhere.
 */
const TREE_KEYS = ['compatible', 'device_type', 'name'] as const

function hasTreeNames(properties: ImportedDictionary): boolean {
  return TREE_KEYS.some((key) => properties.get(key) instanceof ImportedData)
}

function makeService({ name, location, id }: NubFacts): MatchedNub {
  const service = new MatchedNub()
  service.init()
  service.setName(name)
  if (location !== null) service.setLocation(location)
  if (id !== 0) {
    service.registryEntryID = id
    if (!registryState().entriesByID.has(id)) registryState().entriesByID.set(id, service)
  }
  return service
}

function makeClass(className: string, superMetaClass: OSMetaClass): OSMetaClass {
  const metaClass = new OSMetaClass({ className, constructor: MatchedNub, superMetaClass, isAbstract: false })
  registerClasses(UNKNOWN_BUNDLE, [metaClass])
  return metaClass
}
