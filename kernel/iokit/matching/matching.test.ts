import { describe, expect, it } from 'vitest'
import { kIOServiceMatchedState, kOSKextReturnDeferred } from '../../abi/index.ts'
import {
  OSArray, OSBoolean, OSDynamicCast, OSString, toOSDictionary, type OSNumber, type OSObject, type PlainValue,
} from '../../libkern/index.ts'
import { msgbufText } from '../../mach/index.ts'
import { scheduler } from '../../sim/index.ts'
import { Story, StoryDriver, StorySubNub } from '../../../test/support/iokitStory.ts'
import { IOService, gIOCatalogue, setMatchRecorder, setModuleLoader, startDeferredMatches } from '../index.ts'

const textOf = (value: OSObject | null): string | null => OSDynamicCast(OSString, value)?.getCStringNoCopy() ?? null
const order = (story: Story): string => story.take().filter((line) => !line.endsWith('free')).join(', ')

describe('matching', () => {
  it('probes by score, ties in order of arrival, and starts the first that will', () => {
    const story = new Story()
    story.personalities([
      { IOName: 'low', IOProbeScore: 1 }, { IOName: 'first', IOProbeScore: 5, Start: false },
      { IOName: 'second', IOProbeScore: 5 }, { IOName: 'none', IOProbeScore: 9, Probe: false },
    ])
    const nub = story.nub()
    expect(order(story)).toBe('none probe 9, first probe 5, second probe 5, low probe 1, first start, second start, second started')
    expect(story.clientNames(nub)).toEqual(['second'])
    expect(story.instances(StoryDriver.metaClass)).toBe(1)
    expect(nub.getBusyState()).toBe(0)
  })

  it('lets probe change the order of starting, not of probing', () => {
    const story = new Story()
    story.personalities([{ IOName: 'a', IOProbeScore: 10, Probe: -10 }, { IOName: 'b', IOProbeScore: 5 }])
    const nub = story.nub()
    expect(order(story)).toBe('a probe 10, b probe 5, b start, b started')
    const score = story.do(() => nub.clients()[0]!.getProperty('IOProbeScore') as OSNumber)
    expect(score.unsigned32BitValue()).toBe(5)
  })

  it('prefers the nearer provider class among equal scores', () => {
    const story = new Story()
    story.personalities([
      { IOName: 'far', IOProviderClass: 'IOService', IOProbeScore: 3, StoryKey: 'sub' }, { IOName: 'middle', IOProbeScore: 3 },
      { IOName: 'near', IOProviderClass: 'StorySubNub', IOProbeScore: 3 },
    ])
    story.nub({ StoryKey: 'sub' }, story.do(() => new StorySubNub()))
    expect(order(story).split(', ').slice(0, 3)).toEqual(['near probe 3', 'middle probe 3', 'far probe 3'])
  })

  it('starts one driver per category, categories in order of their first personality', () => {
    const story = new Story()
    story.personalities([
      { IOName: 'x1', IOMatchCategory: 'X', IOProbeScore: 1 }, { IOName: 'd1' },
      { IOName: 'x2', IOMatchCategory: 'X', IOProbeScore: 2 }, { IOName: 'd2', IOProbeScore: -1 },
    ])
    const nub = story.nub()
    expect(story.clientNames(nub)).toEqual(['x2', 'd1'])
    const category = (i: number): string | null => story.do(() => textOf(nub.clients()[i]!.getProperty('IOMatchCategory')))
    expect([category(0), category(1)]).toEqual(['X', 'IODefaultMatchCategory'])
    story.do(() => nub.registerService())
    story.run()
    expect(story.clientNames(nub)).toEqual(['x2', 'd1'])
  })

  it('says so when the class of a personality does not exist, and goes on', () => {
    const story = new Story()
    story.personalities([{ IOClass: 'Misspelt', IOProbeScore: 9 }, { IOName: 'good' }, { IOName: 'sick', Init: false }])
    const nub = story.nub()
    expect(story.clientNames(nub)).toEqual(['good'])
    expect(story.do(() => msgbufText())).toContain('Couldn\'t alloc class "Misspelt"\n')
  })

  it('writes what matching found out into the copy only', () => {
    const story = new Story()
    story.personalities([{ IOName: 'd', IONameMatch: ['other', 'nub'], StoryKey: 1, StoryBonus: 7, IOProbeScore: 1 }])
    const nub = story.nub({ StoryKey: 1 })
    story.do(() => {
      const driver = nub.clients()[0]!
      expect(textOf(driver.getProperty('IONameMatched'))).toBe('nub')
      expect(driver.getProperty('IOMatchedAtBoot')).toBe(OSBoolean.withBoolean(true))
      expect(order(story)).toBe('d probe 8, d start, d started')
      expect(gIOCatalogue().all()[0]!.table.getObject('IONameMatched')).toBe(null)
    })
  })

  it('matches registered services again when drivers are added, and not when told to be silent', () => {
    const story = new Story()
    const nub = story.nub()
    const generation = story.do(() => gIOCatalogue().getGenerationCount())
    story.personalities([{ IOName: 'silent' }], false)
    story.run()
    expect(story.clientNames(nub)).toEqual([])
    expect(story.do(() => gIOCatalogue().getGenerationCount())).toBe(generation)
    story.personalities([{ IOName: 'loud' }])
    story.run()
    expect(story.clientNames(nub)).toEqual(['silent'])
    expect(story.do(() => gIOCatalogue().getGenerationCount())).toBe(generation + 1)
  })

  it('drops duplicates and personalities without provider class, and stops at a non-dictionary', () => {
    const story = new Story()
    story.personalities([{ IOName: 'a' }, { IOName: 'a' }])
    story.do(() => {
      const array = OSArray.withCapacity(3)
      array.adopt(toOSDictionary({ IOClass: 'StoryDriver' }))
      array.adopt(OSString.withCString('no'))
      array.adopt(toOSDictionary({ IOProviderClass: 'StoryNub' }))
      expect(gIOCatalogue().addDrivers(array)).toBe(false)
      expect(gIOCatalogue().all()).toHaveLength(1)
    })
  })

  it('removes drivers that agree on the given keys', () => {
    const story = new Story()
    story.personalities([{ IOName: 'a', v: 1 }, { IOName: 'b', v: 1 }, { IOName: 'c', v: 2 }])
    story.do(() => {
      const matching = toOSDictionary({ v: 1 })
      gIOCatalogue().removeDrivers(matching)
      expect(gIOCatalogue().all().map((each) => textOf(each.table.getObject('IOName')))).toEqual(['c'])
    })
  })

  it('waits for a module: busy, nothing below is looked at, matched when it has come', () => {
    const story = new Story()
    let isThere = false
    story.do(() => setModuleLoader({
      loadKextWithIdentifier: () => isThere ? 0 : kOSKextReturnDeferred,
      isBootKext: () => false, allowsUserTerminate: () => null, unloadKextWithIdentifier: () => 0,
      isKextWithIdentifierLoaded: () => false, canUnloadKextWithIdentifier: () => true,
    }))
    story.personalities([
      { IOName: 'high', IOProbeScore: 9 }, { IOName: 'late', IOProbeScore: 5, CFBundleIdentifierKernel: 'com.example.late' },
      { IOName: 'below', IOProbeScore: 1, IOMatchCategory: 'other' },
    ])
    const nub = story.nub()
    expect([order(story), nub.getBusyState(), story.do(() => story.root.getBusyState())]).toEqual(['', 1, 1])
    expect(nub.getState() & kIOServiceMatchedState).toBe(0)
    isThere = true
    story.do(() => gIOCatalogue().startMatching('com.example.late'))
    story.run()
    expect(story.clientNames(nub)).toEqual(['high', 'below'])
    expect([nub.getBusyState(), story.do(() => story.root.getBusyState())]).toEqual([0, 0])
    expect(nub.getState() & kIOServiceMatchedState).toBe(kIOServiceMatchedState)
  })

  it('defers the rest of a nub in all categories until the daemon has launched', () => {
    const story = new Story('', true)
    story.personalities([
      { IOName: 'now', IOProbeScore: 9, IOMatchCategory: 'A' }, { IOName: 'wait', IOProbeScore: 5, IOMatchDefer: true },
      { IOName: 'also', IOProbeScore: 1, IOMatchCategory: 'C' },
    ])
    const nub = story.nub()
    expect(story.clientNames(nub)).toEqual(['now'])
    expect(story.do(() => msgbufText())).toMatch(/nub\(0x[0-9a-f]+\): matching deferred by StoryDriver\n/)
    story.do(() => startDeferredMatches())
    story.run()
    expect(story.clientNames(nub)).toEqual(['now', 'wait', 'also'])
  })

  it('matches drivers of IOResources when their key is published', () => {
    const story = new Story()
    story.personalities([{ IOName: 'r', IOProviderClass: 'IOResources', IOResourceMatch: ['IOBSD', 'IONVRAM'], IOMatchCategory: 'r' }])
    story.run()
    story.do(() => IOService.publishResource('IOBSD'))
    story.run()
    expect(order(story)).toBe('')
    story.do(() => IOService.publishResource('IONVRAM', true))
    story.run()
    expect(order(story)).toBe('r probe 0, r start, r started')
    const keys = story.do(() => IOService.getResourceService()!.getProperty('IOResourceMatched') as OSArray)
    expect([...keys.values()].map(String)).toContain('IONVRAM')
  })

  it('starts a driver that names a resource only when that is there', () => {
    const story = new Story('io=0x20')
    story.personalities([{ IOName: 'd', IOResourceMatch: 'IORTC' }])
    const nub = story.nub()
    expect([order(story), nub.getBusyState()]).toEqual(['d probe 0', 1])
    story.do(() => IOService.publishResource('IORTC'))
    story.run()
    expect([order(story), nub.getBusyState()]).toEqual(['d start, d started', 0])
    expect(story.do(() => msgbufText())).toMatch(/stalling d\n[^]*waking/)
  })

  it('looks up parents and locations for nested dictionaries', () => {
    const story = new Story()
    const nub = story.nub({ StoryKey: 3 })
    const matches = (table: Record<string, PlainValue>): boolean =>
      story.do(() => nub.passiveMatch(toOSDictionary(table)))
    expect(matches({ IOParentMatch: { IONameMatch: 'root' } })).toBe(true)
    expect(matches({ IOParentMatch: { IONameMatch: 'nub' } })).toBe(false)
    expect(matches({ IOProviderClass: 'StoryNub', StoryKey: 3 })).toBe(true)
    expect(matches({ IOProviderClass: 'StoryDriver' })).toBe(false)
    expect(matches({ StoryKey: 4 })).toBe(false)
  })

  it.each<[Record<string, PlainValue>, boolean]>([
    [{}, true],
    [{ IONameMatch: 'nub' }, true],
    [{ IONameMatch: ['x', 'y'] }, false],
    [{ IOPropertyMatch: { size: 4 } }, true],
    [{ IOPropertyMatch: [{ size: 5 }, { size: 4, kind: 'disk' }] }, true],
    [{ IOPropertyMatch: { size: 4, other: 1 } }, false],
    [{ IOPropertyExistsMatch: 'kind' }, true],
    [{ IOPropertyExistsMatch: ['none', 'size'] }, true],
    [{ IOPropertyExistsMatch: ['none'] }, false],
    [{ IOPathMatch: 'IOService:/nub@4' }, true],
    [{ IOPathMatch: 'IOService:/' }, false],
    [{ IOLocationMatch: '4' }, true],
    [{ IOLocationMatch: '5' }, false],
    [{ 'BSD Name': 'disk0' }, true],
    [{ 'BSD Name': 'disk1' }, false],
    [{ IOMatchedServiceCountMatch: 0 }, true],
    [{ IOMatchedServiceCountMatch: 1 }, false],
    [{ IOExclaveProxy: true }, false],
    [{ unknown: 'ignored' }, true],
  ])('answers %j with %j', (table, answer) => {
    const story = new Story()
    const nub = story.nub({ size: 4, kind: 'disk', 'BSD Name': 'disk0' })
    expect(story.do(() => {
      nub.setLocation('4')
      return nub.passiveMatch(toOSDictionary(table))
    })).toBe(answer)
  })

  it('finds the same candidates with the index as without', () => {
    const story = new Story()
    const list = Array.from({ length: 80 }, (_, i) => ({
      IOName: `d${i}`, IOProbeScore: (i * 7) % 5, ...(i % 3 === 0 ? { IONameMatch: i % 2 === 0 ? 'nub' : 'other' } : {}),
      ...(i % 3 === 1 ? { StoryKey: i % 2, StoryBonus: i % 4 } : {}),
    }))
    const nub = story.nub({ StoryKey: 1 })
    story.personalities(list, false)
    story.do(() => {
      const found = gIOCatalogue().findCandidates(nub).map(({ personality }) => textOf(personality.table.getObject('IOName')))
      const score = (i: number): number => list[i]!.IOProbeScore + (list[i]!.StoryBonus ?? 0)
      const wanted = list.map((_, i) => i).filter((i) => (list[i]!.IONameMatch ?? 'nub') === 'nub' && (list[i]!.StoryKey ?? 1) === 1)
        .sort((a, b) => list[b]!.IOProbeScore - list[a]!.IOProbeScore || a - b).sort((a, b) => score(b) - score(a))
      expect(found).toEqual(wanted.map((i) => `d${i}`))
    })
  })

  it('tells the recorder every personality and why it lost', () => {
    const story = new Story()
    const told: string[] = []
    const name = (table: { getObject(key: string): unknown }): string => String(table.getObject('IOName'))
    story.personalities([
      { IOName: 'class', IOProviderClass: 'IOResources', IOResourceMatch: 'never' }, { IOName: 'name', IONameMatch: 'x' },
      { IOName: 'family', StoryKey: 9 }, { IOName: 'null', Probe: false, IOProbeScore: 4 }, { IOName: 'bad', Start: false, IOProbeScore: 3 },
      { IOName: 'wins', IOProbeScore: 2 }, { IOName: 'score', IOProbeScore: 1 }, { IOName: 'noclass', IOClass: 'Nope' },
    ])
    story.run()
    story.do(() => setMatchRecorder({
      passBegan: (nub) => void told.push(`pass ${nub.getName()}`),
      considered: () => {},
      scored: () => {},
      asked: ({ key, isMatch }) => void told.push(`${key} ${isMatch}`),
      matched: (_nub, table, before, score) => void told.push(`${name(table)} matched ${before} ${score}`),
      rejected: (_nub, table, reason) => void told.push(`${name(table)} ${reason}`),
      probed: (_nub, table, _instance, score) => void told.push(`${name(table)} probed ${score}`),
      started: (_nub, table) => void told.push(`${name(table)} started`),
      passEnded: () => void told.push('end'),
    }))
    story.nub()
    expect(told.join('; ')).toBe('pass nub; class CLASS; null matched 4 4; bad matched 3 3; wins matched 2 2; '
      + 'score matched 1 1; IONameMatch false; name NAME; family FAMILY; noclass matched 0 0; null PROBE; '
      + 'bad probed 3; wins probed 2; score probed 1; noclass NOCLASS; bad START; wins started; score SCORE; end')
  })

  it('tells a resource that is not there yet by a reason of its own', () => {
    const story = new Story()
    const told: string[] = []
    story.personalities([
      { IOName: 'waits', IOProviderClass: 'IOResources', IOResourceMatch: 'never' },
      { IOName: 'several', IOProviderClass: 'IOResources', IOResourceMatch: ['there', 'never'] },
      { IOName: 'runs', IOProviderClass: 'IOResources', IOResourceMatch: 'there' },
    ])
    story.run()
    story.do(() => setMatchRecorder({
      passBegan: () => {}, considered: () => {}, scored: () => {}, matched: () => {}, probed: () => {},
      started: (_nub, table) => void told.push(`${textOf(table.getObject('IOName'))} started`), passEnded: () => {},
      asked: ({ key, found, isMatch }) => void told.push(`${key} ${typeof found === 'string' ? found : ''} ${isMatch}`),
      rejected: (_nub, table, reason) => {
        if (reason !== 'CLASS') told.push(`${textOf(table.getObject('IOName'))} ${reason}`)
      },
    }))
    story.do(() => IOService.publishResource('there'))
    story.run()
    expect(told).toEqual([
      'IOResourceMatch not published false', 'waits RES', 'IOResourceMatch not published false', 'several RES',
      'IOResourceMatch published true', 'runs started',
    ])
  })

  it('gives everything back when the nubs are gone', () => {
    const story = new Story()
    story.personalities([{ IOName: 'a', IOProbeScore: 2, Start: false }, { IOName: 'b', Nubs: [] }, { IOName: 'c', Probe: false }], false)
    story.nub()
    const before = story.classCounts()
    for (let i = 0; i < 5; i++) {
      const nub = story.nub()
      story.do(() => nub.terminate())
      story.run()
    }
    expect(story.classCounts()).toEqual(before)
  })

  it('matches a nub published by a driver, all quiet at the end', () => {
    const story = new Story()
    story.personalities([{ IOName: 'bus', IONameMatch: 'nub', Nubs: ['a', 'b'], SleepNs: 1e6 }, { IOName: 'leaf', IONameMatch: ['a', 'b'] }])
    const nub = story.nub()
    const names = story.do(() => nub.clients()[0]!.clients().flatMap((each) => [each.getName(), ...story.clientNames(each)]))
    expect(names).toEqual(['a', 'leaf', 'b', 'leaf'])
    expect(story.do(() => story.root.getBusyState())).toBe(0)
    expect(story.do(() => [...scheduler().threads.values()].filter((each) => each.name.startsWith('IOConfig')).length)).toBe(0)
  })
})
