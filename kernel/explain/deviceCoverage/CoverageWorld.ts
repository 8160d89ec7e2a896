import type { CoverageDriver, RuleTrust } from '../../api/index.ts'
import { EMPTY_DICTIONARY, type ImportedDictionary } from '../../importers/index.ts'
import type { ClassTable } from '../classes/ClassTable.ts'
import { withUniqueNames } from '../ExplainSubject.ts'
import { refusalOf } from '../refusal.ts'
import { knownRefusal } from '../rulePacks/index.ts'
import { MatchWorld, ruleOf, type NubFacts, type PersonalityFacts } from '../world/MatchWorld.ts'
import type { AskedText } from '../world/TableRecord.ts'
import { breadthOf, numberUnder, type Breadth } from './breadth.ts'

/** A personality that all keys agree for on one nub. */
export interface Claim {
  readonly driver: CoverageDriver
  readonly breadth: Breadth
  /** The key that fits. */
  readonly decisive: AskedText | null
  /** The keys that a family counts together: `idVendor + idProduct`. */
  readonly pattern: string | null
  readonly confidence: RuleTrust
}

const FROM = { kext: 'kext', machine: 'macOS', dump: 'dump' } as const

/** A world of nubs and personalities that is asked who would take what. */
export class CoverageWorld {
  readonly personalities: readonly PersonalityFacts[]
  private readonly names: ReadonlyMap<PersonalityFacts, string>
  private readonly world: MatchWorld

  constructor(
    private readonly nubs: readonly NubFacts[], private readonly classes: ClassTable,
    { personalities, planes }: { readonly personalities: readonly PersonalityFacts[]; readonly planes: readonly string[] },
  ) {
    this.world = new MatchWorld(nubs, classes, planes)
    this.personalities = withUniqueNames(personalities)
    this.names = new Map(this.personalities.map((one, at) => [one, personalities[at]!.name]))
    this.world.load(this.personalities)
  }

  /**
   * Who would take a nub, in the order of probing. What a driver's own code is known to turn away is left
   * out.
   */
  claims(index: number): Claim[] {
    const { className, properties } = this.nubs[index]!
    const provider = { classes: this.classes.chain(className), properties: properties ?? EMPTY_DICTIONARY }
    const confidence = ruleOf(this.classes, className)?.confidence ?? 'open source'
    return this.world.candidates(index).flatMap(({ facts, personality, score }) => {
      if (knownRefusal(personality.className, provider) !== null) return []
      const driver: CoverageDriver = {
        personality: this.names.get(facts) ?? facts.name, bundle: facts.bundle,
        ioClass: personality.className,
        category: personality.category, score, from: FROM[facts.from], providerClass: className,
      }
      const { decisive, terms } = this.world.outcomeOf(index, facts.table)
      const pattern = terms.find(({ name }) => name.startsWith('id') || name.startsWith('b'))?.name ?? null
      const trust = facts.from === 'machine' ? 'inferred' : confidence
      return [{ driver, breadth: breadthOf(facts.table, properties), decisive, pattern, confidence: trust }]
    })
  }

  /** The personality of a kext that came nearest: it names the device's maker. Null when none does. */
  nearest(index: number): string | null {
    const { properties } = this.nubs[index]!
    for (const { facts, outcome } of this.world.judge(index)) {
      const refusal = refusalOf(outcome)
      if (facts.from !== 'kext' || refusal === null || refusal.code === 'CLASS') continue
      if (!asksMaker(refusal.wanted ?? '', facts.table, properties)) continue
      return `${this.names.get(facts) ?? facts.name} (${facts.bundle ?? 'no bundle'}): ${shorten(refusal.text)}`
    }
    return null
  }
}

/** Whether a personality that was refused is for other devices of the same maker. */
function asksMaker(wanted: string, table: ImportedDictionary, nub: ImportedDictionary | null): boolean {
  const usb = nub?.get('idVendor')
  if (usb !== undefined) return table.get('idVendor') === usb
  const vendor = (numberUnder(nub, 'vendor-id') ?? 0).toString(16)
  return new RegExp(`0x[0-9a-f]{4}${vendor.padStart(4, '0')}\\b|pci${vendor},`, 'iu').test(wanted)
}

const MAX_TEXT = 160

/** A text without the middle of what is too long. */
export function shorten(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 60)} … ${text.slice(-56)}`
}
