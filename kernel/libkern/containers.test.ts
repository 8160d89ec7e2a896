import { describe, expect, it } from 'vitest'
import { KernelPanic } from '../mach/index.ts'
import { Simulation } from '../sim/index.ts'
import {
  defineMetaClass, kImmutable, kMASK, kOSIndexNotFound, kSort, OSArray, OSBoolean, OSCollectionIterator,
  OSData, OSDictionary, OSNumber, OSOrderedSet, OSRequiredCast, OSSet, OSString, OSSymbol,
  setRegistryModificationsAllowed, toOSDictionary, type OSCollection, type OSMetaClass, type OSObject,
} from './index.ts'

function inWorld(body: () => void): void {
  new Simulation(1).enter(body)
}

const text = (value: string): OSString => OSString.withCString(value)
const texts = (...values: string[]): OSString[] => values.map(text)
const stampsOf = (collection: OSCollection, ...steps: (() => unknown)[]): number[] => {
  const start = collection.updateStamp
  return steps.map((step) => {
    step()
    return collection.updateStamp - start
  })
}

describe('capacity of collections', () => {
  it('grows to multiples of the increment, then to whole zone elements, and never shrinks', () => inWorld(() => {
    const answers = [OSArray, OSSet, OSDictionary, OSOrderedSet].map((made) => {
      const collection: OSCollection = made.withCapacity(0)
      return [
        collection.getCapacity(), collection.getCapacityIncrement(), collection.ensureCapacity(5),
        collection.ensureCapacity(17), collection.ensureCapacity(3), collection.setCapacityIncrement(0),
        collection.setCapacityIncrement(5), collection.ensureCapacity(33),
          collection.ensureCapacity(0xffffffff),
      ]
    })
    const grown = [6, 24, 24, 16, 5, 48, 0xffffffff]
    expect(answers).toEqual([[2, 2, ...grown], [2, 2, ...grown], [1, 1, ...grown], [2, 2, ...grown]])
    const odd = OSArray.withCapacity(7)
    odd.setCapacityIncrement(7)
    expect([odd.ensureCapacity(0xffffffff), odd.getCapacity()]).toEqual([8, 8])
  }))

  it('is what the allocator gives for the count of what a maker is given, or for what is asked for', () => inWorld(() => {
    const [a, b, c] = texts('a', 'b', 'c') as [OSString, OSString, OSString]
    const array = OSArray.withObjects([a, b, c])
    expect([array.getCapacity(), OSArray.withObjects([a, b], 8)?.getCapacity(), OSArray.withArray(array, 2)])
      .toEqual([4, 8, null])
    expect([OSSet.withArray(array).getCapacity(), OSSet.withObjects([a, b, c], 2), OSSet.withArray(array, 2)])
      .toEqual([4, null, null])
    expect(OSSet.withSet(OSSet.withArray(array), 2)).toBeNull()
    expect([
      OSDictionary.withObjects([a, b], ['x', 'y'])?.getCapacity(),
        OSDictionary.withObjects([a, b], ['x', 'y'], 1),
      OSDictionary.withObjects([a, b], ['x']), OSDictionary.withDictionary(toOSDictionary({ x: 1, y: 2 }), 1),
    ]).toEqual([2, null, null, null])
    expect(a.getRetainCount()).toBe(1 + 5)
  }))

  it('refuses a list with a hole and lets go of what came before', () => inWorld(() => {
    const a = text('a')
    expect(OSArray.withObjects([a, null as never, a])).toBeNull()
    expect(OSDictionary.withObjects([a, null as never], ['x', 'y'])).toBeNull()
    expect(a.getRetainCount()).toBe(1)
  }))
})

