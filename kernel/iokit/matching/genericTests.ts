import {
  OSCollection, OSDictionary, OSMetaClass, OSNumber, OSString, type OSObject, type OSSymbol,
} from '../../libkern/index.ts'
import { IORegistryEntry, gIOServicePlane } from '../registry/index.ts'
import type { IOService } from '../service/IOService.ts'
import { kIOServiceInactiveState, kIOServiceUserInvisibleMatchState } from '../../abi/index.ts'
import type { GenericTest, MatchOutcome } from './CompiledTable.ts'
import * as keys from './keys.ts'
import type { MatchReason } from './MatchRecorder.ts'

type Passes = (service: IOService, outcome: MatchOutcome) => boolean
type Found = (service: IOService) => OSObject | string | null

/** Collects the tests of one table in order, and how many of its keys they answer for. */
class TestList {
  readonly tests: GenericTest[] = []
  keysDone = 0

  add(key: OSSymbol, reason: MatchReason, wanted: OSObject | null, hooks: { passes: Passes; found: Found }): void {
    this.tests.push({ key, reason, wanted, ...hooks })
  }

  addCounted(key: OSSymbol, reason: MatchReason, wanted: OSObject, hooks: { passes: Passes; found: Found }): void {
    this.keysDone++
    this.add(key, reason, wanted, hooks)
  }
}

/**
 * The generic keys of a matching table, in the kernel's order, without IOProviderClass (asked apart).
 * @xnu iokit/Kernel/IOService.cpp matchInternal — faithful
 */
export function genericTests(table: OSDictionary): { readonly tests: GenericTest[]; readonly keysDone: number } {
  const list = new TestList()
  const isCompatibility = table.getObject(keys.gIOCompatibilityMatchKey) !== null
  if (isCompatibility) list.keysDone++
  const propertiesOf = isCompatibility ? compatibilityProperties : ownProperties
  addVisibility(list, table)
  if (isCompatibility) addCompatibilityClass(list, table)
  addName(list, table)
  addLocation(list, table)
  addPropertyMatch(list, table, propertiesOf)
  addPropertyExists(list, table, propertiesOf)
  addPath(list, table, isCompatibility)
  addRegistryID(list, table)
  addServiceCount(list, table)
  for (const key of keys.gIOBSDKeys) addEqual(list, table, key)
  return list
}

const ownProperties = (service: IOService): OSDictionary => service.getPropertyTable()

/** What a compatibility match sees instead of the properties. */
function compatibilityProperties(service: IOService): OSDictionary {
  const other = service.getProperty(keys.gIOCompatibilityPropertiesKey)
  return other instanceof OSDictionary ? other : service.getPropertyTable()
}

function addVisibility(list: TestList, table: OSDictionary): void {
  const user = table.getObject(keys.gIOServiceNotificationUserKey)
  if (user !== null) {
    list.addCounted(keys.gIOServiceNotificationUserKey, 'HIDDEN', user, {
      passes: (service) => (service.getState() & kIOServiceUserInvisibleMatchState) === 0,
      found: () => null,
    })
  }
}

function addCompatibilityClass(list: TestList, table: OSDictionary): void {
  const wanted = table.getObject(keys.gIOProviderClassKey)
  if (!(wanted instanceof OSString)) return
  const found = (service: IOService): OSObject | null => compatibilityProperties(service).getObject(keys.gIOClassKey)
  list.add(keys.gIOProviderClassKey, 'CLASS', wanted, {
    passes: (service) => service.getProperty(keys.gIOCompatibilityPropertiesKey) === null
      || wanted.isEqualTo(found(service)),
    found,
  })
}

function addName(list: TestList, table: OSDictionary): void {
  const wanted = table.getObject(keys.gIONameMatchKey)
  if (wanted === null) return
  const names = plainNames(wanted)
  list.addCounted(keys.gIONameMatchKey, 'NAME', wanted, {
    passes: (service, outcome) => {
      if (names !== null && service.compareName === IORegistryEntry.prototype.compareName) {
        const name = names.get(service.getName())
        if (name === undefined) return false
        outcome.nameMatched = name
        return true
      }
      const matched = service.compareNames(wanted)
      outcome.nameMatched = matched
      return matched !== null
    },
    found: (service) => service.getName(),
  })
}

/** The names that `compareNames` would try, by text; null for something else than names. */
function plainNames(wanted: OSObject): Map<string, OSString> | null {
  const names = new Map<string, OSString>()
  if (wanted instanceof OSString) names.set(wanted.getCStringNoCopy(), wanted)
  if (!(wanted instanceof OSCollection)) return wanted instanceof OSString ? names : null
  for (const name of wanted.members()) {
    if (!(name instanceof OSString)) break
    const text = name.getCStringNoCopy()
    if (!names.has(text)) names.set(text, name)
  }
  return names
}

function addLocation(list: TestList, table: OSDictionary): void {
  const wanted = table.getObject(keys.gIOLocationMatchKey)
  if (!(wanted instanceof OSString)) return
  const text = wanted.getCStringNoCopy()
  list.addCounted(keys.gIOLocationMatchKey, 'LOCATION', wanted, {
    passes: (service) => service.getLocation() === text,
    found: (service) => service.getLocation(),
  })
}

/** A property, of the dictionary user space sees first. */
function propertyFor(service: IOService, properties: OSDictionary, key: OSSymbol): OSObject | null {
  const user = service.getProperty(keys.gIOUserServicePropertiesKey)
  const own = user instanceof OSDictionary ? user.getObject(key) : null
  return own ?? properties.getObject(key)
}

