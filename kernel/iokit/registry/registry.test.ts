import { describe, expect, it } from 'vitest'
import { kIOReturnUnsupported } from '../../abi/index.ts'
import { OSData, OSSerialize, toOSDictionary } from '../../libkern/index.ts'
import { KernelPanic } from '../../mach/index.ts'
import { Simulation } from '../../sim/index.ts'
import { describeKernel } from './index.ts'
import {
  IORegistryEntry, getRegistryRoot, gIODTPlane, gIOServicePlane, kIORegistryIterateRecursively,
  type IORegistryIterator,
} from '../index.ts'

function inWorld(body: () => void): void {
  new Simulation(1).enter(() => {
    getRegistryRoot()
    body()
  })
}

function made(name: string, location?: string): IORegistryEntry {
  const entry = new IORegistryEntry()
  entry.init()
  entry.setName(name)
  if (location !== undefined) entry.setLocation(location)
  return entry
}

function below(parent: IORegistryEntry, name: string, location?: string, plane = gIOServicePlane): IORegistryEntry {
  const entry = made(name, location)
  entry.attachToParent(parent, plane)
  entry.release()
  return entry
}

describe('registry links', () => {
  it('gives identifiers at the first attachment and counts generations', () => inWorld(() => {
    const root = getRegistryRoot()
    const [p, b, a, c] = ['P', 'B', 'A', 'C'].map((name) => {
      const entry = new IORegistryEntry()
      entry.init()
      entry.setProperty('tag', name)
      return entry
    }) as [IORegistryEntry, IORegistryEntry, IORegistryEntry, IORegistryEntry]
    const start = IORegistryEntry.getGenerationCount()
    const steps: [boolean, number][] = []
    const step = (answer: boolean): void => void steps.push([answer, IORegistryEntry.getGenerationCount() - start])
    expect(root.getRegistryEntryID()).toBe(0x100000100)
    expect(p.getRegistryEntryID()).toBe(0)
    step(p.attachToParent(root, gIOServicePlane))
    step(b.attachToParent(p, gIOServicePlane))
    step(a.attachToParent(p, gIOServicePlane))
    step(a.attachToParent(p, gIOServicePlane))
    step(p.attachToChild(c, gIOServicePlane))
    step(a.attachToParent(a, gIOServicePlane))
    expect(steps).toEqual([[true, 2], [true, 4], [true, 6], [true, 7], [true, 9], [false, 9]])
    expect([p, b, a, c].map((entry) => entry.getRegistryEntryID())).toEqual(
      [0x100000101, 0x100000102, 0x100000103, 0x100000104])
    a.setName('A')
    a.setName('A')
    expect(IORegistryEntry.getGenerationCount() - start).toBe(11)
    const n = new IORegistryEntry()
    expect(n.initWithEntry(b, gIOServicePlane)).toBe(true)
    expect(n.getRegistryEntryID()).toBe(0x100000105)
    expect(IORegistryEntry.getGenerationCount() - start).toBe(12)
    expect(p.children(gIOServicePlane)).toEqual([a, c, n])
    a.detachFromParent(p, gIOServicePlane)
    expect(IORegistryEntry.getGenerationCount() - start).toBe(14)
    expect(a.getRegistryEntryID()).toBe(0x100000103)
    expect(a.inPlane()).toBe(false)
    IORegistryEntry.makePlane('IOUSB')
    IORegistryEntry.makePlane('IOUSB')
    expect(IORegistryEntry.getGenerationCount() - start).toBe(16)
  }))

  it.each([
    ['Darwin Kernel Version 22.6.0: x; root:xnu-8796.141.3~6/RELEASE_ARM64_T8103', true],
    ['Darwin Kernel Version 23.0.0: x; root:xnu-10002.1.13~1/RELEASE_ARM64_T8103', false],
    ['Darwin Kernel Version 24.4.0: x; root:xnu-11417.101.15~117/RELEASE_ARM64_T8103', false],
  ])('%s: nubs share the number of their entry: %s', (version, shared) => inWorld(() => {
    describeKernel(version, '1A1')
    const entry = below(getRegistryRoot(), 'cpus')
    const nub = new IORegistryEntry()
    nub.initWithEntry(entry, gIOServicePlane)
    const id = nub.getRegistryEntryID()
    expect([id, entry.getRegistryEntryID()]).toEqual([shared ? 0x100000101 : 0x100000102, 0x100000101])
    expect(IORegistryEntry.entryWithID(id)).toBe(nub)
  }))

  it('detaches what is below last visited first, each from all of its parents', () => inWorld(() => {
    const p = below(getRegistryRoot(), 'P')
    const aside = below(getRegistryRoot(), 'aside')
    const told: string[] = []
    class Told extends IORegistryEntry {
      override detachFromParent(parent: IORegistryEntry, plane: typeof gIOServicePlane): void {
        told.push(`${this.getName()} from ${parent.getName()}`)
        super.detachFromParent(parent, plane)
      }
    }
    const make = (name: string, parent: IORegistryEntry): IORegistryEntry => {
      const entry = new Told()
      entry.init()
      entry.setName(name)
      entry.attachToParent(parent, gIOServicePlane)
      entry.release()
      return entry
    }
    const q = make('Q', p)
    make('R', q).attachToParent(aside, gIOServicePlane)
    make('S', p)
    p.detachAll(gIOServicePlane)
    expect(told).toEqual(['S from P', 'R from Q', 'R from aside', 'Q from P'])
    expect(aside.getChildCount(gIOServicePlane)).toBe(0)
  }))

  it('xnu A1 Test100367284: a service takes the place of another in the device tree and leaves it', () => inWorld(() => {
    const root = below(getRegistryRoot(), 'device-tree', undefined, gIODTPlane)
    const services = below(getRegistryRoot(), 'services')
    const before = IORegistryEntry.metaClass.getInstanceCount()
    const first = made('first')
    first.attachToParent(root, gIODTPlane)
    first.attachToParent(services, gIOServicePlane)
    const second = new IORegistryEntry()
    expect(second.initWithEntry(first, gIODTPlane)).toBe(true)
    expect([first.inPlane(gIODTPlane), first.inPlane(gIOServicePlane)]).toEqual([false, true])
    second.detachFromParent(root, gIODTPlane)
    expect([second.inPlane(), root.getChildCount(gIODTPlane)]).toEqual([false, 0])
    first.detachFromParent(services, gIOServicePlane)
    first.release()
    second.release()
    expect(IORegistryEntry.metaClass.getInstanceCount()).toBe(before)
  }))

  it('moves an entry that takes a place to the end of its siblings, and the old one is unlinked', () => inWorld(() => {
    const p = below(getRegistryRoot(), 'P')
    const b = below(p, 'B', '7')
    const a = below(p, 'A')
    const child = below(b, 'child')
    const n = new IORegistryEntry()
    n.initWithEntry(b, gIOServicePlane)
    n.release()
    expect(p.children(gIOServicePlane)).toEqual([a, n])
    expect([n.getName(), n.getLocation(), b.getName(), b.inPlane()]).toEqual(['B', '7', 'B', false])
    expect(child.getParentEntry(gIOServicePlane)).toBe(n)
    expect(p.getRetainCount()).toBe(3)
  }))

  it('returns every reference when a tree is detached', () => inWorld(() => {
    const before = IORegistryEntry.metaClass.getInstanceCount()
    const p = below(getRegistryRoot(), 'P')
    const q = below(p, 'Q')
    const both = below(p, 'both')
    both.attachToParent(q, gIOServicePlane)
    below(both, 'leaf')
    expect(both.getParentCount(gIOServicePlane)).toBe(2)
    p.detachAll(gIOServicePlane)
    expect(IORegistryEntry.metaClass.getInstanceCount()).toBe(before)
  }))

  it('panics when an attached entry loses a reference that a link holds', () => inWorld(() => {
    const p = below(getRegistryRoot(), 'P')
    expect(() => p.release()).toThrow(KernelPanic)
    expect(() => p.release()).toThrow('A kext releasing a(n) IORegistryEntry has corrupted the registry.')
  }))
})

