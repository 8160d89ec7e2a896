// The catalogue and the passes answer as XNU's by order, count, log line and busy state.
import { describe, expect, it } from 'vitest'
import { kIOReturnSuccess, kIOReturnUnsupported, kOSKextReturnDeferred, kOSKextReturnInUse } from '../../abi/index.ts'
import {
  OSArray, OSString, OSSymbol, toOSDictionary, toOSObject, type OSDictionary, type OSNumber, type OSObject, type PlainValue,
} from '../../libkern/index.ts'
import { msgbufText } from '../../mach/index.ts'
import { WaitQueue, scheduler } from '../../sim/index.ts'
import { Story, StoryDriver } from '../../../test/support/iokitStory.ts'
import {
  IOPlatformExpertDevice, IOService, addKernelConfigTables, gIOCatalogue, nameMatching, propertyMatching, registryEntryIDMatching, resourceMatching, serviceMatching,
  setModuleLoader, type ModuleLoader, type NameMatch,
} from '../index.ts'
import { serviceState } from '../service/serviceState.ts'

type Plain = Readonly<Record<string, PlainValue>>

const generation = (story: Story): number => story.do(() => gIOCatalogue().getGenerationCount())

function arrayOf(...tables: Plain[]): OSArray {
  const array = OSArray.withCapacity(4)
  for (const table of tables) array.adopt(toOSDictionary(table))
  return array
}

function loader(changes: Partial<ModuleLoader> = {}): ModuleLoader {
  return {
    loadKextWithIdentifier: () => 0, isBootKext: () => false, allowsUserTerminate: () => null,
    isKextWithIdentifierLoaded: () => true, canUnloadKextWithIdentifier: () => true,
    unloadKextWithIdentifier: () => 0, ...changes,
  }
}

const textOf = (object: OSObject | null): string => object instanceof OSString ? object.getCStringNoCopy() : ''

const names = (): string[] => gIOCatalogue().all().map(({ table }) => textOf(table.getObject('IOName')))

