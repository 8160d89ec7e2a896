// The system's named states: set by the kernel and by entitled tasks, heard by listeners and on work loops.
import { describe, expect, it } from 'vitest'
import { Story, note } from '../../../test/support/iokitStory.ts'
import { UserStory } from '../../../test/support/userStory.ts'
import {
  IOKit, kIOReturnBadArgument, kIOReturnError, kIOReturnNotFound, kIOReturnNotPermitted, kIOReturnSuccess,
  kIOSystemStateClamshellKey, kIOSystemStateSleepDescriptionKey,
} from '../../abi/index.ts'
import {
  OSString, OSUnserializeBinary, fromOSObject, toOSDictionary, toOSObject, type OSArray, type OSObject,
  type PlainValue,
} from '../../libkern/index.ts'
import { WaitQueue, scheduler, type KernelThread } from '../../sim/index.ts'
import { IOService, IOServiceStateNotificationEventSource, IOWorkLoop } from '../index.ts'
import { IOSystemStateNotification } from './IOSystemStateNotification.ts'

const text = (value: string): OSString => OSString.withCString(value)

function* sleep(ns: number): KernelThread {
  scheduler().assertWait(new WaitQueue(), scheduler().nowNs + ns)
  yield
}

function world(): { story: Story; states: IOSystemStateNotification } {
  const story = new Story()
  const states = story.do(() => IOSystemStateNotification.initialize())
  return { story, states }
}

/** Sets an item from a thread of the kernel. */
function set(story: Story, name: string, value: Record<string, PlainValue>): number {
  return story.thread(function* () {
    const table = toOSDictionary(value)
    const result = yield* IOService.getSystemStateNotificationService()!.StateNotificationItemSet(text(name), table)
    table.release()
    return result
  })
}

const copied = (story: Story, states: IOSystemStateNotification, name: string): string => story.do(() => {
  const { result, value } = states.StateNotificationItemCopy(text(name))
  if (value === null) return `0x${(result >>> 0).toString(16)}`
  const shown = [...value.entries()].map(([key, object]) => `${key.getCStringNoCopy()}=${shownText(object)}`).join()
  value.release()
  return shown
})

const shownText = (object: OSObject): string => object instanceof OSString ? object.getCStringNoCopy() : ''

describe('xnu A3 555', () => {
  it('an item that was made is set and copied; a listener and an event source hear of each set', () => {
    const { story, states } = world()
    expect(story.do(() => states.StateNotificationItemCreate(text(kIOSystemStateClamshellKey), null)))
      .toBe(kIOReturnSuccess)
    expect(copied(story, states, kIOSystemStateClamshellKey)).toBe(`0x${(kIOReturnNotFound >>> 0).toString(16)}`)
    expect(set(story, kIOSystemStateClamshellKey, { value: 'closed' })).toBe(kIOReturnSuccess)
    expect(copied(story, states, kIOSystemStateClamshellKey)).toBe('value=closed')
    const items = story.do(() => toOSObject(['test']) as OSArray)
    const { listener } = story.do(() => states.stateNotificationListenerAdd(items, () => {
      note('test handler')
      return kIOReturnSuccess
    }))
    const source = story.do(() => IOServiceStateNotificationEventSource.serviceStateNotificationEventSource(
      states, items, () => note(`test es handler ${copied(story, states, 'test')}`))!)
    set(story, 'test', { value: '1' })
    expect(story.take()).toEqual(['test handler'])
    const loop = story.do(() => IOWorkLoop.workLoop())
    story.do(() => {
      loop.addEventSource(source)
      source.enable()
    })
    set(story, 'test', { value: '2' })
    story.run()
    expect(story.take()).toEqual(['test handler', 'test es handler value=2'])
    set(story, kIOSystemStateClamshellKey, { value: 'open' })
    story.run()
    expect(story.take()).toEqual([])
    story.do(() => {
      loop.removeEventSource(source)
      source.release()
      states.stateNotificationListenerRemove(listener!)
      listener!.release()
    })
    set(story, 'test', { value: '3' })
    story.run()
    expect([story.take(), copied(story, states, 'test')]).toEqual([[], 'value=3'])
    expect(['IOStateNotificationListener', 'IOServiceStateNotificationEventSource']
      .map((name) => story.classCounts().get(name))).toEqual([0, 0])
  })
})

describe('state items', () => {
  it('runs handlers in the thread that sets, one after the other, before the set returns', () => {
    const { story, states } = world()
    story.do(() => {
      for (const name of ['a', 'b']) {
        states.stateNotificationListenerAdd(toOSObject([kIOSystemStateSleepDescriptionKey]) as OSArray, function* () {
          yield* sleep(1e6)
          note(name)
          return kIOReturnSuccess
        })
      }
    })
    story.thread(function* () {
      yield* states.StateNotificationItemSet(text(kIOSystemStateSleepDescriptionKey), toOSDictionary({ v: 'x' }))
      note('set')
    })
    expect(story.take()).toEqual(['a', 'b', 'set'])
  })

  it('refuses a list with something else than names, and hears nothing then', () => {
    const { story, states } = world()
    const answer = story.do(() =>
      states.stateNotificationListenerAdd(toOSObject(['test', 7]) as OSArray, () => kIOReturnSuccess))
    expect(answer).toEqual({ result: kIOReturnBadArgument, listener: null })
    expect(story.classCounts().get('IOStateNotificationListener')).toBe(0)
    expect(set(story, 'test', {})).toBe(kIOReturnSuccess)
  })

  it('a set of an item that nobody made is the kernel\'s null dereference', () => {
    const { story } = world()
    expect(() => set(story, 'nobody', {})).toThrow(/0x0*18/)
  })
})

describe('tasks', () => {
  it('with the entitlement create and set items, which the properties of the service show', () => {
    const story = new UserStory()
    const states = story.do(() => {
      const made = IOSystemStateNotification.initialize()
      made.attach(IOService.getServiceRoot())
      made.registerService()
      return made
    })
    story.run()
    const plain = story.task('app')
    const entitled = story.task('daemon', { entitlements: { 'com.apple.private.iokit.systemstate': true } })
    const send = (task: typeof plain, value: Record<string, PlainValue>): unknown => {
      return story.ask(task, story.lookUp(task, states), IOKit.registry_entry_set_properties, story.serialized(value))
    }
    const create = { 'com.apple.iokit.statenotification.create': { 'com.apple.iokit.statenotification.name': 'lid' } }
    const value = { 'com.apple.iokit.statenotification.name': 'lid', state: 'shut' }
    expect(send(plain, create)).toEqual([kIOReturnNotPermitted])
    expect(send(entitled, create)).toEqual([kIOReturnSuccess])
    expect(send(entitled, { 'com.apple.iokit.statenotification.set': value })).toEqual([kIOReturnSuccess])
    expect(send(entitled, { nothing: 1 })).toEqual([kIOReturnError])
    const dump = story.ask(plain, story.lookUp(plain, states), IOKit.registry_entry_get_properties_bin)
    const bytes = (dump as readonly unknown[]).find((part) => part instanceof Uint8Array)!
    expect(story.do(() => fromOSObject(OSUnserializeBinary(bytes)!))).toEqual(new Map([['lid', new Map([['state', 'shut']])]]))
  })
})
