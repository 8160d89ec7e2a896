import { describe, expect, it } from 'vitest'
import { Simulation } from '../sim/index.ts'
import {
  OSArray, OSCollectionIterator, OSDictionary, OSMetaClass, OSSet, OSString, OSSymbol, type OSCollection,
  type OSObject,
} from './index.ts'

/** Runs a test in a world of its own, in which nothing is left over afterwards. */
function withoutLeaks(body: () => void): void {
  new Simulation(1).enter(() => {
    const before = [...OSMetaClass.classCounts()]
    body()
    expect([...OSMetaClass.classCounts()]).toEqual(before)
  })
}

/** 63 texts, some of them more than once. */
const texts = Array.from({ length: 63 }, (_, i) => `text ${i % 50} `)

const strings = (): OSString[] => texts.map((text) => OSString.withCStringNoCopy(text))
const symbols = (): OSSymbol[] => texts.map((text) => OSSymbol.withCStringNoCopy(text))
/** Each text once. */
const distinct = (): OSSymbol[] => texts.slice(0, 50).map((text) => OSSymbol.withCStringNoCopy(text))
const release = (...objects: readonly OSObject[]): void => objects.forEach((object) => object.release())
const retainCounts = (objects: readonly OSObject[]): number[] =>
  [...new Set(objects.map((object) => object.getRetainCount()))]

/** These are older than the allocator of today, which gives whole elements of its zones. */
function capacities(collection: OSCollection): number[] {
  return [collection.getCount(), collection.getCapacity(), collection.getCapacityIncrement(),
    collection.setCapacityIncrement(4), collection.getCapacityIncrement(), collection.ensureCapacity(5)]
}

describe('xnu TestCollections testArray', () => {
  it('1: room for one grows by its increment, and a flush empties', () => withoutLeaks(() => {
    const array = OSArray.withCapacity(1)
    expect(capacities(array)).toEqual([0, 2, 2, 4, 4, 8])
    const string = OSString.withCStringNoCopy(texts[0]!)
    expect([array.setObject(string), array.getObject(0)]).toEqual([true, string])
    string.release()
    expect([array.getCount(), string.getRetainCount()]).toEqual([1, 1])
    array.flushCollection()
    expect([array.getCount(), string.isFreed()]).toEqual([0, true])
    array.release()
  }))

  it('2: an array of objects has their count for room and keeps their order', () => withoutLeaks(() => {
    const all = strings()
    const array = OSArray.withObjects(all, all.length)!
    release(...all)
    expect([array.getCount(), array.getCapacity(), array.getCapacityIncrement()]).toEqual([63, 64, 64])
    expect(Array.from({ length: 64 }, (_, i) => array.getObject(i))).toEqual([...all, null])
    array.release()
  }))

  it('3: merged into another; taken from the tail and the head it keeps its order', () => withoutLeaks(() => {
    const all = strings()
    const array = OSArray.withObjects(all)
    release(...all)
    const other = OSArray.withCapacity(1)
    expect([other.merge(array), other.getCount()]).toEqual([true, 63])
    const fromTail = all.map(() => {
      const last = other.getLastObject()
      other.removeObject(other.getCount() - 1)
      return last
    })
    expect(fromTail).toEqual(all.toReversed())
    expect(OSArray.withArray(array, 62)).toBeNull()
    const copy = OSArray.withArray(array, 63)!
    const fromHead = all.map(() => {
      const first = copy.getObject(0)
      copy.removeObject(0)
      return first
    })
    expect([fromHead, copy.getCount()]).toEqual([all, 0])
    release(array, other, copy)
  }))

  it('4: insertion at 0 shifts, and a symbol replaces its string', () => withoutLeaks(() => {
    const [array, turned] = [OSArray.withCapacity(63), OSArray.withCapacity(1)]
    for (const string of strings()) {
      expect([array.setObject(string), array.getLastObject()]).toEqual([true, string])
      string.release()
    }
    const all = symbols()
    for (const symbol of all) expect([turned.setObject(0, symbol), turned.getLastObject()])
      .toEqual([true, all[0]])
    for (let i = 62; i >= 0; i--) {
      array.replaceObject(i, turned.getObject(0))
      turned.removeObject(0)
    }
    expect([[...array.values()], turned.getCount(), array.isEqualTo(turned)]).toEqual([all, 0, false])
    release(array, turned, ...all)
  }))

  it('5: with doubles taken out, every symbol is there once', () => withoutLeaks(() => {
    const array = OSArray.withCapacity(63)
    for (const symbol of symbols()) {
      array.setObject(symbol)
      symbol.release()
    }
    for (let i = 0; i < array.getCount();) {
      if (array.getObject(i)!.getRetainCount() === 1) i++
      else array.removeObject(i)
    }
    const all = distinct()
    expect([array.getCount(), all.every((symbol) => array.getNextIndexOfObject(symbol, 0) < 50)])
      .toEqual([50, true])
    release(array, ...all)
  }))
})