describe('the catalogue', () => {
  it('moves its generation only when something was there to match again', () => {
    const story = new Story()
    story.personalities([{ IOName: 'a', v: 1 }])
    const start = generation(story)
    story.do(() => {
      const catalogue = gIOCatalogue()
      catalogue.removeDrivers(toOSDictionary({ v: 9 }))
      catalogue.startMatching('com.example.none')
      catalogue.startMatching(toOSDictionary({ v: 9 }))
      catalogue.addDrivers(arrayOf({ IOName: 'a', v: 1, IOProviderClass: 'StoryNub', IOClass: 'StoryDriver' }))
      catalogue.resetAndAddDrivers(arrayOf({ IOName: 'a', v: 1, IOProviderClass: 'StoryNub', IOClass: 'StoryDriver' }))
    })
    expect(generation(story)).toBe(start)
    story.do(() => {
      gIOCatalogue().startMatching(toOSDictionary({ v: 1 }))
      gIOCatalogue().removeDrivers(toOSDictionary({ v: 1 }))
      gIOCatalogue().addDrivers(arrayOf({ IOClass: 'HasNoProviderClass' }))
    })
    expect(generation(story)).toBe(start + 3)
    expect(story.do(names)).toEqual([])
  })

  it('marks what is part of the kernel, and a reset keeps that and what both lists have', () => {
    const story = new Story()
    story.do(() => {
      const catalogue = gIOCatalogue()
      catalogue.addBuiltInDrivers(arrayOf({ IOName: 'own', IOClass: 'A', IOProviderClass: 'StoryNub' }, { IOName: 'bad' }))
      expect(msgbufText()).toContain('Missing or bad "IOClass" key\n')
      const both = { IOName: 'both', IOClass: 'B', IOProviderClass: 'StoryNub' }
      catalogue.addDrivers(arrayOf(both, { IOName: 'old', IOClass: 'B', IOProviderClass: 'StoryNub' }), false)
      const kept = catalogue.all().find(({ table }) => textOf(table.getObject('IOName')) === 'both')
      catalogue.resetAndAddDrivers(arrayOf(both, { IOName: 'new', IOClass: 'B', IOProviderClass: 'StoryNub' }), false)
      expect(names()).toEqual(['own', 'both', 'new'])
      expect(catalogue.all()).toContain(kept)
      catalogue.reset()
      expect(names()).toEqual(['own'])
      expect(msgbufText()).toContain('Resetting IOCatalogue.\n')
    })
  })

  it('says so at a non-dictionary and gives each personality the bundle of its code', () => {
    const story = new Story()
    story.do(() => {
      const array = arrayOf({ IOName: 'a', IOProviderClass: 'StoryNub', CFBundleIdentifier: 'com.example.a' })
      array.adopt(OSString.withCString('no'))
      expect(gIOCatalogue().addDrivers(array)).toBe(false)
      expect(msgbufText()).toContain('IOCatalogue::addDrivers() encountered non-dictionary; bailing.\n')
      expect(textOf(gIOCatalogue().all()[0]!.table.getObject('CFBundleIdentifierKernel'))).toBe('com.example.a')
    })
  })

  it('counts one generation for each provider class that lost a personality', () => {
    const story = new Story()
    story.personalities([
      { IOName: 'a', v: 1 }, { IOName: 'b', v: 1 }, { IOName: 'c', v: 1, IOProviderClass: 'StorySubNub' },
      { IOName: 'd', v: 1, IOProviderClass: 'StoryRoot' }, { IOName: 'e', v: 2, IOProviderClass: 'IOResources' },
    ])
    const start = generation(story)
    story.do(() => gIOCatalogue().removeDrivers(toOSDictionary({ v: 1 })))
    expect([generation(story) - start, story.do(names)]).toEqual([3, ['e']])
    story.do(() => gIOCatalogue().removeDrivers(toOSDictionary({ v: 2 }), false))
    expect([generation(story) - start, story.do(names)]).toEqual([3, []])
  })

  it('terminates in registry order, each to its end, up to a service that may not go', () => {
    const story = new Story()
    story.personalities([{ IOName: 'd', CFBundleIdentifier: 'com.example.d' }])
    const nub = story.nub()
    const resources = story.do(() => IOService.getResourceService()!)
    const matching = story.do(() => toOSDictionary({ CFBundleIdentifier: 'com.example.d' }))
    story.do(() => resources.setProperty('CFBundleIdentifier', 'com.example.d'))
    expect(story.thread(() => gIOCatalogue().terminateDrivers(matching))).toBe(kIOReturnUnsupported)
    expect(story.do(() => msgbufText())).toMatch(/disallowing kextunload terminate for bundleID \S+\n/)
    expect(story.do(names)).toEqual(['d'])
    story.do(() => resources.removeProperty('CFBundleIdentifier'))
    const clients = story.thread(function* () {
      const result = yield* gIOCatalogue().terminateDriversForModule('com.example.d', false)
      return [result, ...nub.clients().map((client) => client.getName())]
    })
    expect([clients, story.do(names)]).toEqual([[kIOReturnSuccess], []])
  })

  it('leaves the services of a bundle alone that says so, and of one that others are linked against', () => {
    const story = new Story()
    story.personalities([{ IOName: 'd', CFBundleIdentifier: 'com.example.d' }])
    const nub = story.nub()
    const terminate = (): number =>
      story.thread(() => gIOCatalogue().terminateDriversForModule('com.example.d', true))
    story.do(() => setModuleLoader(loader({ allowsUserTerminate: () => false })))
    expect([terminate(), story.clientNames(nub)]).toEqual([kIOReturnUnsupported, ['d']])
    story.do(() => setModuleLoader(loader({ canUnloadKextWithIdentifier: () => false })))
    expect([terminate(), story.clientNames(nub)]).toEqual([kOSKextReturnInUse, ['d']])
    story.do(() => setModuleLoader(loader()))
    expect([terminate(), story.clientNames(nub), story.do(names)]).toEqual([kIOReturnSuccess, [], []])
  })

  it('lets a personality have its turn that is taken out while the pass sleeps; the next pass is without it', () => {
    const story = new Story()
    story.do(() => IOService.addMatchingNotification('IOServicePublish', IOService.serviceMatching('StoryNub'),
      function* () {
        scheduler().assertWait(new WaitQueue(), scheduler().nowNs + 1e6)
        yield
        return true
      }, 5))
    story.personalities([{ IOName: 'a', IOProbeScore: 1 }])
    story.do(() => scheduler().spawn('remover', (function* () {
      scheduler().assertWait(new WaitQueue(), scheduler().nowNs + 5e5)
      yield
      gIOCatalogue().removeDrivers(toOSDictionary({ IOName: 'a' }), false)
    })()))
    const nub = story.nub()
    expect(story.clientNames(nub)).toEqual(['a'])
    expect(story.clientNames(story.nub())).toEqual([])
  })

  it('its dictionaries are new, or the one that is given; a text object goes in as it is', () => {
    const story = new Story()
    story.do(() => {
      const text = OSString.withCString('hello')
      const makers: ((table: OSDictionary | null) => OSDictionary)[] = [
        (table) => serviceMatching('hello', table), (table) => serviceMatching(text, table),
        (table) => nameMatching('hello', table), (table) => nameMatching(text, table),
        (table) => resourceMatching('hello', table), (table) => resourceMatching(text, table),
        (table) => propertyMatching('key', text, table), (table) => registryEntryIDMatching(12, table),
      ]
      for (const make of makers) {
        const made = make(null)
        expect(made.getRetainCount()).toBe(1)
        made.retain()
        expect(make(made)).toBe(made)
        expect(made.getRetainCount()).toBe(2)
      }
      expect([...resourceMatching('hello').values()].every((value) => value instanceof OSString)).toBe(true)
      expect(serviceMatching(text).getObject('IOProviderClass')).toBeInstanceOf(OSSymbol)
      expect(nameMatching(text).getObject('IONameMatch')).toBe(text)
      expect((registryEntryIDMatching(12).getObject('IORegistryEntryID') as OSNumber).numberOfBits()).toBe(64)
    })
  })
})