describe('registry properties', () => {
  it('makes collections immutable once the entry is attached', () => inWorld(() => {
    const entry = made('E')
    const inner = toOSDictionary({ a: 1 })
    entry.setProperty('inner', inner)
    inner.setObject('b', inner.getObject('a'))
    entry.attachToParent(getRegistryRoot(), gIOServicePlane)
    expect(() => inner.removeObject('a')).toThrow('Trying to change a collection in the registry')
    const late = toOSDictionary({})
    entry.setProperty('late', late)
    expect(late.isImmutable()).toBe(true)
  }))

  it('takes its name from IOName and copies an immutable table', () => inWorld(() => {
    const table = toOSDictionary({ IOName: 'disk', x: 1 })
    table.setOptions(1, 1)
    const entry = new IORegistryEntry()
    entry.init(table)
    expect(entry.getName()).toBe('disk')
    expect(entry.setProperty('y', 2)).toBe(true)
    expect(table.getCount()).toBe(2)
  }))

  it('searches downward in pre-order, or upward', () => inWorld(() => {
    const p = below(getRegistryRoot(), 'P')
    const q = below(p, 'Q')
    const r = below(q, 'R')
    r.setProperty('key', 'deep')
    p.setProperty('up', 'top')
    expect(p.getPropertyInPlane('key', gIOServicePlane, 1)).toBe(r.getProperty('key'))
    expect(p.getPropertyInPlane('key', gIOServicePlane, 0)).toBe(null)
    expect(r.getPropertyInPlane('up', gIOServicePlane, 3)).toBe(p.getProperty('up'))
  }))

  it('holds one indexed property, and hands the former one back with its reference', () => inWorld(() => {
    const entry = made('E')
    const [a, b] = [made('a'), made('b')]
    expect([entry.setIndexedProperty(0, a), entry.setIndexedProperty(1, b)]).toEqual([null, null])
    expect([entry.getIndexedProperty(0), entry.getIndexedProperty(1)]).toEqual([a, null])
    expect(entry.setIndexedProperty(0, b)).toBe(a)
    expect([a.getRetainCount(), b.getRetainCount()]).toEqual([2, 2])
    entry.release()
    expect(b.getRetainCount()).toBe(1)
  }))

  it('compares a property, and absence with null; also one found through a plane', () => inWorld(() => {
    const p = below(getRegistryRoot(), 'P')
    const q = below(p, 'Q')
    p.setProperty('key', 7)
    const seven = p.getProperty('key')!
    expect([p.propertyHasValue('key', seven), p.propertyHasValue('key', null)]).toEqual([true, false])
    expect([q.propertyHasValue('key', null), q.propertyHasValue('key', seven)]).toEqual([true, false])
    expect(q.propertyHasValue('key', seven, gIOServicePlane, 3)).toBe(true)
    expect([p.propertyExists('key'), q.propertyExists('key'), q.propertyExists('key', gIOServicePlane, 3)]).toEqual([true, false, true])
    const before = p.getRetainCount()
    expect([q.copyParentEntry(gIOServicePlane), q.copyChildEntry(gIOServicePlane)]).toEqual([p, null])
    expect(p.getRetainCount()).toBe(before + 1)
    p.release()
    expect(p.setProperties(seven)).toBe(kIOReturnUnsupported)
  }))

  it('shows planes by name and instance counts as they are at the read', () => inWorld(() => {
    const plane = IORegistryEntry.makePlane('IOUSB')
    expect(IORegistryEntry.getPlane('IOUSB')).toBe(plane)
    const serializer = OSSerialize.withCapacity(100)
    getRegistryRoot().getProperty('IORegistryPlanes')!.serialize(serializer)
    expect(serializer.getText()).toMatch(/<key>IOService<\/key>.*IOPower.*IODeviceTree.*<key>IOUSB<\/key>/)
  }))
})