describe('update stamps', () => {
  it('rise once for each change of an array, and once for a merge', () => inWorld(() => {
    const array = OSArray.withCapacity(2)
    const other = OSArray.withObjects(texts('x', 'y'))
    expect(stampsOf(array,
      () => array.setObject(text('a')), () => array.setObject(0, text('b')),
        () => array.setObject(9, text('c')),
      () => array.merge(other), () => array.merge(OSArray.withCapacity(0)),
        () => array.replaceObject(0, text('d')),
      () => array.replaceObject(9, text('d')), () => array.removeObject(0), () => array.removeObject(9),
      () => array.flushCollection(), () => array.flushCollection(),
    )).toEqual([1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7])
  }))

  it('rise for each change of a dictionary, also for the same value again', () => inWorld(() => {
    const dictionary = OSDictionary.withCapacity(2)
    const value = text('v')
    expect(stampsOf(dictionary,
      () => dictionary.setObject('k', value), () => dictionary.setObject('k', value),
        () => dictionary.setObject('k', null),
      () => dictionary.merge(toOSDictionary({ a: 1, b: 2 })), () => dictionary.removeObject('nope'),
      () => dictionary.removeObject('k'), () => dictionary.merge(dictionary),
        () => dictionary.flushCollection(),
    )).toEqual([1, 2, 2, 4, 4, 5, 6, 7])
    expect(value.getRetainCount()).toBe(1)
  }))

  it('rise for what a set takes or drops, and for no object at all', () => inWorld(() => {
    const set = OSSet.withCapacity(2)
    const [a, b] = texts('a', 'b') as [OSString, OSString]
    expect(stampsOf(set,
      () => set.setObject(a), () => set.setObject(a), () => set.setObject(null),
        () => set.merge(OSArray.withObjects([a, b])),
      () => set.removeObject(text('a')), () => set.removeObject(a),
    )).toEqual([1, 1, 2, 3, 3, 4])
    const ordered = OSOrderedSet.withCapacity(2)
    expect(stampsOf(ordered,
      () => ordered.setObject(a), () => ordered.setObject(a), () => ordered.setObject(5, b),
        () => ordered.setFirstObject(b),
      () => ordered.removeObject(a),
    )).toEqual([1, 1, 1, 2, 3])
  }))
})

describe('collection iterators', () => {
  it('end at a change, and hold the state of their last reset', () => inWorld(() => {
    const array = OSArray.withObjects(texts('a', 'b', 'c'))
    const iterator = OSCollectionIterator.withCollection(array)
    array.setObject(text('d'))
    expect(iterator.getNextObject()).toBe(array.getObject(0))
    array.setObject(text('e'))
    expect([iterator.isValid(), iterator.getNextObject()]).toEqual([false, null])
    iterator.reset()
    array.removeObject(0)
    expect([iterator.isValid(), iterator.getNextObject()]).toEqual([false, null])
    iterator.reset()
    const seen: (OSObject | null)[] = []
    for (let i = 0; i < 6; i++) seen.push(iterator.getNextObject())
    expect(seen).toEqual([...array.values(), null, null])
    expect(iterator.isValid()).toBe(true)
  }))

  it('call back until told to stop, and tell whether the collection held still', () => inWorld(() => {
    const dictionary = toOSDictionary({ a: 1, b: 2, c: 3 })
    const keys: string[] = []
    const collect = (stopAt: string) => (key: OSObject): boolean => {
      const name = OSRequiredCast(OSSymbol, key).getCStringNoCopy()
      keys.push(name)
      return name === stopAt
    }
    expect(dictionary.iterateObjects(collect('b'))).toBe(true)
    expect(dictionary.iterateObjects(() => !dictionary.setObject('a',
      OSBoolean.withBoolean(true)))).toBe(false)
    expect(dictionary.iteratePairs((key, value) => collect('b')(key) && value instanceof OSNumber)).toBe(true)
    expect(keys).toEqual(['a', 'b', 'a', 'b'])
  }))
})