describe('a pass', () => {
  it('keeps a stalled nub busy until the first complete pass has started its drivers', () => {
    const story = new Story()
    let isThere = false
    story.do(() => setModuleLoader(loader({ loadKextWithIdentifier: () => isThere ? 0 : kOSKextReturnDeferred })))
    story.personalities([{ IOName: 'late', CFBundleIdentifierKernel: 'com.example.late', SleepNs: 1e6 }])
    const nub = story.nub()
    expect(nub.getBusyState()).toBe(1)
    isThere = true
    story.do(() => gIOCatalogue().moduleHasLoaded('com.example.late'))
    story.run(5e5)
    expect([story.take().at(-1), nub.getBusyState()]).toEqual(['late start', 2])
    story.run()
    expect(nub.getBusyState()).toBe(0)
  })

  it('writes the debug lines of the kernel, by the flags of the driver alone where it has some', () => {
    const story = new Story('io=0x4')
    story.personalities([
      { IOName: 'loud', IOProbeScore: 3, Start: false }, { IOName: 'quiet', IOProbeScore: 2, IOKitDebug: 0, Start: false },
      { IOName: 'good', IOProbeScore: 1 }, { IOName: 'late' },
    ])
    story.nub()
    const text = story.do(() => msgbufText())
    expect(text).toMatch(/loud\[0x[0-9a-f]+\]::start\(nub\) <\d>\n/)
    expect(text).toMatch(/loud\[0x[0-9a-f]+\]::start\(nub\[0x[0-9a-f]+\]\) <\d> failed\n/)
    expect(text).not.toContain('quiet')
    expect(text).toMatch(/match category exists, skipping late\[0x[0-9a-f]+\]::start\(nub\) <\d>\n/)
  })

  it('lists all contenders with verbose match logs', () => {
    const story = new Story('io=0x10 iokit_print_verbose_match_logs=1')
    story.personalities([{ IOName: 'a', IOProbeScore: 2 }, { IOName: 'b', IOProbeScore: -1 }])
    story.nub()
    const text = story.do(() => msgbufText()).replaceAll(/^\[[^\]]*\]: /gm, '').replaceAll(/0x[0-9a-f]+/g, 'ID')
    expect(text).toContain('nub(ID): 2 categories\nnub(ID): category IODefaultMatchCategory, 2 matches\n'
      + 'nub(ID): category IODefaultMatchCategory: matched a, probe score 2\n'
      + 'nub(ID): category IODefaultMatchCategory: matched b, probe score 4294967295\n')
  })

  it('shortens the path of a registration to its last components', () => {
    const story = new Story('io=0x8')
    let parent = story.nub()
    for (const name of ['first', 'a-component-with-a-long-name', 'another-component-with-a-long-name', 'last']) {
      const provider = parent
      parent = story.do(() => {
        const nub = new IOService()
        nub.init()
        nub.setName(name)
        nub.attach(provider)
        nub.registerService()
        return nub
      })
    }
    expect(story.do(() => msgbufText()))
      .toContain('Registering: ../another-component-with-a-long-name/last\n')
  })

  it('lets a driver matched at boot make way for a later one, unless the root disk hangs on it', () => {
    const story = new Story()
    story.personalities([{ IOName: 'boot', IOPrimaryDriverTerminateOptions: true }])
    const nub = story.nub()
    story.do(() => setModuleLoader(loader()))
    const later = { IOName: 'later', CFBundleIdentifier: 'com.example.later', IOProbeScore: 9 }
    story.personalities([later])
    story.run()
    expect(story.clientNames(nub)).toEqual(['boot'])
    story.do(() => {
      serviceState().rootMediaParent = nub.clients()[0]!
      nub.registerService()
    })
    story.run()
    expect(story.do(() => msgbufText())).toMatch(/Can't replace primary matched driver on root media boot-0x[0-9a-f]+\n/)
    story.do(() => {
      serviceState().rootMediaParent = story.root
      nub.registerService()
    })
    story.run()
    expect(story.clientNames(nub)).toEqual(['later'])
  })

  it('counts the driver extensions that match, also when their category is taken', () => {
    const story = new Story()
    const launched: string[] = []
    story.do(() => {
      serviceState().driverKit = {
        refuses: (_nub, table) => textOf(table.getObject('IOName')) === 'off' ? 'DEXT-OFF' : null,
        *launch(_nub, instance) {
          launched.push(instance.getName())
          return true
        },
      }
    })
    story.personalities([
      { IOName: 'first', IOUserServerName: 's', IOProbeScore: 5 }, { IOName: 'off', IOUserServerName: 's' },
    ])
    const nub = story.nub()
    const count = (): number => story.do(() => (nub.getProperty('IODEXTMatchCount') as OSNumber).unsigned32BitValue())
    expect([launched, count()]).toEqual([['first'], 1])
    story.personalities([{ IOName: 'second', IOUserServerName: 's' }])
    story.run()
    expect([story.clientNames(nub), count()]).toEqual([['first'], 2])
  })
})

