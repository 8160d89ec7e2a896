import { recordProperty, scoreNotes, type FamilyMatcher, type FamilyRule, type IOService, type Score } from
  '../../iokit/index.ts'
import { OSArray, OSNumber, OSString, type OSDictionary, type OSObject } from '../../libkern/index.ts'

const ID_VENDOR = 'idVendor'
const ID_PRODUCT = 'idProduct'
const PRODUCT_ARRAY = 'idProductArray'
const PRODUCT_MASK = 'idProductMask'
const VENDOR_SPECIFIC_CLASS = 0xff
/** A personality's own score never lifts it over the next row. */
const CLAMP_FROM = 10_000
const CLAMPED_SCORE = 9_000
const WILDCARD_COST = 1_000
const MASK_COST = 500

/** One pattern of keys that makes a match, and what it is worth. */
interface Row {
  readonly points: number
  /** All of them must be in the dictionary and match. */
  readonly needs: readonly string[]
  /** May be there, but must match then. */
  readonly allows: readonly string[]
  /** Must not be there. */
  readonly forbids: readonly string[]
}

/** The patterns of one kind of nub: by identifiers, and by class for nubs with or without a class of their own. */
interface UsbTable {
  readonly classKey: string
  readonly byIdentifier: readonly Row[]
  readonly vendorSpecific: readonly Row[]
  readonly standardClass: readonly Row[]
  /** Keys that must equal the nub's when the dictionary has them, without any points. */
  readonly equal: readonly string[]
  /** For the recorder: where the points come from. */
  readonly source: string
}

interface Keys {
  readonly class: string
  readonly subClass: string
  readonly protocol: string
  /** What identifies the nub beside vendor and product, needed by every row by identifier. */
  readonly place: readonly string[]
}

function classRows(keys: Keys): Pick<UsbTable, 'vendorSpecific' | 'standardClass'> {
  const ids = [ID_PRODUCT, 'bcdDevice', ...keys.place]
  const { class: own, subClass, protocol } = keys
  return {
    vendorSpecific: [
      { points: 80_000, needs: [ID_VENDOR, subClass, protocol], allows: [own], forbids: ids },
      { points: 70_000, needs: [ID_VENDOR, subClass], allows: [own], forbids: [protocol, ...ids] },
    ],
    standardClass: [
      { points: 60_000, needs: [own, subClass, protocol], allows: [], forbids: [ID_VENDOR, ...ids] },
      { points: 50_000, needs: [own, subClass], allows: [], forbids: [protocol, ID_VENDOR, ...ids] },
    ],
  }
}

function usbTable(keys: Keys, source: string, equal: readonly string[]): UsbTable {
  const needs = [ID_VENDOR, ID_PRODUCT, ...keys.place]
  const classes = [keys.class, keys.subClass, keys.protocol]
  return {
    classKey: keys.class,
    byIdentifier: [
      { points: 100_000, needs: [...needs, 'bcdDevice'], allows: classes, forbids: [] },
      { points: 90_000, needs, allows: ['bcdDevice', ...classes], forbids: [] },
    ],
    ...classRows(keys), equal, source,
  }
}

const DEVICE_KEYS: Keys = {
  class: 'bDeviceClass', subClass: 'bDeviceSubClass', protocol: 'bDeviceProtocol', place: [],
}
const INTERFACE_KEYS: Keys = {
  class: 'bInterfaceClass', subClass: 'bInterfaceSubClass', protocol: 'bInterfaceProtocol',
  place: ['bConfigurationValue', 'bInterfaceNumber'],
}

/** What the dictionary and the nub say about one key. */
interface Answer {
  readonly isThere: boolean
  readonly matches: boolean
  readonly isWildcard: boolean
  readonly usesMask: boolean
}

function answerFor(service: IOService, table: OSDictionary, key: string): Answer {
  const wanted = table.getObject(key)
  let matches = wanted !== null && wanted.isEqualTo(service.getProperty(key))
  const array = key === ID_PRODUCT ? table.getObject(PRODUCT_ARRAY) : null
  if (array instanceof OSArray) matches = numbersOf(array).some((one) => one.isEqualTo(service.getProperty(key)))
  const isWildcard = !matches && wanted instanceof OSString && wanted.getCStringNoCopy() === '*'
  let usesMask = false
  if (key === ID_PRODUCT && !matches && !isWildcard) {
    const candidates = array instanceof OSArray ? numbersOf(array) : wanted instanceof OSNumber ? [wanted] : []
    usesMask = masked(service.getProperty(key), table.getObject(PRODUCT_MASK), candidates)
  }
  return { isThere: wanted !== null, matches: matches || isWildcard || usesMask, isWildcard, usesMask }
}

function numbersOf(array: OSArray): OSNumber[] {
  return [...array.values()].filter((member) => member instanceof OSNumber)
}

function masked(own: OSObject | null, mask: OSObject | null, candidates: readonly OSNumber[]): boolean {
  if (!(own instanceof OSNumber) || !(mask instanceof OSNumber)) return false
  const bits = mask.unsigned32BitValue()
  return candidates.some((one) => ((one.unsigned32BitValue() ^ own.unsigned32BitValue()) & bits) === 0)
}