describe('collections of the registry', () => {
  it('may not change: panic, at the collection and at those inside', () => inWorld(() => {
    const inner = OSArray.withObjects(texts('a'))
    const dictionary = OSDictionary.withCapacity(2)
    dictionary.setObject('inner', inner)
    const set = OSSet.withObjects([dictionary])
    expect([set.setOptions(kImmutable, kMASK), set.setOptions(kImmutable, kMASK)]).toEqual([0, kImmutable])
    for (const change of [
      () => inner.setObject(text('b')), () => dictionary.setObject('x', inner),
        () => dictionary.removeObject('inner'),
      () => set.flushCollection(), () => inner.replaceObject(0, inner), () => set.setObject(inner),
    ]) expect(change).toThrow('Trying to change a collection in the registry')
    expect(() => inner.merge(OSArray.withCapacity(0))).not.toThrow(KernelPanic)
    expect([inner.getCount(), dictionary.getCount(), set.getCount()]).toEqual([1, 1, 1])
    setRegistryModificationsAllowed(true)
    expect([inner.setObject(text('b')), inner.getCount()]).toEqual([true, 2])
  }))

  it('can still be freed, and copies of them can change', () => inWorld(() => {
    const leaf = text('leaf')
    const array = OSArray.withObjects([leaf, OSArray.withObjects([leaf])])
    array.setOptions(kImmutable, kMASK)
    const copy = array.copyCollection()
    expect([(copy.getObject(1) as OSArray).setObject(leaf), copy.setObject(leaf)]).toEqual([true, true])
    copy.release()
    array.release()
    expect(array.isFreed()).toBe(true)
  }))
})

describe('deep copies', () => {
  it('copy collections, share leaves, and keep shared and cyclic parts so', () => inWorld(() => {
    const leaf = text('leaf')
    const shared = OSArray.withObjects([leaf])
    const set = OSSet.withObjects([shared], 9)!
    const dictionary = OSDictionary.withCapacity(4)
    for (const [key, value] of Object.entries({ shared, set, leaf,
      self: dictionary })) dictionary.setObject(key, value)
    const copy = dictionary.copyCollection()
    const sharedCopy = copy.getObject('shared') as OSArray
    expect(sharedCopy).not.toBe(shared)
    expect((copy.getObject('set') as OSSet).getAnyObject()).toBe(sharedCopy)
    expect([sharedCopy.getObject(0), copy.getObject('leaf'), copy.getObject('self')])
      .toEqual([leaf, leaf, copy])
    expect([copy.getCapacity(), (copy.getObject('set') as OSSet).getCapacity()]).toEqual([4, 12])
  }))
})

describe('arrays', () => {
  it('insert, replace, remove and find by identity', () => inWorld(() => {
    const [a, b, c] = texts('a', 'b', 'c') as [OSString, OSString, OSString]
    const array = OSArray.withObjects([a, c])
    expect([array.setObject(1, b), array.setObject(4, b), array.setObject(null)])
      .toEqual([true, false, false])
    expect([array.getNextIndexOfObject(c, 0), array.getNextIndexOfObject(c, 3),
      array.getNextIndexOfObject(text('a'), 0)])
      .toEqual([2, kOSIndexNotFound, kOSIndexNotFound])
    array.removeObject(0)
    expect([array.getObject(0), array.getLastObject(), array.getObject(2)]).toEqual([b, c, null])
    array.merge(array)
    expect([...array.values()]).toEqual([b, c, b, c])
    expect(b.getRetainCount()).toBe(3)
  }))

  it('are equal place by place', () => inWorld(() => {
    const array = OSArray.withObjects(texts('a', 'b'))
    expect([texts('a', 'b'), texts('b', 'a'), texts('a')]
      .map((other) => array.isEqualTo(OSArray.withObjects(other))))
      .toEqual([true, false, false])
    expect(array.isEqualTo(OSSet.withArray(array))).toBe(false)
  }))
})

