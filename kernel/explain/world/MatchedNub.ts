import type { ImportedDictionary } from '../../importers/index.ts'
import {
  deviceTreeTexts, IODTCompareNubName, IOService, type FamilyMatcher, type FamilyRule, type NameMatch,
} from '../../iokit/index.ts'
import {
  defineMetaClass, type OSDictionary, type OSMetaClass, type OSObject, type OSString, type OSSymbol,
} from '../../libkern/index.ts'
import { kernelDictionary } from '../../machine/importedRegistry/kernelObjects.ts'

const NAME_KEYS = ['name', 'compatible', 'device_type', 'model'] as const

/** What a nub needs beside its place in the registry. */
export interface MatchedNubFacts {
  readonly metaClass: OSMetaClass
  /** Null where only the generic keys count. */
  readonly rule: FamilyRule | null
  readonly state: number
  readonly properties: ImportedDictionary
  /** Its device-tree texts are names of it. */
  readonly hasTreeNames: boolean
  /** Names that the code of its class compares and no property shows. */
  readonly otherNames: readonly string[]
}

/**
 * A provider made of what a dump says of it, or of what somebody thought up: its class goes by name, its
 * family's keys by the family's rule. It answers matching and drives nothing.
 */
export class MatchedNub extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('MatchedNub', MatchedNub, IOService)

  private facts: MatchedNubFacts | null = null
  private hasProperties = false

  /** Begins to answer by the facts; call after attaching, which looks into property tables. */
  serve(facts: MatchedNubFacts): void {
    this.facts = facts
    this.internals.state0 = facts.state
  }

  override getMetaClass(): OSMetaClass {
    return this.facts?.metaClass ?? super.getMetaClass()
  }

  override getPropertyTable(): OSDictionary {
    this.provideTable()
    return super.getPropertyTable()
  }

  override getProperty(key: OSSymbol | string): OSObject | null {
    this.provideTable()
    return super.getProperty(key)
  }

  /** @xnu ours: the family is known by the name of the class */
  override getFamilyMatcher(): FamilyMatcher | null {
    return this.facts?.rule?.matcher ?? null
  }

  /** @xnu ours: as the family's rule says */
  override compareName(name: OSString, matched: NameMatch | null = null): boolean {
    if (this.facts?.hasTreeNames === true && IODTCompareNubName(this, name, matched)) return true
    const isOther = this.facts?.otherNames.includes(name.getCStringNoCopy()) === true
    if (!isOther) return super.compareName(name, matched)
    if (matched !== null) matched.nameMatched = name
    return true
  }

  /** All that an IONameMatch is compared with. @xnu ours: an explanation shows it */
  allNames(): string[] {
    const keys = this.facts?.hasTreeNames === true ? NAME_KEYS : []
    const tree = keys.flatMap((key) => deviceTreeTexts(this.getProperty(key)))
    return [...new Set([this.getName(), ...tree, ...(this.facts?.otherNames ?? [])])]
  }

  private provideTable(): void {
    if (this.hasProperties || this.facts === null) return
    this.hasProperties = true
    const table = kernelDictionary(this.facts.properties)
    this.setPropertyTable(table)
    table.release()
  }
}
