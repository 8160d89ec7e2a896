import { describe, expect, it } from 'vitest'
import { kOSMetaClassDuplicateClass, kOSMetaClassHasInstances, kOSReturnSuccess } from '../abi/index.ts'
import { KernelPanic, msgbufText } from '../mach/index.ts'
import { Simulation } from '../sim/index.ts'
import {
  collectionTag, defineMetaClass, OSArray, OSCollection, OSData, OSDynamicCast, OSMetaClass, OSNumber,
    OSObject,
  OSRequiredCast, OSSerialize, OSSet, OSString, OSSymbol, registerClasses, removeClasses,
} from './index.ts'

class AcmeThing extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('AcmeThing', AcmeThing, OSObject)
  freed = 0

  override free(): void {
    this.freed++
    super.free()
  }
}

class AcmeSubThing extends AcmeThing {
  static override readonly metaClass: OSMetaClass = defineMetaClass('AcmeSubThing', AcmeSubThing, AcmeThing)
}

class AcmeOtherThing extends AcmeThing {
  static override readonly metaClass: OSMetaClass = defineMetaClass('AcmeOtherThing', AcmeOtherThing,
    AcmeThing)
}

const acmeClasses = [AcmeThing.metaClass, AcmeSubThing.metaClass, AcmeOtherThing.metaClass]

function inWorld(body: () => void): void {
  new Simulation(1).enter(body)
}

/** The text of the panic, without the place in the kernel's source. */
function panicOf(body: () => void): string {
  try {
    body()
  } catch (fault) {
    if (fault instanceof KernelPanic) return fault.message.replace(/ @OS\w+\.cpp:\d+$/, '')
    throw fault
  }
  return 'no panic'
}

describe('reference counts', () => {
  it('count references and those of collections apart', () => inWorld(() => {
    const thing = new AcmeThing()
    const counts: number[][] = []
    const note = (): void => void counts.push([thing.getRetainCount(), thing.getCollectionRetainCount()])
    note()
    thing.retain()
    note()
    thing.taggedRetain(collectionTag)
    note()
    thing.taggedRetain(OSData.metaClass)
    note()
    thing.taggedRelease(OSData.metaClass)
    thing.taggedRelease(collectionTag)
    note()
    thing.release()
    thing.release()
    note()
    expect(counts).toEqual([[1, 0], [2, 0], [3, 1], [4, 1], [2, 0], [0xffff, 0]])
    expect(thing.freed).toBe(1)
  }))

  it('free below `when`, as cyclic owners want it', () => inWorld(() => {
    const thing = new AcmeThing()
    thing.retain()
    thing.retain()
    thing.release(2)
    expect([thing.freed, thing.getRetainCount()]).toEqual([0, 2])
    thing.release(2)
    expect(thing.freed).toBe(1)
  }))

  it('panic on a retain after the end, but stay silent on a release', () => inWorld(() => {
    const thing = new AcmeThing()
    thing.release()
    thing.release()
    expect(thing.taggedTryRetain(null)).toBe(false)
    expect(panicOf(() => thing.retain())).toBe('OSObject::refcount: Attempting to retain a freed object')
    expect(thing.freed).toBe(1)
  }))

  it('panic at the release that leaves fewer references than collections hold', () => inWorld(() => {
    const array = OSArray.withCapacity(1)
    const thing = new AcmeThing()
    array.setObject(thing)
    thing.release()
    expect(panicOf(() => thing.release())).toBe('A kext releasing a(n) AcmeThing has corrupted the registry.')
    expect(thing.freed).toBe(0)
  }))

  it('stop at 0xfffe, and the object then lives for ever', () => inWorld(() => {
    const thing = new AcmeThing()
    for (let i = 1; i < 0xfffe; i++) thing.retain()
    expect(thing.getRetainCount()).toBe(0xfffe)
    thing.retain()
    thing.release()
    thing.taggedRelease(collectionTag)
    expect([thing.getRetainCount(), thing.isFreed()]).toEqual([0xfffe, false])
  }))

  it('leave symbols of the kernel and booleans alone', () => inWorld(() => {
    const name = OSSymbol.permanent('acme-permanent')
    const before = name.getRetainCount()
    for (let i = 0; i < 5; i++) name.release()
    name.retain()
    expect(name.getRetainCount()).toBe(before)
    expect(OSSymbol.withCString('acme-permanent')).toBe(name)
  }))
})

