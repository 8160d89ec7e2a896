import { recordProperty, scoreNotes, type FamilyMatcher, type FamilyRule, type IOService, type Score } from
  '../../iokit/index.ts'
import { IOLog } from '../../mach/index.ts'
import { OSArray, OSBoolean, OSDictionary, OSNumber, OSString, type OSObject } from '../../libkern/index.ts'
import { kernelState } from '../../sim/index.ts'
import { productPoints } from './productPoints.ts'
import { TableQuestions } from './TableQuestions.ts'
import { kUsagePoints, usagePairsPoints, usagePoints } from './usagePoints.ts'

const VERSION = 'IOHIDFamily-2222.0.24'
const SOURCE = `${VERSION} IOHIDFamilyPrivate.cpp MatchPropertyTable`

const TRANSPORT_POINTS = 1_000
const LOCATION_POINTS = 2_000
const VENDOR_POINTS = 5_000
const MODEL_POINTS = 1_000
const DETAIL_POINTS = 100
const USAGE_BASE_POINTS = 1_100
const FIRST_VENDOR_USAGE_PAGE = 0xff00

/** Worth 100 points each, once the vendor matches. */
const DETAIL_KEYS = ['VersionNumber', 'Manufacturer', 'SerialNumber', 'PhysicalDeviceUniqueID']
/** Keys that only have to be there at the device when the dictionary has them. */
const PRESENCE_KEYS = ['HIDDefaultBehavior', 'HIDCompatibilityInterface']

/** How many 3D game controllers there are: while there is none, a dictionary that asks for one matches any device. */
const gameControllers = kernelState(() => ({ count: 0 }))

/** A 3D game controller came (1) or went (-1). Any context. */
export function adjust3DGameControllerCount(change: number): void {
  gameControllers().count += change
}

/** Points by group; the groups count together or not at all. */
interface Groups {
  readonly transport: number
  readonly location: number
  readonly vendor: number
  readonly product: number
  readonly details: number
  readonly usage: number
  readonly primaryPage: number
  readonly primaryUsage: number
}

/** Asks every key, as the family does: an explanation shows all that disagree. */
function askAll(ask: TableQuestions): Groups {
  const { service, table } = ask
  const primaryPage = ask.points('PrimaryUsagePage', USAGE_BASE_POINTS)
  const primaryUsage = ask.points('PrimaryUsage', kUsagePoints)
  const pairs = ask.note('DeviceUsagePairs', usagePairsPoints(service, table))
  const pageKey = table.getObject('DeviceUsagePage') === null ? 'DeviceUsagePairs' : 'DeviceUsagePage'
  const single = ask.note(pageKey, usagePoints(service, table))
  const transport = ask.points('Transport', TRANSPORT_POINTS)
  const location = ask.points('LocationID', LOCATION_POINTS)
  const vendor = ask.points('VendorID', VENDOR_POINTS)
  const product = ask.note('ProductID', productPoints(service, table))
  const model = ask.points('ModelNumber', MODEL_POINTS)
  const details = DETAIL_KEYS.map((key) => ask.points(key, DETAIL_POINTS))
  ask.points('BootProtocol', 0)
  for (const key of PRESENCE_KEYS) ask.presence(key)
  return {
    transport, location, vendor, product: product + model, details: details.reduce((sum, points) => sum + points, 0),
    usage: pairs + single, primaryPage, primaryUsage,
  }
}

/** Adds what the groups are worth. */
function addGroups(ask: TableQuestions, groups: Groups, score: Score): void {
  const note = scoreNotes(ask.service, ask.table, SOURCE)
  const add = (what: string, points: number): void => {
    if (points === 0) return
    note?.(what, points)
    score.value += points
  }
  if (groups.transport > 0) {
    add('Transport', groups.transport)
    add('LocationID', groups.location)
  }
  if (groups.vendor > 0) {
    add('VendorID', groups.vendor)
    add('product and model', groups.product)
    add('details', groups.details)
  }
  if (groups.usage > 0) {
    add('usages', groups.usage)
    add('usages, base', USAGE_BASE_POINTS)
  } else if (groups.primaryPage > 0) {
    add('PrimaryUsagePage', groups.primaryPage)
    add('PrimaryUsage', groups.primaryUsage)
  }
}

/**
 * The comparison that all nubs of the family share. All keys must agree; the points of the groups are added.
 * @xnu IOHIDFamily/IOHIDFamilyPrivate.cpp MatchPropertyTable — faithful
 */
function matchHID(service: IOService, table: OSDictionary, score: Score): boolean {
  const ask = new TableQuestions(service, table)
  const groups = askAll(ask)
  if (!ask.allAgree) {
    score.value = 0
    return false
  }
  addGroups(ask, groups, score)
  return true
}