type Answers = (key: string) => Answer

/** Answers each key once, however many rows ask for it; the recorder hears of those in the dictionary. */
function answersFor(service: IOService, table: OSDictionary): Answers {
  const known = new Map<string, Answer>()
  return (key) => {
    let answer = known.get(key)
    if (answer === undefined) {
      answer = answerFor(service, table, key)
      known.set(key, answer)
      if (answer.isThere || answer.matches) recordProperty(service, table, key, answer.matches)
    }
    return answer
  }
}

function rowFor(service: IOService, table: UsbTable, answers: Answers): Row | null {
  const holds = ({ needs, allows, forbids }: Row): boolean => needs.every((key) => answers(key).matches)
    && allows.every((key) => !answers(key).isThere || answers(key).matches)
    && forbids.every((key) => !answers(key).isThere)
  const byIdentifier = table.byIdentifier.find(holds)
  if (byIdentifier !== undefined) return byIdentifier
  const own = service.getProperty(table.classKey)
  const isVendorSpecific = own instanceof OSNumber && own.unsigned32BitValue() === VENDOR_SPECIFIC_CLASS
  return (isVendorSpecific ? table.vendorSpecific : table.standardClass).find(holds) ?? null
}

function matchUsb(service: IOService, dictionary: OSDictionary, table: UsbTable, score: Score): boolean {
  const answers = answersFor(service, dictionary)
  const row = rowFor(service, table, answers)
  const isEqual = table.equal.every((key) => equalIfThere(service, dictionary, key))
  if (row === null || !isEqual) {
    score.value = 0
    return false
  }
  const own = score.value >= CLAMP_FROM ? CLAMPED_SCORE : score.value
  const wildcards = row.needs.filter((key) => answers(key).isWildcard).length
  const maskCost = answers(ID_PRODUCT).usesMask ? MASK_COST : 0
  const note = scoreNotes(service, dictionary, table.source)
  note?.(row.needs.join(' + '), row.points)
  note?.(own === score.value ? 'IOProbeScore' : `IOProbeScore ${score.value}, cut`, own)
  if (wildcards > 0) note?.(`${wildcards} × "*"`, -wildcards * WILDCARD_COST)
  if (maskCost > 0) note?.(PRODUCT_MASK, -maskCost)
  score.value = row.points + own - wildcards * WILDCARD_COST - maskCost
  return true
}

function equalIfThere(service: IOService, table: OSDictionary, key: string): boolean {
  const wanted = table.getObject(key)
  if (wanted === null) return true
  return recordProperty(service, table, key, wanted.isEqualTo(service.getProperty(key)))
}

/** A matcher for one table of patterns. */
function usbMatcher(table: UsbTable): FamilyMatcher {
  return { compile: (dictionary) => (service, score) => matchUsb(service, dictionary, table, score) }
}

/** Makes the two matchers of a USB family: nubs of devices, nubs of interfaces. */
export function usbMatchers(
  source: { readonly device: string; readonly interface: string }, equal: readonly string[],
): { readonly device: FamilyMatcher; readonly interface: FamilyMatcher } {
  return {
    device: usbMatcher(usbTable(DEVICE_KEYS, source.device, equal)),
    interface: usbMatcher(usbTable(INTERFACE_KEYS, source.interface, equal)),
  }
}

const IDENTIFIERS = [ID_VENDOR, ID_PRODUCT, PRODUCT_ARRAY, PRODUCT_MASK, 'bcdDevice']

/** Keys that the patterns for device nubs look at. */
export const usbDeviceKeys: readonly string[] =
  [...IDENTIFIERS, DEVICE_KEYS.class, DEVICE_KEYS.subClass, DEVICE_KEYS.protocol]

/** Keys that the patterns for interface nubs look at. */
export const usbInterfaceKeys: readonly string[] =
  [...IDENTIFIERS, ...INTERFACE_KEYS.place, INTERFACE_KEYS.class, INTERFACE_KEYS.subClass, INTERFACE_KEYS.protocol]

const SOURCE = {
  device: 'IOUSBFamily-560.4.2 IOUSBDevice.cpp matchPropertyTable',
  interface: 'IOUSBFamily-560.4.2 IOUSBInterface.cpp matchPropertyTable',
}
const matchers = usbMatchers(SOURCE, [])
const NOTE = 'A personality score of 10000 and more counts as 9000: it cannot lift a pattern over the next one.'

/**
 * The rules for the nubs of the classic USB family.
 * @xnu IOUSBFamily/IOUSBDevice.cpp IOUSBInterface.cpp matchPropertyTable — faithful
 */
export const usbRules: readonly FamilyRule[] = [
  {
    family: 'IOUSBFamily', providerClasses: ['IOUSBDevice'], matcher: matchers.device, names: 'registry name',
    keys: usbDeviceKeys, confidence: 'open source', source: SOURCE.device, note: NOTE,
  },
  {
    family: 'IOUSBFamily', providerClasses: ['IOUSBInterface'], matcher: matchers.interface,
    names: 'registry name', keys: usbInterfaceKeys, confidence: 'open source', source: SOURCE.interface,
    note: `${NOTE} idVendor and idProduct alone match no interface.`,
  },
]
