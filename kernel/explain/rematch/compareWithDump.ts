import type { ProviderClassCount, RematchAttachment, RematchReport, UnmatchedNub } from '../../api/index.ts'
import { ruleOf, type RankedCandidate } from '../world/MatchWorld.ts'
import type { DumpDriver } from './DumpDriver.ts'
import { isPublished, type DumpEntry } from './DumpTree.ts'
import type { DumpWorld } from './rematch.ts'

/** Compares the winners of each category with the drivers that the dump has. */
export function compareWithDump(dump: DumpWorld): RematchReport {
  const drivers = Map.groupBy(dump.drivers, (driver) => driver.provider)
  const attachments: RematchAttachment[] = []
  const unmatchedNubs: UnmatchedNub[] = []
  for (const entry of dump.entries) {
    const own = drivers.get(entry) ?? []
    const made = isPublished(entry) ? compareProvider(dump, entry, own) : own.map((driver) => onlyDump(dump, driver))
    attachments.push(...made)
    if (made.length === 0 && isPublished(entry)) {
      unmatchedNubs.push({ providerId: idOf(entry), providerPath: entry.path, providerClass: entry.row.className })
    }
  }
  const count = (origin: string): number => attachments.filter((one) => one.in === origin).length
  return {
    attachments, agree: count('both'), onlyDump: count('dump'), onlyOurs: count('ours'),
    byProviderClass: countClasses(attachments), unmatchedNubs,
    personalities: {
      fromDump: dump.personalities.filter((one) => one.from === 'dump').length,
      fromKexts: dump.personalities.filter((one) => one.from === 'kext').length,
    },
    notes: [],
  }
}

function compareProvider(dump: DumpWorld, entry: DumpEntry, drivers: readonly DumpDriver[]): RematchAttachment[] {
  const waiting = new Set(drivers)
  const made: RematchAttachment[] = []
  for (const [category, candidates] of Map.groupBy(dump.world.candidates(entry.index), (one) => one.personality.category)) {
    const winner = candidates[0]!
    const same = [...waiting].find((driver) => driver.ioClass === winner.personality.className
      && driver.bundle === winner.facts.bundle && driver.category === category)
    if (same !== undefined) waiting.delete(same)
    made.push(attachmentOf(dump, entry, winner, same !== undefined))
  }
  for (const driver of waiting) made.push(onlyDump(dump, driver))
  return made
}

function attachmentOf(dump: DumpWorld, entry: DumpEntry, winner: RankedCandidate, isInDump: boolean): RematchAttachment {
  return {
    providerId: idOf(entry), providerPath: entry.path, providerClass: entry.row.className,
    IOClass: winner.personality.className ?? '', bundle: winner.facts.bundle, score: winner.score,
    category: winner.personality.category, in: isInDump ? 'both' : 'ours', closedRule: isClosed(dump, entry),
    reason: isInDump ? null : { code: 'PROBE', text: 'Its probe may have said no.' },
  }
}

function onlyDump(dump: DumpWorld, driver: DumpDriver): RematchAttachment {
  const { provider } = driver
  return {
    providerId: idOf(provider), providerPath: provider.path, providerClass: provider.row.className,
    IOClass: driver.ioClass, bundle: driver.bundle, score: driver.score, category: driver.category, in: 'dump',
    closedRule: isClosed(dump, provider), reason: { code: 'FAMILY', text: '' },
  }
}

function isClosed(dump: DumpWorld, entry: DumpEntry): boolean {
  return ruleOf(dump.classes, entry.row.className)?.confidence === 'inferred'
}

const idOf = (entry: DumpEntry): number | null => entry.row.id === 0 ? null : entry.row.id

function countClasses(attachments: readonly RematchAttachment[]): Record<string, ProviderClassCount> {
  const counts = new Map<string, { both: number; dump: number; ours: number }>()
  for (const { providerClass, in: origin } of attachments) {
    const count = counts.get(providerClass) ?? { both: 0, dump: 0, ours: 0 }
    count[origin]++
    counts.set(providerClass, count)
  }
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