describe('the kernel\'s own personalities', () => {
  it('panic on a machine that no platform expert knows', () => {
    const story = new Story()
    story.do(() => {
      addKernelConfigTables()
      const machine = new IOPlatformExpertDevice()
      machine.init()
      machine.setName('Unknown1,1')
      machine.attach(IOService.getServiceRoot())
      machine.registerService()
    })
    expect(() => story.run()).toThrow('Unable to find driver for this platform: "Unknown1,1".')
  })
})

describe('matching keys', () => {
  it('leave the text that a pattern hit among the names of a device-tree nub', () => {
    const story = new Story()
    story.do(() => {
      const nub = new IOPlatformExpertDevice()
      nub.init()
      nub.setProperty('compatible', new TextEncoder().encode('acme,a1\0NVDA,Display-A\0'))
      const told = (wanted: PlainValue): unknown => {
        const outcome: NameMatch = { nameMatched: null }
        const matches = nub.compareNames(toOSObject(wanted), outcome)
        const { nameMatched } = outcome
        return matches ? (nameMatched instanceof OSString ? nameMatched.getCStringNoCopy() : nameMatched) : null
      }
      expect(['acme,a1', 'NVDA*', 'acme', ['x', 'NVDA,*'], 'IOPlatformExpertDevice'].map(told))
        .toEqual(['acme,a1', 'NVDA,Display-A', null, 'NVDA,Display-A', null])
    })
  })

  it('see the properties that user space is shown, and in a compatibility match only those for it', () => {
    const story = new Story()
    const nub = story.nub({
      size: 4, IOUserServiceProperties: { shown: 1, size: 5 },
      IOCompatibilityProperties: { IOClass: 'OldNub', IOPath: 'IOService:/old', old: 1 },
    })
    const matches = (table: Plain): boolean => story.do(() => nub.passiveMatch(toOSDictionary(table)))
    expect(matches({ IOPropertyMatch: { size: 5, shown: 1 } })).toBe(true)
    expect(matches({ IOPropertyMatch: { size: 4 } })).toBe(false)
    expect(matches({ IOPropertyExistsMatch: 'shown' })).toBe(true)
    const compatible = { IOCompatibilityMatch: true }
    expect(matches({ ...compatible, IOProviderClass: 'OldNub' })).toBe(true)
    expect(matches({ ...compatible, IOProviderClass: 'StoryNub' })).toBe(false)
    expect(matches({ IOProviderClass: 'OldNub' })).toBe(false)
    expect(matches({ ...compatible, IOPropertyMatch: { old: 1 } })).toBe(true)
    expect(matches({ ...compatible, IOPropertyExistsMatch: 'size' })).toBe(false)
    expect(matches({ ...compatible, IOPathMatch: 'IOService:/old' })).toBe(true)
    expect(matches({ IOPathMatch: 'IOService:/old' })).toBe(false)
  })

  it('end a list of alternatives at the first that is something else', () => {
    const story = new Story()
    const nub = story.nub({ size: 4 })
    const matches = (table: Plain): boolean => story.do(() => nub.passiveMatch(toOSDictionary(table)))
    expect(matches({ IOPropertyMatch: [{ size: 5 }, 'stop', { size: 4 }] })).toBe(false)
    expect(matches({ IOPropertyMatch: 'size' })).toBe(false)
    expect(matches({ IOPropertyExistsMatch: ['none', 7, 'size'] })).toBe(false)
    expect(matches({ IONameMatch: ['none', 7, 'nub'] })).toBe(false)
  })

  it('look for parents in other places that entries on the way name, the last named first', () => {
    const story = new Story()
    story.personalities([{ IOName: 'child', IONameMatch: 'nub' }])
    const elsewhere = story.nub({ where: 'elsewhere' })
    const nub = story.nub()
    const child = story.do(() => nub.clients()[0]!)
    const matches = (): boolean => story.do(() =>
      child.passiveMatch(toOSDictionary({ IOParentMatch: { IOPropertyMatch: { where: 'elsewhere' } } })))
    expect(matches()).toBe(false)
    story.do(() => nub.setProperty('IOServiceLegacyMatchingRegistryID', elsewhere.getRegistryEntryID(), 64))
    expect(matches()).toBe(true)
    story.do(() => child.setProperty('IOServiceLegacyMatchingRegistryID', 0x1ffffffff, 64))
    story.do(() => nub.removeProperty('IOServiceLegacyMatchingRegistryID'))
    expect(matches()).toBe(false)
  })

  it('wait for a resource or a set of them, but not for an array', () => {
    const story = new Story()
    story.personalities([{ IOName: 'd', IOResourceMatch: ['IORTC', 'IONVRAM'] }])
    const nub = story.nub()
    expect(story.clientNames(nub)).toEqual(['d'])
    expect(story.do(() => msgbufText())).toContain('d: Can\'t match using: OSArray\n')
  })

  it('of IOResources are all there now, or were at the last match', () => {
    const story = new Story()
    story.personalities([{
      IOName: 'r', IOProviderClass: 'IOResources', IOResourceMatched: 'IORTC', IOMatchCategory: 'r',
    }])
    story.run()
    expect(story.take()).toEqual([])
    story.do(() => IOService.publishResource('IORTC'))
    story.run()
    expect(story.instances(StoryDriver.metaClass)).toBe(0)
    story.do(() => IOService.getResourceService()!.registerService())
    story.run()
    expect(story.instances(StoryDriver.metaClass)).toBe(1)
  })
})