describe('xnu TestCollections testSet', () => {
  it('1: room for one grows by its increment, and a flush empties', () => withoutLeaks(() => {
    const set = OSSet.withCapacity(1)
    expect(capacities(set)).toEqual([0, 2, 2, 4, 4, 8])
    const string = OSString.withCStringNoCopy(texts[0]!)
    expect([set.setObject(string), set.containsObject(string), set.getAnyObject()])
      .toEqual([true, true, string])
    string.release()
    set.flushCollection()
    expect([set.getCount(), string.isFreed()]).toEqual([0, true])
    set.release()
  }))

  it('2: a set of objects has their count for room and each as a member', () => withoutLeaks(() => {
    const all = strings()
    const set = OSSet.withObjects(all, 63)!
    release(...all)
    expect([set.getCount(), set.getCapacity(), set.getCapacityIncrement(),
      all.every((object) => set.member(object))])
      .toEqual([63, 64, 64, true])
    set.release()
  }))

  it('3: merged; members come in order of entry; too small a copy is refused', () => withoutLeaks(() => {
    const all = strings()
    const set = OSSet.withObjects(all)
    release(...all)
    const other = OSSet.withCapacity(63)
    expect([other.merge(set), other.getCount(), OSSet.withSet(set, 62)]).toEqual([true, 63, null])
    const taken: OSObject[] = []
    for (let next = other.getAnyObject(); next !== null; next = other.getAnyObject()) {
      taken.push(next)
      other.removeObject(next)
    }
    expect(taken).toEqual(all)
    const copy = OSSet.withSet(set, 63)!
    expect([...copy.values()]).toEqual(all)
    release(set, other, copy)
  }))

  it('4: a double is refused, a member symbol is held twice',
    () => withoutLeaks(() => {
    const set = OSSet.withCapacity(63)
    const added = symbols().filter((symbol) => {
      const isAdded = set.setObject(symbol)
      symbol.release()
      return isAdded
    })
    expect([added.length, set.getCount()]).toEqual([50, 50])
    const all = distinct()
    expect([all.every((symbol) => set.member(symbol)), retainCounts(all)]).toEqual([true, [2]])
    const copy = OSSet.withSet(set, 100)!
    expect([copy.merge(set), copy.getCount()]).toEqual([true, 50])
    release(set, copy, ...all)
  }))

  it('5: a set of an array drops its doubles and holds each once', () => withoutLeaks(() => {
    const all = symbols()
    const array = OSArray.withObjects(all)
    release(...all)
    const set = OSSet.withArray(array, 63)!
    expect([array.getCount(), set.getCount()]).toEqual([63, 50])
    array.release()
    expect(retainCounts([...set.values()])).toEqual([1])
    set.release()
  }))
})

