import { OSArray } from './OSArray.ts'
import {
  collectionTag, copyNested, kSort, OSCollection, Room, tooManyPlaces, type CollectionCopies,
} from './OSCollection.ts'
import { pairBytes } from './kallocSizes.ts'
import { defineMetaClass, type OSMetaClass } from './OSMetaClass.ts'
import type { OSObject } from './OSObject.ts'
import type { OSSerialize } from './OSSerialize.ts'
import { OSString } from './OSString.ts'
import { OSSymbol } from './OSSymbol.ts'
import { XMLTag } from './XMLTag.ts'

const xmlTag = new XMLTag('dict')

/** What may name an entry. A symbol is the fast way. */
export type OSDictionaryKey = OSSymbol | OSString | string

/**
 * Objects under symbols, in order of entry; holds a reference to keys and values.
 * @xnu libkern/c++/OSDictionary.cpp OSDictionary — simplified: kSort orders by text, not by symbol addresses
 */
export class OSDictionary extends OSCollection {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('OSDictionary', OSDictionary, OSCollection)

  private readonly map = new Map<OSSymbol, OSObject>()
  private readonly room = new Room(pairBytes)

  /**
   * An empty dictionary. One reference to the caller, as with all makers.
   * @xnu libkern/c++/OSDictionary.cpp withCapacity — faithful
   */
  static withCapacity(capacity: number): OSDictionary {
    const dictionary = new OSDictionary()
    return dictionary.initWithCapacity(capacity) ? dictionary : tooManyPlaces('OSDictionary')
  }

  /**
   * Pairs of two lists; null if the capacity is neither 0 nor enough, or a key or value is missing.
   * @xnu libkern/c++/OSDictionary.cpp withObjects — faithful
   */
  static withObjects(
    objects: readonly OSObject[], keys: readonly OSDictionaryKey[], capacity = 0,
  ): OSDictionary | null {
    const dictionary = new OSDictionary()
    if (dictionary.initWithObjects(objects, keys, capacity)) return dictionary
    dictionary.release()
    return null
  }

  /**
   * A copy that shares the values; null if the capacity is neither 0 nor enough.
   * @xnu libkern/c++/OSDictionary.cpp withDictionary — faithful
   */
  static withDictionary(source: OSDictionary, capacity?: 0): OSDictionary
  static withDictionary(source: OSDictionary, capacity: number): OSDictionary | null
  static withDictionary(source: OSDictionary, capacity = 0): OSDictionary | null {
    const dictionary = new OSDictionary()
    if (dictionary.initWithDictionary(source, capacity)) return dictionary
    dictionary.release()
    return null
  }

  /** For subclasses. @xnu libkern/c++/OSDictionary.cpp initWithCapacity — faithful */
  initWithCapacity(capacity: number): boolean {
    return this.room.init(capacity)
  }

  /**
   * For subclasses; stops with false at a missing key or value.
   * @xnu libkern/c++/OSDictionary.cpp initWithObjects — faithful
   */
  initWithObjects(
    objects: readonly (OSObject | null)[], keys: readonly (OSDictionaryKey | null)[], capacity = 0,
  ): boolean {
    if (capacity !== 0 && objects.length > capacity) return false
    if (!this.initWithCapacity(capacity === 0 ? objects.length : capacity)) return false
    return objects.every((object, i) => this.setObject(keys[i] ?? null, object))
  }

  /**
   * For subclasses; the copy has not changed yet.
   * @xnu libkern/c++/OSDictionary.cpp initWithDictionary — faithful
   */
  initWithDictionary(source: OSDictionary | null, capacity = 0): boolean {
    if (source === null || (capacity !== 0 && source.map.size > capacity)) return false
    if (!this.initWithCapacity(capacity === 0 ? source.map.size : capacity)) return false
    source.map.forEach((object, key) => {
      key.collectionRetain()
      object.collectionRetain()
      this.map.set(key, object)
    })
    return true
  }

  /** @xnu libkern/c++/OSDictionary.cpp getCount — faithful */
  getCount(): number {
    return this.map.size
  }

  /** @xnu libkern/c++/OSDictionary.cpp getCapacity — faithful */
  getCapacity(): number {
    return this.room.capacity
  }

  /** @xnu libkern/c++/OSDictionary.cpp getCapacityIncrement — faithful */
  getCapacityIncrement(): number {
    return this.room.increment
  }

  /** @xnu libkern/c++/OSDictionary.cpp setCapacityIncrement — faithful */
  setCapacityIncrement(increment: number): number {
    return this.room.setIncrement(increment)
  }

