import {
  kIONameMatchKey, kIOPropertyMatchKey, kIOProviderClassKey, kIORegistryEntryIDKey, kIOResourceMatchKey,
} from '../../abi/index.ts'
import { OSDictionary, OSNumber, OSString, OSSymbol, toOSObject, type OSDictionaryKey, type PlainValue } from
  '../../libkern/index.ts'

/** The table to fill: the caller's, or a new one with one reference. */
function tableOrNew(table: OSDictionary | null): OSDictionary {
  return table ?? OSDictionary.withCapacity(2)
}

/** Puts a name under a key: text as its symbol, a string object as itself. */
function put(table: OSDictionary, key: string, name: string | OSString): OSDictionary {
  if (typeof name === 'string') table.adopt(key, OSSymbol.withCString(name))
  else table.setObject(key, name)
  return table
}

/** `{ IOProviderClass }`, a symbol. @xnu iokit/Kernel/IOService.cpp serviceMatching — faithful */
export function serviceMatching(className: string | OSString, table: OSDictionary | null = null): OSDictionary {
  const name = typeof className === 'string' ? className : className.getCStringNoCopy()
  return put(tableOrNew(table), kIOProviderClassKey, name)
}

/** `{ IONameMatch }`. @xnu iokit/Kernel/IOService.cpp nameMatching — faithful */
export function nameMatching(name: string | OSString, table: OSDictionary | null = null): OSDictionary {
  return put(tableOrNew(table), kIONameMatchKey, name)
}

/**
 * `{ IOProviderClass: IOResources, IOResourceMatch }`.
 * @xnu iokit/Kernel/IOService.cpp resourceMatching — faithful
 */
export function resourceMatching(resource: string | OSString, table: OSDictionary | null = null): OSDictionary {
  return put(serviceMatching('IOResources', table), kIOResourceMatchKey, resource)
}

/** Replaces IOPropertyMatch. @xnu iokit/Kernel/IOService.cpp propertyMatching — faithful */
export function propertyMatching(
  key: OSDictionaryKey, value: PlainValue, table: OSDictionary | null = null,
): OSDictionary {
  const properties = OSDictionary.withCapacity(2)
  properties.adopt(key instanceof OSString ? key.getCStringNoCopy() : key, toOSObject(value))
  const result = tableOrNew(table)
  result.adopt(kIOPropertyMatchKey, properties)
  return result
}

/** `{ IORegistryEntryID }`. @xnu iokit/Kernel/IOService.cpp registryEntryIDMatching — faithful */
export function registryEntryIDMatching(id: number, table: OSDictionary | null = null): OSDictionary {
  const result = tableOrNew(table)
  result.adopt(kIORegistryEntryIDKey, OSNumber.withNumber(id, 64))
  return result
}