/** A property as a matching dictionary sees it: what user space is shown comes first. */
export function serviceProperty(service: IOService, key: OSSymbol): OSObject | null {
  return propertyFor(service, service.getPropertyTable(), key)
}

function addPropertyMatch(
  list: TestList, table: OSDictionary, propertiesOf: (service: IOService) => OSDictionary,
): void {
  const wanted = table.getObject(keys.gIOPropertyMatchKey)
  if (wanted === null) return
  const candidates: OSObject[] = wanted instanceof OSDictionary ? [wanted] : membersOf(wanted)
  const alternatives = candidates
    .filter((member) => member instanceof OSDictionary)
    .map((dictionary) => [...dictionary.entries()])
  const isEqual = (service: IOService, pairs: [OSSymbol, OSObject][]): boolean => {
    const properties = propertiesOf(service)
    for (const [key, value] of pairs) {
      const found = propertyFor(service, properties, key)
      if (found === null || !found.isEqualTo(value)) return false
    }
    return true
  }
  list.addCounted(keys.gIOPropertyMatchKey, 'PROP', wanted, {
    passes: (service) => {
      for (const pairs of alternatives) if (isEqual(service, pairs)) return true
      return false
    },
    found: (service) => foundProperties(service, alternatives),
  })
}

/** The service's own values for the keys a property match asks, as text for the recorder. */
function foundProperties(service: IOService, alternatives: [OSSymbol, OSObject][][]): OSDictionary {
  const found = OSDictionary.withCapacity(4)
  for (const pairs of alternatives) {
    for (const [key] of pairs) found.setObject(key, propertyFor(service, service.getPropertyTable(), key))
  }
  return found
}

function membersOf(object: OSObject): OSObject[] {
  return object instanceof OSCollection ? [...object.members()] : []
}

function addPropertyExists(
  list: TestList, table: OSDictionary, propertiesOf: (service: IOService) => OSDictionary,
): void {
  const wanted = table.getObject(keys.gIOPropertyExistsMatchKey)
  if (wanted === null) return
  const names = (wanted instanceof OSString ? [wanted] : membersOf(wanted)).filter((name) => name instanceof OSString)
  list.addCounted(keys.gIOPropertyExistsMatchKey, 'PROP', wanted, {
    passes: (service) => names.some((name) => propertiesOf(service).getObject(name) !== null),
    found: (service) => {
      const present = names.filter((name) => propertiesOf(service).getObject(name) !== null)
      return present.map((name) => name.getCStringNoCopy()).join(', ')
    },
  })
}

function addPath(list: TestList, table: OSDictionary, isCompatibility: boolean): void {
  const wanted = table.getObject(keys.gIOPathMatchKey)
  if (!(wanted instanceof OSString)) return
  list.addCounted(keys.gIOPathMatchKey, 'PATH', wanted, {
    passes: (service) => {
      if (isCompatibility && wanted.isEqualTo(compatibilityProperties(service).getObject(keys.gIOPathKey))) return true
      const entry = IORegistryEntry.fromPath(wanted.getCStringNoCopy())
      entry?.release()
      return entry === service
    },
    found: (service) => service.getPath(gIOServicePlane),
  })
}

function addRegistryID(list: TestList, table: OSDictionary): void {
  const wanted = table.getObject(keys.gIORegistryEntryIDKey)
  if (!(wanted instanceof OSNumber)) return
  const id = wanted.numberValue()
  list.addCounted(keys.gIORegistryEntryIDKey, 'ID', wanted, {
    passes: (service) => service.getRegistryEntryID() === id,
    found: (service) => `0x${service.getRegistryEntryID().toString(16)}`,
  })
}

/** Number of active clients that hold a match category. */
function categoryCount(service: IOService): number {
  let count = 0
  for (const entry of service.childLinks(gIOServicePlane)?.members ?? []) {
    const client = entry.asService()
    if (client === null || (client.getState() & kIOServiceInactiveState) !== 0) continue
    if (client.getProperty(keys.gIOMatchCategoryKey) !== null) count++
  }
  return count
}

function addServiceCount(list: TestList, table: OSDictionary): void {
  const wanted = table.getObject(keys.gIOMatchedServiceCountKey)
  if (!(wanted instanceof OSNumber)) return
  const count = wanted.unsigned32BitValue()
  list.addCounted(keys.gIOMatchedServiceCountKey, 'COUNT', wanted, {
    passes: (service) => categoryCount(service) === count,
    found: (service) => String(categoryCount(service)),
  })
}

function addEqual(list: TestList, table: OSDictionary, key: OSSymbol): void {
  const wanted = table.getObject(key)
  if (wanted === null) return
  list.addCounted(key, 'BSD', wanted, {
    passes: (service) => wanted.isEqualTo(service.getProperty(key)),
    found: (service) => service.getProperty(key),
  })
}

/** Whether the service is of the named class, by name. */
export function isOfClass(service: IOService, className: string): boolean {
  return OSMetaClass.checkMetaCastWithName(className, service) !== null
}

/** Exclave services match only tables that ask for them (or a user's notification), and such tables only them. */
export function matchesExclave(service: IOService, isProxyTable: boolean, isUserTable: boolean): boolean {
  const isAssigned = service.getProperty(keys.gIOExclaveAssignedKey) !== null
  return isAssigned ? isProxyTable || isUserTable : !isProxyTable
}