  /** @xnu libkern/c++/OSDictionary.cpp ensureCapacity — faithful */
  ensureCapacity(capacity: number): number {
    return this.room.ensure(capacity)
  }

  /**
   * The value, without a reference; null if there is none.
   * @xnu libkern/c++/OSDictionary.cpp getObject — faithful
   */
  getObject(key: OSDictionaryKey | null): OSObject | null {
    // An interned key is the table's own key: asked first, since nearly all are.
    const found = this.map.get(key as OSSymbol)
    if (found !== undefined) return found
    if (key === null || key instanceof OSSymbol) return null
    const symbol = OSSymbol.existing(typeof key === 'string' ? key : key.getCStringNoCopy())
    return symbol === null ? null : this.map.get(symbol) ?? null
  }

  /**
   * Enters a value, which is retained; a known key keeps its place. False for a null key or value.
   * @xnu libkern/c++/OSDictionary.cpp setObject — faithful
   */
  setObject(key: OSDictionaryKey | null, object: OSObject | null): boolean {
    if (key === null || object === null) return false
    // A key of the table needs no look at its type: asked first, since most sets are of known keys.
    const old = this.map.get(key as OSSymbol)
    if (old !== undefined) return this.replace(key as OSSymbol, object, old)
    if (key instanceof OSSymbol) return this.addSymbol(key, object)
    const symbol = typeof key === 'string' ? OSSymbol.tryWithCString(key) : OSSymbol.withString(key)
    if (symbol === null) return false
    const isSet = this.setSymbol(symbol, object)
    symbol.release()
    return isSet
  }

  /** Enters a value whose reference the caller gives away. @xnu ours: setObject, then release */
  adopt(key: OSDictionaryKey, object: OSObject): boolean {
    const isSet = this.setObject(key, object)
    object.release()
    return isSet
  }

  /**
   * Takes a pair out; the others keep their order.
   * @xnu libkern/c++/OSDictionary.cpp removeObject — faithful
   */
  removeObject(key: OSDictionaryKey | null): void {
    if (key === null) return
    const symbol = key instanceof OSSymbol
      ? key : OSSymbol.existing(typeof key === 'string' ? key : key.getCStringNoCopy())
    if (symbol === null) return
    const old = this.map.get(symbol)
    if (old === undefined) return
    this.haveUpdated()
    this.map.delete(symbol)
    symbol.taggedRelease(collectionTag)
    old.taggedRelease(collectionTag)
  }

  /** Enters all pairs of the other; its values win. @xnu libkern/c++/OSDictionary.cpp merge — faithful */
  merge(other: OSDictionary): boolean {
    const stamp = other.updateStamp
    for (const [key, object] of other.map) {
      if (!this.setSymbol(key, object)) return false
      if (other.updateStamp !== stamp) break
    }
    return true
  }

  /**
   * A new array of the keys in order, with one reference to the caller.
   * @xnu libkern/c++/OSDictionary.cpp copyKeys — faithful
   */
  copyKeys(): OSArray {
    return OSArray.withObjects([...this.map.keys()])
  }

  /** @xnu libkern/c++/OSDictionary.cpp flushCollection — faithful */
  flushCollection(): void {
    this.haveUpdated()
    this.drop()
  }

  /** Pairs in order. @xnu ours: for loops over a dictionary */
  entries(): IterableIterator<[OSSymbol, OSObject]> {
    return this.map.entries()
  }

  /** Keys in order. @xnu ours: for loops over a dictionary */
  keys(): IterableIterator<OSSymbol> {
    return this.map.keys()
  }

  /** Values in order. @xnu ours: for loops over a dictionary */
  values(): IterableIterator<OSObject> {
    return this.map.values()
  }

  /** Calls back with each pair in order; makes no objects of its own. @xnu ours: `entries` where it is hot */
  eachPair(visit: (object: OSObject, key: OSSymbol) => void): void {
    this.map.forEach(visit)
  }

  /** @xnu libkern/c++/OSDictionary.cpp getNextObjectForIterator — faithful */
  members(): IterableIterator<OSObject> {
    return this.map.keys()
  }

  protected nestedObjects(): IterableIterator<OSObject> {
    return this.map.values()
  }

