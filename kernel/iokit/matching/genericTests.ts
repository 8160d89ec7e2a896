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
  const lookUp = isCompatibility ? compatibilityProperty : serviceProperty
  addVisibility(list, table)
  if (isCompatibility) addCompatibilityClass(list, table)
  addName(list, table)
  addLocation(list, table)
  addPropertyMatch(list, table, lookUp)
  addPropertyExists(list, table, lookUp)
  addPath(list, table, isCompatibility)
  addRegistryID(list, table)
  addServiceCount(list, table)
  for (const key of keys.gIOBSDKeys) addEqual(list, table, key)
  return list
}

/** What a compatibility match sees instead of the properties; null: the service has nothing of that kind. */
function compatibilityProperties(service: IOService): OSDictionary | null {
  const other = service.getProperty(keys.gIOCompatibilityPropertiesKey)
  return other instanceof OSDictionary ? other : null
}

/** The class that a service passes for in a compatibility match; null: its own. */
export function compatibilityClass(service: IOService): OSObject | null {
  return compatibilityProperties(service)?.getObject(keys.gIOClassKey) ?? null
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
  list.add(keys.gIOProviderClassKey, 'CLASS', wanted, {
    passes: (service) => {
      const other = compatibilityClass(service)
      return other === null || wanted.isEqualTo(other)
    },
    found: compatibilityClass,
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
      return service.compareNames(wanted, outcome)
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

type LookUp = (service: IOService, key: OSString) => OSObject | null

/**
 * A property as a matching dictionary sees it: what user space is shown comes first.
 * @xnu iokit/Kernel/IOService.cpp _copyPropertiesForMatching — faithful
 */
export function serviceProperty(service: IOService, key: OSString): OSObject | null {
  const table = service.getPropertyTable()
  const user = table.getObject(keys.gIOUserServicePropertiesKey)
  const shown = user instanceof OSDictionary ? user.getObject(key) : null
  return shown ?? table.getObject(key)
}

/** The same in a compatibility match: what the service shows for it, and nothing else. */
function compatibilityProperty(service: IOService, key: OSString): OSObject | null {
  const other = compatibilityProperties(service)
  return other === null ? serviceProperty(service, key) : other.getObject(key)
}

/** The dictionaries of an IOPropertyMatch: one, or those of a collection up to the first that is something else. */
export function propertyAlternatives(wanted: OSObject): OSDictionary[] {
  if (wanted instanceof OSDictionary) return [wanted]
  const alternatives: OSDictionary[] = []
  for (const member of wanted instanceof OSCollection ? wanted.members() : []) {
    if (!(member instanceof OSDictionary)) break
    alternatives.push(member)
  }
  return alternatives
}

/** One property that an alternative of IOPropertyMatch asks for. */
interface WantedProperty {
  readonly key: OSSymbol
  readonly value: OSObject
}

function addPropertyMatch(list: TestList, table: OSDictionary, lookUp: LookUp): void {
  const wanted = table.getObject(keys.gIOPropertyMatchKey)
  if (wanted === null) return
  const alternatives = propertyAlternatives(wanted).map((dictionary) => (
    Array.from(dictionary.entries(), ([key, value]) => ({ key, value }))))
  const isEqual = (service: IOService, pairs: readonly WantedProperty[]): boolean => {
    for (const { key, value } of pairs) {
      const found = lookUp(service, key)
      if (found === null || !found.isEqualTo(value)) return false
    }
    return true
  }
  list.addCounted(keys.gIOPropertyMatchKey, 'PROP', wanted, {
    passes: (service) => {
      for (const pairs of alternatives) if (isEqual(service, pairs)) return true
      return false
    },
    found: (service) => foundProperties(service, alternatives, lookUp),
  })
}

/** The service's own values for the keys a property match asks, as text for the recorder. */
function foundProperties(
  service: IOService, alternatives: readonly WantedProperty[][], lookUp: LookUp,
): OSDictionary {
  const found = OSDictionary.withCapacity(4)
  for (const pairs of alternatives) {
    for (const { key } of pairs) found.setObject(key, lookUp(service, key))
  }
  return found
}

/** A text, or the texts of a collection up to the first that is something else. */
function textsOf(wanted: OSObject): OSString[] {
  if (wanted instanceof OSString) return [wanted]
  const texts: OSString[] = []
  for (const member of wanted instanceof OSCollection ? wanted.members() : []) {
    if (!(member instanceof OSString)) break
    texts.push(member)
  }
  return texts
}

function addPropertyExists(list: TestList, table: OSDictionary, lookUp: LookUp): void {
  const wanted = table.getObject(keys.gIOPropertyExistsMatchKey)
  if (wanted === null) return
  const names = textsOf(wanted)
  list.addCounted(keys.gIOPropertyExistsMatchKey, 'PROP', wanted, {
    passes: (service) => names.some((name) => lookUp(service, name) !== null),
    found: (service) => {
      const present = names.filter((name) => lookUp(service, name) !== null)
      return present.map((name) => name.getCStringNoCopy()).join(', ')
    },
  })
}

function addPath(list: TestList, table: OSDictionary, isCompatibility: boolean): void {
  const wanted = table.getObject(keys.gIOPathMatchKey)
  if (!(wanted instanceof OSString)) return
  list.addCounted(keys.gIOPathMatchKey, 'PATH', wanted, {
    passes: (service) => {
      const other = isCompatibility ? (compatibilityProperties(service)?.getObject(keys.gIOPathKey) ?? null) : null
      if (other !== null && wanted.isEqualTo(other)) return true
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