describe('registry paths', () => {
  function story(plane = gIOServicePlane): { top: IORegistryEntry; port: IORegistryEntry; dev: IORegistryEntry } {
    const top = below(getRegistryRoot(), 'J000AP', undefined, plane)
    below(getRegistryRoot(), 'second', undefined, plane)
    const port = below(below(top, 'AppleWB', undefined, plane), 'PRT', '14,2', plane)
    return { top, port, dev: below(port, 'dev', undefined, plane) }
  }

  it('leaves the first child of the root out, and says no outside of it', () => inWorld(() => {
    const { top, dev } = story()
    expect(dev.getPath(gIOServicePlane)).toBe('IOService:/AppleWB/PRT@14,2/dev')
    expect(dev.getPath(gIOServicePlane, 34)).not.toBe(null)
    expect(dev.getPath(gIOServicePlane, 33)).toBe(null)
    expect(top.getPath(gIOServicePlane, 12)).toBe('IOService:/')
    expect(getRegistryRoot().getPath(gIOServicePlane)).toBe(null)
    expect(getRegistryRoot().children(gIOServicePlane)[1]!.getPath(gIOServicePlane)).toBe(null)
    expect(dev.getPath(gIODTPlane)).toBe(null)
  }))

  it('uses the shortest alias of the deepest entry that has one', () => inWorld(() => {
    const { top, port, dev } = story(gIODTPlane)
    const aliases = below(top, 'aliases', undefined, gIODTPlane)
    const data = OSData.withBytes(new TextEncoder().encode('/AppleWB/PRT@14,2\0'))
    aliases.setProperty('net0', data)
    aliases.setProperty('n', data)
    expect(dev.getPath(gIODTPlane)).toBe('IODeviceTree:n/dev')
    expect(port.getPath(gIODTPlane)).toBe('IODeviceTree:n')
  }))

  const lost = null
  it.each<[string, string | null, [string, string] | null]>([
    ['/', 'top', ['top', '']],
    ['', lost, lost],
    ['ExBus', lost, lost],
    ['/ExBus', 'ExBus@1F', ['ExBus@1F', '']],
    ['/ExBus@1f', 'ExBus@1F', ['ExBus@1F', '']],
    ['/ExBus@1F,0', 'ExBus@1F', ['ExBus@1F', '']],
    ['/ExBus@0x1f', 'ExBus@1F', ['ExBus@1F', '']],
    ['/ExBus@01f,0004', 'ExBus@1F,4', ['ExBus@1F,4', '']],
    ['/@1f,4', 'ExBus@1F,4', ['ExBus@1F,4', '']],
    ['/ExBus@1f,5', lost, ['top', 'ExBus@1f,5']],
    ['/ExBus/port', 'port@2', ['port@2', '']],
    ['/ExBus/disk', lost, ['ExBus@1F', '/disk']],
    ['/ExBus@1f,4/disk@0/part@1', 'part@1', ['part@1', '']],
    ['/ExBus@1f,4/disk@0/', lost, ['disk@0', '/']],
    ['/ExBus@1f,4/disk:args', lost, ['disk@0', ':args']],
    ['/ExBus@1f,4/disk@0:args', lost, ['ExBus@1F,4', '/disk@0:args']],
    ['/ExBus@1f,4/disk@0:0', 'disk@0', ['disk@0', '']],
    ['/ExBus@1f,4/disk@0:', 'disk@0', ['disk@0', '']],
    ['/ExBus@1f,4/disk@0,0,0', 'disk@0', ['disk@0', '']],
    ['/ExBus@1f,4/disk@0:zz', lost, lost],
    ['/ExBus@1fz', lost, lost],
    ['/noloc@0', lost, ['top', 'noloc@0']],
    ['/noloc:hello', lost, ['noloc', ':hello']],
    ['/col@0:2', 'col@0:2', ['col@0:2', '']],
    ['/col@0,2', lost, ['top', 'col@0,2']],
    ['d0', 'disk@0', ['disk@0', '']],
    ['d0/part', 'part@1', ['part@1', '']],
    ['/ExBus@1f,4/nope/y', lost, ['ExBus@1F,4', '/nope/y']],
    ['/ExBusL', lost, ['top', 'ExBusL']],
  ])('resolves %j', (path, whole, partial) => inWorld(() => {
    const plane = gIODTPlane
    const top = below(getRegistryRoot(), 'top', undefined, plane)
    below(below(top, 'ExBus', '1F', plane), 'port', '2', plane)
    below(below(below(top, 'ExBus', '1F,4', plane), 'disk', '0', plane), 'part', '1', plane)
    below(below(top, 'noloc', undefined, plane), 'x', undefined, plane)
    const aliases = below(top, 'aliases', undefined, plane)
    aliases.setProperty('d0', new TextEncoder().encode('/ExBus@1f,4/disk@0'))
    below(top, 'col', '0:2', plane)
    below(top, 'ExBusLong', undefined, plane)
    const found = IORegistryEntry.fromPath(path, plane)
    expect(found?.getPathComponent(plane) ?? null).toBe(whole)
    const rest = { value: '' }
    const withRest = IORegistryEntry.fromPath(`IODeviceTree:${path}`, null, rest)
    expect(withRest === null ? null : [withRest.getPathComponent(plane), rest.value]).toEqual(partial)
  }))
})