  /**
   * Calls back with each pair until `true`; false if the dictionary changed meanwhile.
   * @xnu libkern/c++/OSDictionary.cpp iterateObjects — faithful
   */
  iteratePairs(callback: (key: OSSymbol, object: OSObject) => boolean): boolean {
    const stamp = this.updateStamp
    let isOver = false
    // `forEach` makes no pairs and no iterator's results.
    this.map.forEach((object, key) => {
      if (!isOver) isOver = callback(key, object) || this.updateStamp !== stamp
    })
    return this.updateStamp === stamp
  }

  /**
   * Same keys with equal values; with `keys`, only those count, and each must be in both. The first one that
   * is no string ends the list.
   * @xnu libkern/c++/OSDictionary.cpp isEqualTo — faithful
   */
  override isEqualTo(other: OSObject | null, keys?: OSCollection): boolean {
    if (other === this) return true
    if (!(other instanceof OSDictionary)) return false
    if (keys !== undefined) return this.isEqualUnderKeys(other, keys)
    if (other.map.size !== this.map.size) return false
    for (const [key, object] of this.map) {
      const theirs = other.map.get(key)
      if (theirs === undefined || !object.isEqualTo(theirs)) return false
    }
    return true
  }

  /**
   * The kSort bit puts the pairs in their order, now and after each new key.
   * @xnu libkern/c++/OSDictionary.cpp setOptions — faithful
   */
  override setOptions(options: number, mask: number): number {
    const old = super.setOptions(options, mask)
    if ((old & kSort) === 0 && (this.getOptions() & kSort) !== 0) this.sort()
    return old
  }

  /** @xnu libkern/c++/OSDictionary.cpp copyCollection — faithful */
  override copyCollection(copies: CollectionCopies = new Map()): OSDictionary {
    const known = copies.get(this)
    if (known instanceof OSDictionary) {
      known.retain()
      return known
    }
    const copy = OSDictionary.withCapacity(this.map.size)
    copies.set(this, copy)
    for (const [key, object] of this.map) {
      const nested = copyNested(object, copies)
      copy.setSymbol(key, nested)
      if (nested !== object) nested.release()
    }
    return copy
  }

  /** @xnu libkern/c++/OSDictionary.cpp serialize — faithful */
  override serialize(serializer: OSSerialize): boolean {
    if (serializer.previouslySerialized(this)) return true
    if (!serializer.addXMLStartTag(this, xmlTag)) return false
    let isWritten = true
    // `forEach` makes no pairs. It cannot stop, so that after a refusal the rest is passed over.
    this.map.forEach((object, key) => {
      isWritten = isWritten && serializer.addKey(key) && object.serialize(serializer)
    })
    return isWritten && serializer.addXMLEndTag(xmlTag)
  }

  /** @xnu libkern/c++/OSDictionary.cpp free — faithful */
  override free(): void {
    this.drop()
    super.free()
  }

  private setSymbol(symbol: OSSymbol, object: OSObject): boolean {
    const old = this.map.get(symbol)
    return old === undefined ? this.addSymbol(symbol, object) : this.replace(symbol, object, old)
  }

  private replace(symbol: OSSymbol, object: OSObject, old: OSObject): boolean {
    this.haveUpdated()
    if (old === object) return true
    object.collectionRetain()
    this.map.set(symbol, object)
    old.collectionRelease()
    return true
  }

  private addSymbol(symbol: OSSymbol, object: OSObject): boolean {
    this.haveUpdated()
    object.collectionRetain()
    symbol.collectionRetain()
    this.map.set(symbol, object)
    if (this.map.size > this.room.capacity) this.ensureCapacity(this.map.size)
    if (this.isSorted()) this.sort()
    return true
  }

  private isSorted(): boolean {
    return (this.getOptions() & kSort) !== 0
  }

  private sort(): void {
    const pairs = [...this.map].sort(([a], [b]) => (a.getCStringNoCopy() < b.getCStringNoCopy() ? -1 : 1))
    this.map.clear()
    for (const [key, object] of pairs) this.map.set(key, object)
  }

  private isEqualUnderKeys(other: OSDictionary, keys: OSCollection): boolean {
    const count = keys.getCount()
    if (this.map.size < count || other.map.size < count) return false
    for (const key of keys.members()) {
      if (!(key instanceof OSString)) return true
      const mine = this.getObject(key)
      const theirs = other.getObject(key)
      if (mine === null || theirs === null || !mine.isEqualTo(theirs)) return false
    }
    return true
  }

  private drop(): void {
    for (const [key, object] of this.map) {
      key.taggedRelease(collectionTag)
      object.taggedRelease(collectionTag)
    }
    this.map.clear()
  }
}