describe('dictionaries', () => {
  it('keep the place of a key whose value is replaced', () => inWorld(() => {
    const dictionary = toOSDictionary({ a: 1, b: 2, c: 3 })
    dictionary.setObject('a', text('new'))
    dictionary.removeObject('b')
    dictionary.setObject('b', text('last'))
    const keys = dictionary.copyKeys()
    expect([...keys.values()].map(String)).toEqual(['a', 'c', 'b'])
    expect([keys.getRetainCount(), keys.getCapacity()]).toEqual([1, 4])
  }))

  it('take no text that is too long for a key', () => inWorld(() => {
    const dictionary = OSDictionary.withCapacity(1)
    const value = text('v')
    expect([dictionary.setObject('k'.repeat(262142), value), dictionary.setObject('k'.repeat(262141), value),
      dictionary.setObject('a\0b', value), dictionary.getObject('a')]).toEqual([false, true, true, value])
  }))

  it('look up text without making symbols', () => inWorld(() => {
    const dictionary = toOSDictionary({ known: 1 })
    const before = OSSymbol.metaClass.getInstanceCount()
    expect([dictionary.getObject('acme-unheard-of'), dictionary.getObject(text('acme-unheard-of'))])
      .toEqual([null, null])
    dictionary.removeObject('acme-unheard-of')
    expect(OSSymbol.metaClass.getInstanceCount()).toBe(before)
    expect(dictionary.getObject(text('known'))).toBe(dictionary.getObject('known'))
  }))

  it('compare whole, or under keys up to the first that is no string', () => inWorld(() => {
    const mine = toOSDictionary({ a: 1, b: 2, c: 3 })
    const theirs = toOSDictionary({ c: 9, b: 2, a: 1 })
    const under = (...keys: OSObject[]): boolean => mine.isEqualTo(theirs, OSArray.withObjects(keys))
    expect([
      mine.isEqualTo(theirs), mine.isEqualTo(toOSDictionary({ c: 3, b: 2, a: 1 })), under(...texts('a', 'b')),
      under(...texts('a', 'c')), under(...texts('a', 'd')), under(text('a'), OSBoolean.withBoolean(true),
        text('c')),
      under(...texts('a', 'a', 'a', 'a')), mine.isEqualTo(theirs, toOSDictionary({ b: 0 })),
      mine.isEqualTo(mine, OSArray.withObjects(texts('nope'))),
    ]).toEqual([false, true, true, false, false, true, false, true, true])
  }))

  it('with kSort keep one order, whatever the order of entry', () => inWorld(() => {
    const [mine, theirs] = [OSDictionary.withCapacity(4), OSDictionary.withCapacity(4)]
    mine.setOptions(kSort, kSort)
    for (const key of ['m', 'a', 'z', 'k']) mine.setObject(key, text(key))
    for (const key of ['z', 'k', 'a', 'm']) theirs.setObject(key, text(key))
    expect([theirs.setOptions(kSort, kSort), theirs.setOptions(0, 0)]).toEqual([0, kSort])
    expect([...mine.keys()]).toEqual([...theirs.keys()])
    expect(mine.isEqualTo(theirs)).toBe(true)
  }))
})

describe('sets', () => {
  it('hold each object once, by identity; a merge of known ones is true', () => inWorld(() => {
    const [a, b] = texts('same', 'same') as [OSString, OSString]
    const set = OSSet.withObjects([a, b, a])
    expect([set.getCount(), set.setObject(a), set.containsObject(text('same')), set.containsObject(null)])
      .toEqual([2, false, false, false])
    expect([set.merge(OSArray.withObjects([a])), set.merge(set), set.getAnyObject()]).toEqual([true, true, a])
  }))

  it('are equal if members are shared, or equal in their places from the other side', () => inWorld(() => {
    const [a, b] = texts('a', 'b') as [OSString, OSString]
    const set = OSSet.withObjects([a, b])
    expect([[b, a], texts('a', 'b'), texts('b', 'a'), [a]]
      .map((other) => set.isEqualTo(OSSet.withObjects(other))))
      .toEqual([true, true, false, false])
    const data = OSData.withBytes(Uint8Array.of(0x61))
    expect([OSSet.withObjects([a]).isEqualTo(OSSet.withObjects([data])),
      OSSet.withObjects([data]).isEqualTo(OSSet.withObjects([a]))]).toEqual([true, false])
  }))
})

