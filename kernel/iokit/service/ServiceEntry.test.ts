import { describe, expect, it } from 'vitest'
import { kIOReturnUnsupported, kIOServiceTerminateWithRematch, type IOReturn } from '../../abi/index.ts'
import { defineMetaClass, type OSMetaClass, type OSSet, type OSString } from '../../libkern/index.ts'
import type { Blocking } from '../../sim/index.ts'
import { newNub, Story, StoryNub } from '../../../test/support/iokitStory.ts'
import { IOService } from '../index.ts'

/** Knows one function. */
class Knower extends StoryNub {
  static override readonly metaClass: OSMetaClass = defineMetaClass('Knower', Knower, StoryNub)

  override callPlatformFunction(
    name: string, waits: boolean, ...parameters: readonly unknown[]
  ): Blocking<IOReturn> {
    if (name === 'add') return Number(parameters[0]) + Number(parameters[1])
    return super.callPlatformFunction(name, waits, ...parameters)
  }
}

/** root – knower – middle – leaf. */
function chain(bootArgs = ''): { story: Story; leaf: StoryNub } {
  const story = new Story(bootArgs)
  const leaf = story.do(() => {
    const nubs = [newNub({}, new Knower()), newNub(), newNub()] as const
    nubs[0].attach(story.root)
    nubs[1].attach(nubs[0])
    nubs[2].attach(nubs[1])
    return nubs[2]
  })
  return { story, leaf }
}

describe('a platform function', () => {
  it('is done by the nearest provider that knows it', () => {
    const { story, leaf } = chain()
    const call = (name: string): unknown => story.do(() => leaf.callPlatformFunction(name, false, 2, 3))
    expect([call('add'), call('sub')]).toEqual([5, kIOReturnUnsupported])
  })

  it('that is an action of the platform may not be passed on where that is enforced', () => {
    const call = ({ story, leaf }: ReturnType<typeof chain>): unknown =>
      story.do(() => leaf.callPlatformFunction('IOPlatformPanicAction', false))
    expect(call(chain())).toBe(kIOReturnUnsupported)
    expect(() => call(chain('enforce_platform_action_safety=1')))
      .toThrow('Class StoryNub passed the IOPlatformPanicAction action to IOService')
  })
})

describe('the clients of a nub', () => {
  it('hold their match category while they are active or will be matched again', () => {
    const story = new Story()
    story.personalities([{ IOName: 'd', IOMatchCategory: 'cat', Opens: true }, { IOName: 'e' }], false)
    const nub = story.nub()
    const holder = (category: string): string | undefined => story.do(() => {
      const client = nub.copyClientWithCategory(category)
      client?.release()
      return client?.getName()
    })
    const before = [holder('cat'), holder('IODefaultMatchCategory'), holder('other')]
    story.do(() => {
      nub.copyClientWithCategory('cat')!.terminate(kIOServiceTerminateWithRematch)
      nub.copyClientWithCategory('IODefaultMatchCategory')!.terminate()
    })
    expect([before, holder('cat'), holder('IODefaultMatchCategory')])
      .toEqual([['d', 'e', undefined], 'd', undefined])
  })
})

describe('the resources a driver waits for', () => {
  it('become a set when one is added to the one that there is', () => {
    const story = new Story()
    story.do(() => {
      const nub = newNub({ IOResourceMatch: 'one' })
      const add = (to: StoryNub, key: string): boolean => to.addNeededResource(key)
      expect([add(newNub(), 'two'), add(nub, 'two'), add(nub, 'three')]).toEqual([false, true, true])
      const wanted = nub.getProperty('IOResourceMatch') as OSSet
      const names = [...wanted.members()].map((name) => (name as OSString).getCStringNoCopy())
      expect(names).toEqual(['one', 'two', 'three'])
    })
  })
})

describe('a table for a place', () => {
  it('is filled through the dictionary that it is given', () => {
    const story = new Story()
    story.do(() => {
      const table = IOService.serviceMatching('StoryNub')
      const place = IOService.addLocation(table)!
      expect([table.getObject('IOLocationMatch') === place, place.getRetainCount()]).toEqual([true, 1])
      table.release()
    })
  })
})