describe('run-time classes', () => {
  it('count direct instances and direct subclasses that have any', () => inWorld(() => {
    registerClasses('com.acme.driver', acmeClasses)
    const counts = (): number[] => acmeClasses.map((metaClass) => metaClass.getInstanceCount())
    const made = [new AcmeSubThing(), new AcmeSubThing(), new AcmeOtherThing(), new AcmeThing()]
    expect(counts()).toEqual([3, 2, 1])
    made[0]!.release()
    expect(counts()).toEqual([3, 1, 1])
    made[1]!.release()
    expect(counts()).toEqual([2, 0, 1])
    made[2]!.release()
    made[3]!.release()
    expect(counts()).toEqual([0, 0, 0])
  }))

  it('are made by name, with one reference; unknown and abstract ones are not', () => inWorld(() => {
    registerClasses('com.acme.driver', acmeClasses)
    const made = OSMetaClass.allocClassWithName('AcmeSubThing')!
    expect([made.getMetaClass().getClassName(), made.getRetainCount()]).toEqual(['AcmeSubThing', 1])
    expect(['AcmeNothing', 'OSCollection', 'OSObject', 'OSIterator'].map(OSMetaClass.allocClassWithName))
      .toEqual([null, null, null, null])
  }))

  it('cast by class and by name', () => inWorld(() => {
    registerClasses('com.acme.driver', acmeClasses)
    const thing = new AcmeSubThing()
    expect([
      thing.metaCast(AcmeThing.metaClass), thing.metaCast('OSObject'), OSDynamicCast(AcmeThing, thing),
      OSRequiredCast(AcmeThing, thing),
    ]).toEqual([thing, thing, thing, thing])
    expect([
      thing.metaCast(AcmeOtherThing.metaClass), thing.metaCast('AcmeNothing'),
        OSDynamicCast(AcmeOtherThing, thing),
      OSDynamicCast(AcmeThing, null), OSRequiredCast(AcmeThing, null),
      OSMetaClass.checkMetaCastWithName('AcmeOtherThing', thing),
    ]).toEqual([null, null, null, null, null, null])
    expect(panicOf(() => OSRequiredCast(AcmeOtherThing, thing)))
      .toMatch(/^Unexpected cast fail: from 0x[0-9a-f]{16} to 0x[0-9a-f]{16}$/u)
    expect(panicOf(() => AcmeThing.metaClass.reservedCalled(3)))
      .toBe('AcmeThing::_RESERVEDAcmeThing3 called.')
  }))

  it('belong to one kext: a second one with the name is refused whole', () => inWorld(() => {
    expect(registerClasses('com.acme.driver', [AcmeThing.metaClass])).toEqual({ result: kOSReturnSuccess })
    const answer = registerClasses('com.evil.driver', [AcmeSubThing.metaClass, AcmeThing.metaClass])
    expect(answer.result).toBe(kOSMetaClassDuplicateClass)
    expect(answer.duplicate?.message).toBe('OSMetaClass: Kext com.evil.driver class AcmeThing is a duplicate;'
      + 'kext com.acme.driver already has a class by that name.')
    expect(OSMetaClass.metaClassWithName('AcmeSubThing')).toBeNull()
    expect(AcmeThing.metaClass.getKmodName()).toBe('com.acme.driver')
    expect(AcmeSubThing.metaClass.getKmodName()).toBe('unknown')
  }))

  it('stay while they have instances or are held', () => inWorld(() => {
    registerClasses('com.acme.driver', acmeClasses)
    const thing = new AcmeThing()
    expect(OSMetaClass.modHasInstance('com.acme.driver')).toBe(true)
    expect(removeClasses('com.acme.driver')).toBe(kOSMetaClassHasInstances)
    thing.release()
    const held = OSMetaClass.copyMetaClassWithName('AcmeOtherThing')!
    expect(removeClasses('com.acme.driver')).toBe(kOSMetaClassHasInstances)
    held.releaseMetaClass()
    expect(removeClasses('com.acme.driver')).toBe(kOSReturnSuccess)
    expect(OSMetaClass.metaClassWithName('AcmeThing')).toBeNull()
    expect(OSMetaClass.copyMetaClassWithName('AcmeThing')).toBeNull()
  }))

  it('walk over entered instances, subclasses where they came in, and hold each', () => inWorld(() => {
    registerClasses('com.acme.driver', acmeClasses)
    const [a, b, c] = [new AcmeThing(), new AcmeSubThing(), new AcmeThing()]
    const orderedSets = (): number => OSMetaClass.metaClassWithName('OSOrderedSet')!.getInstanceCount()
    const before = orderedSets()
    for (const thing of [a, b, c]) thing.getMetaClass().addInstance(thing)
    expect([a, b, c].map((thing) => [thing.getRetainCount(), thing.getCollectionRetainCount()]))
      .toEqual([[2, 1], [2, 1], [2, 1]])
    expect(orderedSets() - before).toBe(3)
    const seen: OSObject[] = []
    OSMetaClass.applyToInstancesOfClassName('AcmeThing', (thing) => {
      seen.push(thing)
      return seen.length === 3
    })
    expect(seen).toEqual([a, b, c])
    for (const thing of [a, b, c]) thing.getMetaClass().removeInstance(thing)
    expect([a.getRetainCount(), orderedSets() - before]).toEqual([1, 0])
    OSObject.metaClass.applyToInstances(() => expect.unreachable())
  }))

  it('have one of their own in the table, and no dictionary any more', () => inWorld(() => {
    expect([OSMetaClass.classCounts().get('OSMetaClass'), OSMetaClass.allocClassWithName('OSMetaClass'),
      OSObject.metaClass.getRetainCount()]).toEqual([0, null, 0])
    expect(() => OSMetaClass.getClassDictionary())
      .toThrow('OSMetaClass::getClassDictionary() is obsoleted. @OSMetaClass.cpp:1481')
  }))

  it('log a count that falls below none', () => inWorld(() => {
    registerClasses('com.acme.driver', acmeClasses)
    AcmeThing.metaClass.instanceDestructed()
    expect(AcmeThing.metaClass.getInstanceCount()).toBe(-1)
    expect(msgbufText()).toContain('OSMetaClass: Class AcmeThing - bad retain (-1)\n')
  }))

  it('show what an object of a plain class serialises as', () => inWorld(() => {
    const serializer = OSSerialize.withCapacity(1)
    new AcmeThing().serialize(serializer)
    expect(serializer.getText()).toBe('<string ID="0">AcmeThing is not serializable</string>')
  }))
})

describe('containers as instances', () => {
  it('count what the kernel makes inside: a set has an array', () => inWorld(() => {
    const counts = (): number[] => [OSSet, OSArray, OSCollection, OSString, OSNumber]
      .map(({ metaClass }) => metaClass.getInstanceCount())
    const before = counts()
    const set = OSSet.withCapacity(4)
    expect(counts().map((count, i) => count - before[i]!)).toEqual([1, 1, 2, 0, 0])
    set.release()
    expect(counts()).toEqual(before)
  }))
})

describe('xnu A3 999', () => {
  it('one release too many on an OSData frees it under its owner', () => inWorld(() => {
    const data = OSData.withBytes(Uint8Array.of(1))
    const owner = data
    data.release()
    owner.release()
    expect(panicOf(() => owner.retain())).toBe('OSObject::refcount: Attempting to retain a freed object')
  }))
})
