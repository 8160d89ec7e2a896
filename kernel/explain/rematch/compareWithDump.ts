import type { AttachmentOrigin, ProviderClassCount, RematchAttachment, RematchReport, UnmatchedNub } from
  '../../api/index.ts'
import { EMPTY_DICTIONARY, type ImportedDictionary } from '../../importers/index.ts'
import { isGenericKey, knownRefusal } from '../rulePacks/index.ts'
import { ruleOf, type RankedCandidate } from '../world/MatchWorld.ts'
import type { DumpDriver } from './DumpDriver.ts'
import type { DumpWorld } from './DumpWorld.ts'
import { isPublished, type DumpEntry } from './DumpTree.ts'
import { reasonForDumpOnly, reasonForOursOnly } from './reasons.ts'

/** Compares the winners of each category with the drivers that the dump has. */
export function compareWithDump(dump: DumpWorld): RematchReport {
  const drivers = Map.groupBy(dump.drivers, (driver) => driver.provider)
  const attachments: RematchAttachment[] = []
  const unmatchedNubs: UnmatchedNub[] = []
  for (const entry of dump.entries) {
    const compared = new ProviderComparison(dump, entry, drivers.get(entry) ?? []).attachments()
    attachments.push(...compared)
    if (compared.length === 0 && isPublished(entry)) unmatchedNubs.push(providerFacts(entry))
  }
  const count = (origin: AttachmentOrigin): number => attachments.filter((one) => one.in === origin).length
  const fromKexts = dump.personalities.filter((one) => one.from === 'kext').length
  return {
    attachments, agree: count('both'), onlyDump: count('dump'), onlyOurs: count('ours'),
    byProviderClass: countClasses(attachments), unmatchedNubs,
    personalities: { fromDump: dump.personalities.length - fromKexts, fromKexts },
  }
}

function providerFacts({ row, path }: DumpEntry): UnmatchedNub {
  return { providerId: row.id === 0 ? null : row.id, providerPath: path, providerClass: row.className }
}

/** One provider: what matching makes of it, and what the dump has. */
class ProviderComparison {
  private readonly waiting: Set<DumpDriver>

  constructor(
    private readonly dump: DumpWorld, private readonly entry: DumpEntry, drivers: readonly DumpDriver[],
  ) {
    this.waiting = new Set(drivers)
  }

  attachments(): RematchAttachment[] {
    const { dump, entry, waiting } = this
    const provider = {
      classes: dump.classes.chain(entry.className), properties: entry.row.properties ?? EMPTY_DICTIONARY,
    }
    const ranked = (isPublished(entry) ? dump.world.candidates(entry.index) : [])
      .filter(({ personality }) => knownRefusal(personality.className, provider) === null)
    const categories = Map.groupBy(ranked, (one) => one.personality.category)
    const made = [...categories.values()].map((candidates) => this.winnerOf(candidates))
    for (const driver of waiting) made.push(this.onlyDump(driver, categories.get(driver.category) ?? []))
    return made
  }

  /** The first of a category is the one that is started. */
  private winnerOf(candidates: readonly RankedCandidate[]): RematchAttachment {
    const { personality, facts, score } = candidates[0]!
    const inCategory = [...this.waiting].filter((driver) => driver.category === personality.category)
    const same = inCategory.find(
      ({ ioClass, bundle }) => ioClass === personality.className && bundle === facts.bundle,
    )
    if (same !== undefined) this.waiting.delete(same)
    return {
      ...providerFacts(this.entry), IOClass: personality.className ?? '', bundle: facts.bundle, score,
      category: personality.category, in: same === undefined ? 'ours' : 'both',
      closedRule: this.isClosed(facts.table),
      reason: same === undefined ? reasonForOursOnly(this.dump, candidates, inCategory[0]) : null,
    }
  }

  private onlyDump(driver: DumpDriver, candidates: readonly RankedCandidate[]): RematchAttachment {
    const { ioClass, bundle, score, category } = driver
    return {
      ...providerFacts(this.entry), IOClass: ioClass, bundle, score, category, in: 'dump',
      closedRule: this.isClosed(driver.properties),
      reason: reasonForDumpOnly(this.dump, driver, candidates),
    }
  }

  /** The family's rule is not published, and the personality is not told apart by keys of IOService alone. */
  private isClosed(table: ImportedDictionary): boolean {
    const rule = ruleOf(this.dump.classes, this.entry.className)
    if (rule === null || rule.confidence === 'open source') return false
    const isGeneric = table.keys.some((key) => isGenericKey(key))
    return !isGeneric || rule.keys.some((key) => !isGenericKey(key) && table.get(key) !== undefined)
  }
}

function countClasses(attachments: readonly RematchAttachment[]): Record<string, ProviderClassCount> {
  const counts = new Map<string, { both: number; dump: number; ours: number }>()
  for (const { providerClass, in: origin } of attachments) {
    const count = counts.get(providerClass) ?? { both: 0, dump: 0, ours: 0 }
    count[origin]++
    counts.set(providerClass, count)
  }
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