/** Whether the dictionary asks for a game controller by a mistake that old games made. */
function asksForGameController(table: OSDictionary): boolean {
  const is = (key: string, value: number): boolean => numberOf(table.getObject(key)) === value
  return gameControllers().count <= 0 && is('PrimaryUsage', 1) && is('PrimaryUsagePage', 5)
}

const numberOf = (object: OSObject | null): number | null =>
  object instanceof OSNumber ? object.unsigned32BitValue() : null

/** The vendor-defined usage page that a dictionary names, as the log says it; null without one. */
function vendorUsage(table: OSDictionary): string | null {
  const primary = numberOf(table.getObject('PrimaryUsagePage'))
  if (primary !== null && primary >= FIRST_VENDOR_USAGE_PAGE) return `PrimaryUsagePage : ${primary.toString(16)}`
  const pairs = table.getObject('DeviceUsagePairs')
  for (const pair of pairs instanceof OSArray ? pairs.values() : []) {
    const page = pair instanceof OSDictionary ? numberOf(pair.getObject('DeviceUsagePage')) : null
    if (page !== null && page >= FIRST_VENDOR_USAGE_PAGE) return `DeviceUsagePage : ${page.toString(16)}`
  }
  return null
}

const textOf = (object: OSObject | null): string => object instanceof OSString ? object.getCStringNoCopy() : 'none'

/**
 * Vendor-defined usages mean nothing without their vendor: over USB and Bluetooth such a dictionary is refused.
 * @xnu IOHIDFamily/IOHIDDevice.cpp validateMatchingTable — faithful
 */
function isSensible(service: IOService, table: OSDictionary): boolean {
  const usage = vendorUsage(table)
  if (usage === null || table.getObject('VendorID') !== null) return true
  const bundle = textOf(table.getObject('CFBundleIdentifier') ?? table.getObject('CFBundleIdentifierKernel'))
  const head = `Matching has vendor ${usage} bundleIdentifier ${bundle} ioclass ${textOf(table.getObject('IOClass'))}`
  const transport = table.getObject('Transport')
  if (!(transport instanceof OSString)) {
    IOLog(`${head} but transport and vendorID is missing\n`)
    return true
  }
  const name = transport.getCStringNoCopy()
  if (!/Bluetooth|USB/.test(name)) return true
  IOLog(`${head} transport ${name} but vendorID is missing\n`)
  return recordProperty(service, table, 'VendorID', false)
}

/** Devices: the shared comparison, the exception for old games, the check of vendor usages. */
const deviceMatcher: FamilyMatcher = {
  compile: (table) => (service, score) => {
    const matches = matchHID(service, table, score) || asksForGameController(table)
    return matches && isSensible(service, table)
  },
}

const eventServiceMatcher: FamilyMatcher = {
  compile: (table) => (service, score) => matchHID(service, table, score),
}

/** Interfaces: the device is asked, unless it has several and each speaks for itself. */
const interfaceMatcher: FamilyMatcher = {
  compile(table) {
    const ofDevice = deviceMatcher.compile(table)
    return (service, score) => {
      const device = service.getProvider()
      if (device === null) return false
      const several = device.getProperty('MultipleInterfaceEnabled')
      const isAlone = !(several instanceof OSBoolean && several.isTrue())
      return isAlone ? ofDevice(device, score) : matchHID(service, table, score)
    }
  },
}

const KEYS: readonly string[] = [
  'Transport', 'LocationID', 'VendorID', 'ProductID', 'ProductIDArray', 'ProductIDMask', 'ModelNumber', ...DETAIL_KEYS,
  'DeviceUsagePairs', 'DeviceUsagePage', 'DeviceUsage', 'PrimaryUsagePage', 'PrimaryUsage', 'BootProtocol',
  ...PRESENCE_KEYS,
]
const NOTE = 'A service without DeviceUsagePairs matches nothing.'

function rule(providerClass: string, matcher: FamilyMatcher, where: string): FamilyRule {
  return {
    family: 'IOHIDFamily', providerClasses: [providerClass], matcher, names: 'registry name', keys: KEYS,
    confidence: 'open source', source: `${VERSION} ${where} matchPropertyTable`, note: NOTE,
  }
}

/** The rules for the nubs of the HID family. */
export const hidRules: readonly FamilyRule[] = [
  rule('IOHIDDevice', deviceMatcher, 'IOHIDDevice.cpp'),
  rule('IOHIDInterface', interfaceMatcher, 'IOHIDInterface.cpp'),
  rule('IOHIDEventService', eventServiceMatcher, 'IOHIDEventService.cpp'),
]