describe('registry iterator', () => {
  function story(): Record<'r' | 'a' | 'b' | 'c' | 'd', IORegistryEntry> {
    const r = below(getRegistryRoot(), 'R')
    const a = below(r, 'A')
    const b = below(r, 'B')
    const c = below(a, 'C')
    c.attachToParent(b, gIOServicePlane)
    return { r, a, b, c, d: below(c, 'D') }
  }

  function* names(iterator: IORegistryIterator): Generator<string> {
    for (let next = iterator.getNextObject(); next !== null; next = iterator.getNextObject()) yield next.getName()
  }

  it('returns shared entries each time but enters them once', () => inWorld(() => {
    const { r } = story()
    const iterator = r.iterate(gIOServicePlane, kIORegistryIterateRecursively)
    expect([...names(iterator)].join(' ')).toBe('A C D B C')
    expect(iterator.isValid()).toBe(true)
    expect([...iterator.iterateAll()!.values()].map((entry) => (entry as IORegistryEntry).getName()).join(' '))
      .toBe('A C D B')
    expect([...names(r.iterate(gIOServicePlane))].join(' ')).toBe('A B')
  }))

  it('loses the changed level only, and is valid again after reset', () => inWorld(() => {
    const { r, a } = story()
    const iterator = r.iterate(gIOServicePlane, kIORegistryIterateRecursively)
    iterator.getNextObject()
    expect(iterator.getNextObject()!.getName()).toBe('C')
    below(a, 'E')
    expect([...names(iterator)].join(' ')).toBe('D B')
    expect(iterator.isValid()).toBe(false)
    iterator.reset()
    expect([...names(iterator)].join(' ')).toBe('A C D E B C')
    expect(iterator.isValid()).toBe(true)
  }))

  it('does not mind a child added to a level it has not read yet', () => inWorld(() => {
    const { r, a } = story()
    const iterator = r.iterate(gIOServicePlane, kIORegistryIterateRecursively)
    iterator.getNextObject()
    below(a, 'E')
    expect([...names(iterator)].join(' ')).toBe('C D E B C')
    expect(iterator.isValid()).toBe(true)
  }))

  it('looks at its innermost level only, and keeps a plane that was entered', () => inWorld(() => {
    const { r, c } = story()
    const iterator = r.iterate(gIOServicePlane)
    expect(iterator.getCurrentEntry()).toBe(r)
    iterator.getNextObject()
    iterator.enterEntry()
    below(r, 'F')
    expect(iterator.isValid()).toBe(true)
    iterator.exitEntry()
    expect([iterator.isValid(), iterator.getCurrentEntry(), iterator.getNextObject()]).toEqual([false, null, null])
    iterator.reset()
    below(r, 'T', undefined, gIODTPlane)
    iterator.enterEntry(gIODTPlane)
    iterator.exitEntry()
    expect([...names(iterator)]).toEqual(['T'])
    const empty = c.children(gIOServicePlane)[0]!.iterate(gIOServicePlane)
    expect(empty.getNextObject()).toBe(null)
    below(c.children(gIOServicePlane)[0]!, 'late')
    expect([empty.getNextObject(), empty.isValid()]).toEqual([null, true])
  }))

  it('gives all references back when it is released half way', () => inWorld(() => {
    const { r, a, c } = story()
    const counts = [r, a, c].map((entry) => entry.getRetainCount())
    const iterator = r.iterate(gIOServicePlane, kIORegistryIterateRecursively)
    iterator.getNextObject()
    iterator.getNextObject()
    iterator.release()
    expect([r, a, c].map((entry) => entry.getRetainCount())).toEqual(counts)
  }))
})
