import { kIOReturnUnsupported, type IOReturn } from '../../abi/index.ts'
import { OSArray, OSDictionary, OSObject, type OSSerialize, type OSSymbol } from '../../libkern/index.ts'
import type { Blocking } from '../../sim/index.ts'
import { makeImmutable, makePropertyObject, type PropertyValue } from './properties.ts'

/**
 * The properties of a registry entry. A part of IORegistryEntry in a file of its own: it has no metaclass.
 * @xnu iokit/Kernel/IORegistryEntry.cpp IORegistryEntry — simplified: no lock (nothing here blocks)
 */
export abstract class EntryProperties extends OSObject {
  private propertyTable: OSDictionary | null = null
  private indexedProperty: OSObject | null = null

  /** Parents in all planes together; kept by the links. An entry that has any has immutable collections. */
  parentCount = 0

  /** Takes a table over: a mutable one is retained and shared, an immutable one copied. */
  protected adoptTable(dictionary: OSDictionary): void {
    const former = this.propertyTable
    if (dictionary.isImmutable()) {
      this.propertyTable = dictionary.copyCollection()
    } else {
      dictionary.retain()
      this.propertyTable = dictionary
    }
    former?.release()
  }

  /** The end of `free`. */
  protected releaseProperties(): void {
    this.indexedProperty?.release()
    this.propertyTable?.release()
    this.propertyTable = null
  }

  /** The live table; for reading. @xnu iokit/Kernel/IORegistryEntry.cpp getPropertyTable — faithful */
  getPropertyTable(): OSDictionary {
    this.propertyTable ??= OSDictionary.withCapacity(4)
    return this.propertyTable
  }

  /**
   * Puts another table in place, retained and shared.
   * @xnu iokit/Kernel/IORegistryEntry.cpp setPropertyTable — faithful
   */
  setPropertyTable(dictionary: OSDictionary): void {
    dictionary.retain()
    this.propertyTable?.release()
    this.propertyTable = dictionary
  }

  /**
   * Sets a property. Plain values become objects (a text an OSSymbol, a number an OSNumber of `numberOfBits`);
   * a collection becomes immutable when the entry is attached. The table takes its own reference.
   * @xnu iokit/Kernel/IORegistryEntry.cpp setProperty — faithful
   */
  setProperty(key: OSSymbol | string, value: PropertyValue, numberOfBits = 32): boolean {
    if (value instanceof OSObject) return this.enterProperty(key, value)
    const object = makePropertyObject(value, numberOfBits)
    const result = this.enterProperty(key, object)
    object.release()
    return result
  }

  private enterProperty(key: OSSymbol | string, object: OSObject): boolean {
    if (this.parentCount > 0) makeImmutable(object)
    return this.getPropertyTable().setObject(key, object)
  }

  /**
   * The value, not retained; null when there is none.
   * @xnu iokit/Kernel/IORegistryEntry.cpp getProperty — faithful
   */
  getProperty(key: OSSymbol | string): OSObject | null {
    return this.propertyTable?.getObject(key) ?? null
  }

  /**
   * The value with a reference for the caller. @xnu iokit/Kernel/IORegistryEntry.cpp copyProperty — faithful
   */
  copyProperty(key: OSSymbol | string): OSObject | null {
    const value = this.getProperty(key)
    value?.retain()
    return value
  }

  /**
   * Takes a property away; a missing one is ignored.
   * @xnu iokit/Kernel/IORegistryEntry.cpp removeProperty — faithful
   */
  removeProperty(key: OSSymbol | string): void {
    this.propertyTable?.removeObject(key)
  }

  /** The keys in order, with one reference. @xnu iokit/Kernel/IORegistryEntry.cpp copyPropertyKeys — faithful */
  copyPropertyKeys(): OSArray {
    const keys = OSArray.withCapacity(16)
    for (const key of this.getPropertyTable().keys()) keys.setObject(key)
    return keys
  }

  /** Keys and values in order, live. @xnu ours: iterates getPropertyTable */
  propertyEntries(): Iterable<[OSSymbol, OSObject]> {
    return this.getPropertyTable().entries()
  }

  /**
   * A shallow copy of the table, with one reference.
   * @xnu iokit/Kernel/IORegistryEntry.cpp dictionaryWithProperties — faithful
   */
  dictionaryWithProperties(): OSDictionary {
    return OSDictionary.withDictionary(this.getPropertyTable())
  }

  /**
   * Writes a deep snapshot of the table. @xnu iokit/Kernel/IORegistryEntry.cpp serializeProperties — faithful
   */
  serializeProperties(serializer: OSSerialize): boolean {
    const snapshot = this.getPropertyTable().copyCollection()
    const result = snapshot.serialize(serializer)
    snapshot.release()
    return result
  }

  /**
   * What user space may ask to set: here kIOReturnUnsupported; drivers override it.
   * @xnu iokit/Kernel/IORegistryEntry.cpp setProperties — faithful
   */
  setProperties(_properties: OSObject): Blocking<IOReturn> {
    return kIOReturnUnsupported
  }

  /**
   * Runs `action` with the table to itself and answers what it answers.
   * @xnu iokit/Kernel/IORegistryEntry.cpp runPropertyAction — simplified: nothing else can run meanwhile
   */
  runPropertyAction(action: () => Blocking<IOReturn>): Blocking<IOReturn> {
    return action()
  }

  /**
   * The object in the one indexed slot, not retained; null for another index.
   * @xnu iokit/Kernel/IORegistryEntry.cpp getIndexedProperty — faithful
   */
  getIndexedProperty(index: number): OSObject | null {
    return index === 0 ? this.indexedProperty : null
  }

  /**
   * Sets the one indexed slot; the former object is handed back with its reference.
   * @xnu iokit/Kernel/IORegistryEntry.cpp setIndexedProperty — faithful
   */
  setIndexedProperty(index: number, object: OSObject | null): OSObject | null {
    if (index !== 0) return null
    const former = this.indexedProperty
    object?.retain()
    this.indexedProperty = object
    return former
  }
}