describe('xnu TestCollections testDictionary', () => {
  it('1: a symbol as key and value is held three times, twice by the dictionary', () => withoutLeaks(() => {
    const dictionary = OSDictionary.withCapacity(1)
    expect(capacities(dictionary)).toEqual([0, 1, 1, 4, 4, 8])
    const symbol = OSSymbol.withCStringNoCopy(texts[0]!)
    expect([dictionary.setObject(symbol, symbol), dictionary.getObject(symbol), symbol.getRetainCount()])
      .toEqual([true, symbol, 3])
    symbol.release()
    expect([symbol.getRetainCount(), dictionary.getCount()]).toEqual([2, 1])
    dictionary.flushCollection()
    expect([dictionary.getCount(), symbol.isFreed()]).toEqual([0, true])
    dictionary.release()
  }))

  it('2: of symbols and symbols, with their count for room', () => withoutLeaks(() => {
    const all = distinct()
    const dictionary = OSDictionary.withObjects(all, all, 50)!
    expect([dictionary.getCount(), dictionary.getCapacity(), dictionary.getCapacityIncrement(),
      retainCounts(all)])
      .toEqual([50, 64, 64, [3]])
    expect(all.map((symbol) => dictionary.getObject(symbol))).toEqual(all)
    dictionary.release()
    expect(retainCounts(all)).toEqual([1])
    release(...all)
  }))

  it('3: of strings as keys, looked up by symbol, string and text and not held', () => withoutLeaks(() => {
    const all = distinct()
    const keys = all.map((symbol) => OSString.withString(symbol))
    const dictionary = OSDictionary.withObjects(all, keys, 50)!
    expect([retainCounts(all), retainCounts(keys)]).toEqual([[3], [1]])
    expect([keys.map((key) => dictionary.getObject(key)), keys
      .map((key) => dictionary.getObject(key.getCStringNoCopy()))])
      .toEqual([all, all])
    expect(retainCounts(all)).toEqual([3])
    release(dictionary, ...all, ...keys)
  }))

  it('4: grown one by one, copied, each value replaced, each pair taken out', () => withoutLeaks(() => {
    const all = distinct()
    const values = all.map((symbol) => OSString.withString(symbol))
    const dictionary = OSDictionary.withCapacity(1)
    for (const symbol of all) expect(dictionary.setObject(symbol.getCStringNoCopy(), symbol)).toBe(true)
    expect([dictionary.getCount(), retainCounts(all), OSDictionary.withDictionary(dictionary, 49)])
      .toEqual([50, [3], null])
    const copy = OSDictionary.withDictionary(dictionary, 50)!
    dictionary.release()
    for (const value of values) expect(copy.setObject(value, value)).toBe(true)
    expect([copy.getCount(), retainCounts(all), retainCounts(values)]).toEqual([50, [2], [2]])
    release(...values)
    for (const symbol of all) copy.removeObject(symbol)
    expect([copy.getCount(), retainCounts(all)]).toEqual([0, [1]])
    release(copy, ...all)
  }))
})

/** The story of all three: two iterators over one collection, one of them reset and outrun by a change. */
function checkIterators(collection: OSCollection, members: readonly OSObject[], change: () => void): void {
  const iterators = [1, 2].map(() => OSCollectionIterator.withCollection(collection))
  const walk = (iterator: OSCollectionIterator): (OSObject | null)[] =>
    Array.from({ length: members.length + 1 }, () => iterator.getNextObject())
  expect(iterators.map(walk)).toEqual([[...members, null], [...members, null]])
  expect(iterators.map((iterator) => iterator.isValid())).toEqual([true, true])
  const [iterator] = iterators as [OSCollectionIterator, OSCollectionIterator]
  iterator.reset()
  change()
  expect([iterator.getNextObject(), iterator.isValid()]).toEqual([null, false])
  iterator.reset()
  expect([walk(iterator).length, iterator.isValid()]).toEqual([members.length + 1, true])
  expect(collection.getRetainCount()).toBe(3)
  release(collection, ...iterators)
  expect(collection.isFreed()).toBe(true)
}

describe('xnu TestCollections testIterator', () => {
  it('1: over an array', () => withoutLeaks(() => {
    const all = distinct()
    const array = OSArray.withCapacity(50)
    for (const object of all.toReversed()) expect(array.setObject(0, object)).toBe(true)
    checkIterators(array, all, () => {
      array.removeObject(0)
      array.setObject(0, all[0]!)
    })
    release(...all)
  }))

  it('2: over a set', () => withoutLeaks(() => {
    const all = distinct()
    const set = OSSet.withObjects(all)
    checkIterators(set, all, () => {
      set.removeObject(all[0]!)
      set.setObject(all[0]!)
    })
    release(...all)
  }))

  it('3: over a dictionary, whose keys it gives', () => withoutLeaks(() => {
    const all = distinct()
    const dictionary = OSDictionary.withObjects(all, all)!
    checkIterators(dictionary, all, () => {
      dictionary.removeObject(all[0]!)
      dictionary.setObject(all[0]!, all[0]!)
    })
    release(...all)
  }))
})
