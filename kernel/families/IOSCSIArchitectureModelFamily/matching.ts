import { recordProperty, scoreNotes, type FamilyMatcher, type FamilyRule, type IOService, type Score } from
  '../../iokit/index.ts'
import { OSString, type OSDictionary } from '../../libkern/index.ts'

const SOURCE = 'IOSCSIArchitectureModelFamily-139.0.2 IOSCSIPeripheralDeviceNub.cpp matchPropertyTable'
const CLAMP_FROM = 5_000
const CLAMPED_SCORE = 4_000
/** A personality with a match category of its own and no device type takes whatever nobody drives. */
const OWN_CATEGORY_RANKING = 4_900
const TASK_USER_CLIENT_CATEGORY = 'SCSITaskUserClientDevice'

/** Each key counts only after the one before it matched; the last that did gives the rank. */
const RANKS: readonly { readonly key: string; readonly ranking: number }[] = [
  { key: 'Peripheral Device Type', ranking: 5_000 },
  { key: 'Vendor Identification', ranking: 10_000 },
  { key: 'Product Identification', ranking: 15_000 },
  { key: 'Product Revision Level', ranking: 20_000 },
]

/** Whether both sides have the key, and then whether they agree. A key that the nub lacks is as good as not asked. */
function compare(service: IOService, table: OSDictionary, key: string): boolean | null {
  const wanted = table.getObject(key)
  const own = service.getProperty(key)
  if (wanted === null || own === null) return null
  return recordProperty(service, table, key, own.isEqualTo(wanted))
}

interface Rank {
  readonly what: string
  readonly ranking: number
}

/** The rank of the last key that agrees; null when one disagrees. */
function rankOf(service: IOService, table: OSDictionary): Rank | null {
  let rank: Rank | null = null
  for (const { key, ranking } of RANKS) {
    const agrees = compare(service, table, key)
    if (agrees === null) return rank
    if (!agrees) return null
    rank = { what: key, ranking }
  }
  return rank
}

function matchSCSI(service: IOService, table: OSDictionary, score: Score): boolean {
  const own = score.value >= CLAMP_FROM ? CLAMPED_SCORE : score.value
  const hasType = table.getObject(RANKS[0]!.key) !== null && service.getProperty(RANKS[0]!.key) !== null
  const rank = hasType ? rankOf(service, table) : rankWithoutType(table, score)
  if (rank === null) {
    score.value = 0
    return false
  }
  const note = scoreNotes(service, table, SOURCE)
  note?.(rank.what, rank.ranking)
  if (rank.ranking !== 0) note?.(own === score.value ? 'IOProbeScore' : `IOProbeScore ${score.value}, cut`, own)
  score.value = rank.ranking === 0 ? 0 : rank.ranking + own
  return true
}

/** The user client for SCSI tasks keeps the score it came with, which is then added once more. */
function rankWithoutType(table: OSDictionary, score: Score): Rank | null {
  const category = table.getObject('IOMatchCategory')
  if (!(category instanceof OSString)) return null
  const isTaskClient = category.getCStringNoCopy() === TASK_USER_CLIENT_CATEGORY
  return { what: 'IOMatchCategory', ranking: isTaskClient ? score.value : OWN_CATEGORY_RANKING }
}

const scsiMatcher: FamilyMatcher = {
  compile: (table) => (service, score) => matchSCSI(service, table, score),
}

/**
 * The rule for SCSI peripheral nubs.
 * @xnu IOSCSIArchitectureModelFamily/IOSCSIPeripheralDeviceNub.cpp matchPropertyTable — faithful
 */
export const scsiRules: readonly FamilyRule[] = [{
  family: 'IOSCSIArchitectureModelFamily', providerClasses: ['IOSCSIPeripheralDeviceNub', 'IOSCSILogicalUnitNub'],
  matcher: scsiMatcher, names: 'registry name', keys: [...RANKS.map(({ key }) => key), 'IOMatchCategory'],
  confidence: 'open source', source: SOURCE,
  note: 'A personality score of 5000 and more counts as 4000. A key that the device lacks ends the comparison.',
}]
