import type { IOService } from '../../iokit/index.ts'
import { OSArray, OSNumber, OSString, type OSDictionary } from '../../libkern/index.ts'
import type { Points } from './TableQuestions.ts'

const ID_POINTS = 1_000
const ARRAY_POINTS = 975
const MASK_POINTS = 950
const ARRAY_AND_MASK_POINTS = 925

/**
 * The ways to name a product, best first: the first that hits counts. When none hits, each that the dictionary uses
 * has failed.
 * @xnu IOHIDFamily/IOHIDFamilyPrivate.cpp CompareProductID — faithful
 */
export function productPoints(service: IOService, table: OSDictionary): Points {
  const found = service.getProperty('ProductID')
  const own = found instanceof OSNumber ? found : null
  const wanted = table.getObject('ProductID')
  const array = table.getObject('ProductIDArray')
  const mask = table.getObject('ProductIDMask')
  const listed = array instanceof OSArray ? [...array.values()].filter((one) => one instanceof OSNumber) : null
  const bits = mask instanceof OSNumber ? mask.unsigned32BitValue() : null
  const isEqual = (one: OSNumber): boolean => own !== null && one.isEqualTo(own)
  const isEqualMasked = (one: OSNumber): boolean => own !== null && bits !== null
    && ((one.unsigned32BitValue() ^ own.unsigned32BitValue()) & bits) === 0

  const isAny = wanted instanceof OSString && wanted.getCStringNoCopy() === '*'
  const ways: [isAsked: boolean, hits: boolean, points: number][] = [
    [wanted !== null, isAny || (wanted !== null && wanted.isEqualTo(found)), ID_POINTS],
    [listed !== null, listed?.some(isEqual) ?? false, ARRAY_POINTS],
    [wanted instanceof OSNumber && bits !== null, wanted instanceof OSNumber && isEqualMasked(wanted), MASK_POINTS],
    [listed !== null && bits !== null, listed?.some(isEqualMasked) ?? false, ARRAY_AND_MASK_POINTS],
  ]
  const hit = ways.find(([isAsked, hits]) => isAsked && hits)
  if (hit !== undefined) return hit[2]
  return ways.some(([isAsked]) => isAsked) ? null : 0
}
