import type { IOService } from '../../iokit/index.ts'
import { OSArray, OSDictionary, OSNumber, type OSObject } from '../../libkern/index.ts'
import type { Points } from './TableQuestions.ts'

/** A usage that matches; a page alone is worth half. */
export const kUsagePoints = 100

const PAIRS = 'DeviceUsagePairs'
const PAGE = 'DeviceUsagePage'
const USAGE = 'DeviceUsage'

const numberOf = (object: OSObject | null): OSNumber | null => object instanceof OSNumber ? object : null

/**
 * Compares the usage page and usage of a dictionary with a device's pairs. The last comparison made counts; a
 * usage without a page is never compared. A device without pairs disagrees whatever is asked.
 * @xnu IOHIDFamily/IOHIDFamilyPrivate.cpp CompareDeviceUsage — faithful
 */
export function usagePoints(service: IOService, wanted: OSDictionary): Points {
  const usage = numberOf(wanted.getObject(USAGE))
  const page = numberOf(wanted.getObject(PAGE))
  const pairs = service.getProperty(PAIRS)
  if (!(pairs instanceof OSArray)) return null
  let matches = true
  for (const pair of page === null ? [] : pairs.values()) {
    if (!(pair instanceof OSDictionary)) continue
    const ownPage = numberOf(pair.getObject(PAGE))
    if (ownPage === null) continue
    matches = page!.isEqualTo(ownPage)
    if (!matches) continue
    if (usage === null) return kUsagePoints / 2
    const ownUsage = numberOf(pair.getObject(USAGE))
    if (ownUsage === null) continue
    matches = usage.isEqualTo(ownUsage)
    if (matches) return kUsagePoints
  }
  return matches ? 0 : null
}

/**
 * The pairs of a dictionary are tried in order until one agrees.
 * @xnu IOHIDFamily/IOHIDFamilyPrivate.cpp CompareDeviceUsagePairs — faithful
 */
export function usagePairsPoints(service: IOService, table: OSDictionary): Points {
  const wanted = table.getObject(PAIRS)
  let points: Points = 0
  for (const pair of wanted instanceof OSArray ? wanted.values() : []) {
    if (!(pair instanceof OSDictionary)) continue
    points = usagePoints(service, pair)
    if (points !== null) return points
  }
  return points
}
