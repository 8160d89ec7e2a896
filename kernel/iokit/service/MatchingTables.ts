import { kIOLocationMatchKey } from '../../abi/index.ts'
import { OSDictionary, type OSDictionaryKey, type OSString, type PlainValue } from '../../libkern/index.ts'
import * as dictionaries from '../matching/dictionaries.ts'
import { MatchableEntry } from '../matching/MatchableEntry.ts'

/**
 * The part of IOService that makes matching tables: class methods only. It has no metaclass of its own.
 * @xnu iokit/Kernel/IOService.cpp IOService — faithful
 */
export class MatchingTables extends MatchableEntry {
  /**
   * A table for a class of services: a new one for the caller, or the given one with one more reference. Any
   * context.
   * @xnu iokit/Kernel/IOService.cpp serviceMatching — faithful
   */
  static serviceMatching(className: string | OSString, table: OSDictionary | null = null): OSDictionary {
    return dictionaries.serviceMatching(className, table)
  }

  /**
   * A table for a name of services: a new one for the caller, or the given one with one more reference. Any
   * context.
   * @xnu iokit/Kernel/IOService.cpp nameMatching — faithful
   */
  static nameMatching(name: string | OSString, table: OSDictionary | null = null): OSDictionary {
    return dictionaries.nameMatching(name, table)
  }

  /**
   * A table for a resource of IOResources: a new one for the caller, or the given one with one more
   * reference. Any context.
   * @xnu iokit/Kernel/IOService.cpp resourceMatching — faithful
   */
  static resourceMatching(resource: string | OSString, table: OSDictionary | null = null): OSDictionary {
    return dictionaries.resourceMatching(resource, table)
  }

  /**
   * A table for one property of services: a new one for the caller, or the given one with one more reference.
   * Any context.
   * @xnu iokit/Kernel/IOService.cpp propertyMatching — faithful
   */
  static propertyMatching(
    key: OSDictionaryKey, value: PlainValue, table: OSDictionary | null = null,
  ): OSDictionary {
    return dictionaries.propertyMatching(key, value, table)
  }

  /**
   * Puts an empty `IOLocationMatch` into a table, for the caller to fill; owned by the table. Any context.
   * @xnu iokit/Kernel/IOService.cpp addLocation — faithful
   */
  static addLocation(table: OSDictionary): OSDictionary | null {
    const location = OSDictionary.withCapacity(1)
    const isSet = table.setObject(kIOLocationMatchKey, location)
    location.release()
    return isSet ? location : null
  }

  /**
   * A table for one entry: a new one for the caller, or the given one with one more reference. Any context.
   * @xnu iokit/Kernel/IOService.cpp registryEntryIDMatching — faithful
   */
  static registryEntryIDMatching(id: number, table: OSDictionary | null = null): OSDictionary {
    return dictionaries.registryEntryIDMatching(id, table)
  }
}