describe('ordered sets', () => {
  it('put the greatest first and equals in order of entry', () => inWorld(() => {
    const value = (object: OSObject | null): number =>
      (object instanceof OSNumber ? object.unsigned32BitValue() : 0)
    const set = OSOrderedSet.withCapacity(2, (first, second) => value(first) - value(second))
    const numbers = [3, 7, 3, 9, 7].map((number) => OSNumber.withNumber(number, 32))
    for (const number of numbers) set.setObject(number)
    const [n3, n7, m3, n9, m7] = numbers
    expect([...set.values()]).toEqual([n9, n7, m7, n3, m3])
    expect([set.setObject(n3!), set.orderObject(n9!), set.getFirstObject(), set.getLastObject()])
      .toEqual([false, 9, n9, m3])
    const last = OSNumber.withNumber(100, 32)
    expect([set.setLastObject(last), set.setObject(9, n3!), set.getObject(5), set.getObject(6),
      set.getCapacity()])
      .toEqual([true, false, last, null, 6])
  }))

  it('hand their ordering the ref they were made with, and copies keep both', () => inWorld(() => {
    const ref = { sign: -1 }
    const value = (object: OSObject | null): number =>
      (object instanceof OSNumber ? object.unsigned32BitValue() : 0)
    const set = OSOrderedSet.withCapacity(1, (first, second, given) =>
      (given as typeof ref).sign * (value(first) - value(second)), ref)
    for (const number of [3, 7, 5]) set.adopt(OSNumber.withNumber(number, 32))
    const copy = set.copyCollection()
    copy.adopt(OSNumber.withNumber(4, 32))
    expect([copy.getOrderingRef(), [...copy.values()].map(value)]).toEqual([ref, [3, 4, 5, 7]])
  }))
})

/** A class that walks its members twice: more iterator state than a plain array has. */
class TwiceArray extends OSArray {
  static override readonly metaClass: OSMetaClass = defineMetaClass('TwiceArray', TwiceArray, OSArray)

  override* members(): IterableIterator<OSObject> {
    yield* super.members()
    yield* super.members()
  }
}

class AcmeIterator extends OSCollectionIterator {
  static override readonly metaClass: OSMetaClass = defineMetaClass('AcmeIterator', AcmeIterator,
    OSCollectionIterator)
}

describe('xnu A1 OSCollectionTest', () => {
  it('iterateObjects visits in order of the index', () => inWorld(() => {
    const values = [true, false, false, true, false, true].map((value) => OSBoolean.withBoolean(value))
    const seen: OSObject[] = []
    OSArray.withObjects(values).iterateObjects((object) => {
      seen.push(object)
      return false
    })
    expect(seen).toEqual(values)
  }))

  it('OSString::withCString takes at most the length given', () => inWorld(() => {
    expect([['abcdef', 2], ['defgh', 10], ['zyxwvut', 7]].map(([value, length]) =>
      OSString.withCString(value as string, length as number).getCStringNoCopy()))
        .toEqual(['ab', 'defgh', 'zyxwvut'])
  }))
})

describe('xnu A1 OSCollectionIteratorTests', () => {
  it('iterator, subclass and an array with a larger state yield members in order', () => inWorld(() => {
    const members = texts('a', 'b') as [OSString, OSString]
    const twice = new TwiceArray()
    twice.initWithObjects(members)
    const own = new AcmeIterator()
    expect(own.initWithCollection(OSArray.withObjects(members))).toBe(true)
    const walks = [OSCollectionIterator.withCollection(OSArray.withObjects(members)), own,
      OSCollectionIterator.withCollection(twice)]
    const seen = walks.map((walk) => Array.from({ length: 5 }, () => walk.getNextObject()))
    const once = [...members, null, null, null]
    expect(seen).toEqual([once, once, [...members, ...members, null]])
    expect(new AcmeIterator().initWithCollection(null)).toBe(false)
  }))
})
