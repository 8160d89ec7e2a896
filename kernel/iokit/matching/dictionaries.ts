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
/** Sets a text: a C string becomes a symbol, a text object goes in as it is. */
function put(table: OSDictionary, key: string, value: OSString | string): OSDictionary {
  if (typeof value === 'string') table.adopt(key, OSSymbol.withCString(value))
  else table.setObject(key, value)
  return table
}

const textOf = (text: OSString | string): string => typeof text === 'string' ? text : text.getCStringNoCopy()

/**
 * `{ IOProviderClass }`, in a new dictionary with one reference or in the caller's, which is handed back as it is.
 * Any thread; so are all of these. @xnu iokit/Kernel/IOService.cpp serviceMatching — faithful
 */
export function serviceMatching(className: OSString | string, table: OSDictionary | null = null): OSDictionary {
  return put(tableOrNew(table), kIOProviderClassKey, textOf(className))
}

/** `{ IONameMatch }`. @xnu iokit/Kernel/IOService.cpp nameMatching — faithful */
export function nameMatching(name: OSString | string, table: OSDictionary | null = null): OSDictionary {
  return put(tableOrNew(table), kIONameMatchKey, name)
}

/** `{ IOProviderClass: IOResources, IOResourceMatch }`. @xnu iokit/Kernel/IOService.cpp resourceMatching — faithful */
export function resourceMatching(resource: OSString | string, table: OSDictionary | null = null): OSDictionary {
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
