import { describe, expect, test } from 'vitest'
import { newNub } from '../../../test/support/iokitStory.ts'
import { UserStory } from '../../../test/support/userStory.ts'
import { IOKit, kIOMessageCopyClientID } from '../../abi/index.ts'
import type { OSObject } from '../../libkern/index.ts'
import { firstPanic, type Task } from '../../mach/index.ts'
import { mach_port_allocate, mach_port_destroy, mach_port_get_refs, mach_port_set_queue_limit, mach_port_type,
  MACH_PORT_RIGHT_RECEIVE, MACH_PORT_RIGHT_SEND, MACH_PORT_TYPE_DEAD_NAME,
  MACH_PORT_TYPE_SEND } from '../../mach/user.ts'
import { IONotifier } from '../notification/IONotifier.ts'
import { notifyInterestNow } from '../service/interest.ts'
import { IOServiceUserNotification } from './IOUserNotification.ts'

const NO_DEVICE = '0xe00002c0'
const NOT_PRIVILEGED = '0xe00002c1'
const BAD_ARGUMENT = '0xe00002c2'
const UNSUPPORTED = '0xe00002c7'

/** A task that listens, and how it asks. */
class Listener {
  readonly story = new UserStory()
  readonly task: Task
  readonly port: number

  constructor() {
    this.task = this.story.task('app')
    this.port = this.story.do(() => mach_port_allocate(this.task, MACH_PORT_RIGHT_RECEIVE).name)
  }

  add(type: string, table: Record<string, string> = { IOProviderClass: 'StoryNub' }): unknown {
    const { story, task } = this
    return story.ask(task, story.mainPort(task), IOKit.service_add_notification_bin_64, type,
      story.serialized(table), this.port, [0n, 7n])
  }

  /** Names of services up to the end of the iterator, in order. */
  drain(iterator: number): string[] {
    const { story, task } = this
    const names: string[] = []
    for (;;) {
      const next = story.ask(task, iterator, IOKit.iterator_next)
      if (next === NO_DEVICE) return names
      const [name] = next as [number]
      names.push((story.ask(task, name, IOKit.registry_entry_get_name) as [string])[0])
      story.release(task, name)
    }
  }

  heard(): unknown[] {
    return this.story.drain(this.task, this.port)
  }
}

describe('matching notifications', () => {
  test('nothing is said before the iterator was drained, then once for each draining', () => {
    const listener = new Listener()
    const { story } = listener
    story.nub({ IOName: 'first' })
    const [iterator] = listener.add('IOServiceFirstMatch') as [number]
    expect([listener.drain(iterator), listener.heard()]).toEqual([['first'], []])
    story.nub({ IOName: 'second' })
    story.nub({ IOName: 'third' })
    const heard = listener.heard()
    expect(heard).toEqual([{
      id: 53, localPort: listener.port, remotePort: iterator, sequenceNumber: 0,
      body: [{ size: 0, type: 101, reference: [0n, 7n, 0n, 0n, 0n, 0n, 0n, 0n] }],
    }])
    expect([listener.drain(iterator), listener.heard()]).toEqual([['third', 'second'], []])
  })

  test('never drained, it is silent for ever', () => {
    const listener = new Listener()
    listener.add('IOServicePublish')
    for (let i = 0; i < 3; i++) listener.story.nub()
    expect(listener.heard()).toEqual([])
  })

  test('unknown types, tables and ports have their codes; out of line they are in the answer', () => {
    const listener = new Listener()
    const { story, task } = listener
    const table = story.serialized({ IOProviderClass: 'StoryNub' })
    const nub = story.lookUp(task, story.nub())
    const ask = (port: number, routine: keyof typeof IOKit, type: string,
      bytes: Uint8Array | null): unknown => {
      return story.ask(task, port, IOKit[routine], type, bytes, listener.port, [0n])
    }
    const main = story.mainPort(task)
    expect([
      ask(main, 'service_add_notification_bin_64', 'IOServiceNone', table),
      ask(main, 'service_add_notification_bin_64', 'IOServicePublish', new Uint8Array(4)),
      ask(nub, 'service_add_notification_bin_64', 'IOServicePublish', table),
      ask(nub, 'service_add_notification_ool_64', 'IOServicePublish', table),
      ask(main, 'service_add_notification_ool_64', 'IOServicePublish', new Uint8Array(4 * 1024 * 1024 + 1)),
      ask(main, 'service_add_notification_ool_64', 'IOServicePublish', null),
    ]).toEqual([
      UNSUPPORTED, BAD_ARGUMENT, NOT_PRIVILEGED, [0xe00002c1, 0], [0xe00002e1, 0], [0xe00002c2, 0],
    ])
    const wake = story.do(() => task.space.lookup(listener.port)!.port!)
    expect([wake.sendRights, story.instances(IOServiceUserNotification.metaClass)]).toEqual([0, 0])
  })

  test('the port of a terminated service lives on in a notification', () => {
    const listener = new Listener()
    const { story, task } = listener
    const [plain, held] = [story.nub({ IOName: 'plain' }), story.nub({ IOName: 'held' })]
    const [plainName, heldName] = [story.lookUp(task, plain), story.lookUp(task, held)]
    story.do(() => plain.terminate())
    story.run()
    const [iterator] = listener.add('IOServiceTerminate') as [number]
    listener.drain(iterator)
    story.do(() => held.terminate())
    story.run()
    expect([plainName, heldName].map((name) => story.do(() => mach_port_type(task, name).type)))
      .toEqual([MACH_PORT_TYPE_DEAD_NAME, MACH_PORT_TYPE_SEND])
    expect(listener.heard()).toMatchObject([{ body: [{ type: 102 }] }])
    expect(listener.drain(iterator)).toEqual(['held'])
  })

  test('no more than 1024 services wait; what comes then is dropped', () => {
    const listener = new Listener()
    const { story } = listener
    const count = story.do(() => {
      const notification = IOServiceUserNotification.withType('IOServicePublish',
        { wakePort: null, reference: [] })
      const nub = newNub()
      for (let i = 0; i < 1100; i++) notification.handle(nub)
      let taken = 0
      for (let next = notification.copyNextObject(); next !== null; next = notification.copyNextObject()) {
        taken++
        next.release()
      }
      nub.release()
      notification.release()
      return taken
    })
    expect(count).toBe(1024)
  })

  test('its message passes a full queue; a wake port that is gone is borne in silence', () => {
    const listener = new Listener()
    const { story, task } = listener
    story.do(() => mach_port_set_queue_limit(task, listener.port, 0))
    const [iterator] = listener.add('IOServicePublish') as [number]
    listener.drain(iterator)
    story.nub()
    expect(listener.heard()).toHaveLength(1)
    listener.drain(iterator)
    story.log()
    story.do(() => mach_port_destroy(task, listener.port))
    story.nub()
    expect([story.log(), story.do(() => firstPanic())]).toEqual([[], null])
  })

  test('releasing the iterator ends it; adding and removing leaves nothing (xnu race)', () => {
    const listener = new Listener()
    const { story, task } = listener
    const nub = story.nub()
    const service = story.lookUp(task, nub)
    // A service keeps the head of an interest list for good.
    story.do(() => nub.registerInterest('IOGeneralInterest', () => 0)!.remove())
    const before = { counts: story.classCounts(), names: story.do(() => task.space.list().length) }
    const wake = story.do(() => task.space.lookup(listener.port)!.port!)
    for (let i = 0; i < 50; i++) {
      const [matching] = listener.add('IOServiceMatched') as [number]
      const [interest] = story.ask(task, service, IOKit.service_add_interest_notification_64,
        'IOGeneralInterest', listener.port, [0n]) as [number]
      if (i % 2 === 0) listener.drain(matching)
      story.release(task, i % 3 === 0 ? interest : matching)
      story.release(task, i % 3 === 0 ? matching : interest)
    }
    expect({ counts: story.classCounts(), names: story.do(() => task.space.list().length) }).toEqual(before)
    expect(wake.sendRights).toBe(0)
  })
})

describe('interest notifications', () => {
  const ask = (listener: Listener, service: number, type: string): unknown => {
    const { story, task } = listener
    return story.ask(task, service, IOKit.service_add_interest_notification_64, type, listener.port,
      [0n, 1n, 2n])
  }

  test('every message is sent, with the service and its argument', () => {
    const listener = new Listener()
    const { story, task } = listener
    const nub = story.nub()
    const service = story.lookUp(task, nub)
    const [notification] = ask(listener, service, 'IOGeneralInterest') as [number]
    story.do(() => {
      notifyInterestNow(nub, 'IOGeneralInterest', 0xe0000130, 5)
      notifyInterestNow(nub, 'IOGeneralInterest', 0xe0000130, -1)
    })
    const reference = [0n, 1n, 2n, 0n, 0n, 0n, 0n, 0n]
    const message = (argument: bigint): unknown => ({
      id: 53, remotePort: notification,
      body: [{ size: 76, type: 160, reference }, service,
        { messageType: 0xe0000130, messageArgument: argument }],
    })
    expect(listener.heard()).toMatchObject([message(5n), message(0xffff_ffff_ffff_ffffn)])
    expect(story.do(() => mach_port_get_refs(task, notification, MACH_PORT_RIGHT_SEND).refs)).toBe(3)
  })

  test('bytes are cut at 64, and the type tells what the last word lacks', () => {
    const listener = new Listener()
    const { story, task } = listener
    const nub = story.nub()
    ask(listener, story.lookUp(task, nub), 'IOGeneralInterest')
    const bytes = Uint8Array.from({ length: 100 }, (_, index) => index)
    story.thread(function* () {
      yield* nub.messageClients(1, bytes, 6)
      yield* nub.messageClients(1, bytes, 100)
    })
    const [short, long] =
      listener.heard() as { body: [{ type: number }, number, { messageArgument: Uint8Array }] }[]
    expect([short!.body[0].type, short!.body[2].messageArgument.length]).toEqual([(160 | (2 << 30)) >>> 0, 6])
    expect([long!.body[0].type, long!.body[2].messageArgument]).toEqual([160, bytes.slice(0, 64)])
  })

  test('unknown types are unsupported, other ports bad arguments, and ended services have no port', () => {
    const listener = new Listener()
    const { story, task } = listener
    const nub = story.nub()
    const service = story.lookUp(task, nub)
    expect([ask(listener, service, 'IONoInterest'), ask(listener, story.mainPort(task), 'IOGeneralInterest')])
      .toEqual([UNSUPPORTED, BAD_ARGUMENT])
    story.do(() => nub.terminate())
    expect(ask(listener, service, 'IOGeneralInterest')).toBe('transport 0x10000003')
  })

  test('asked for its client it answers with the process, and says nothing to it', () => {
    const listener = new Listener()
    const { story, task } = listener
    const nub = story.nub()
    ask(listener, story.lookUp(task, nub), 'IOAppPowerStateInterest')
    const holder: { value: OSObject | null } = { value: null }
    story.do(() => notifyInterestNow(nub, 'IOAppPowerStateInterest', kIOMessageCopyClientID, holder))
    expect([holder.value, listener.heard()]).toMatchObject([{ }, []])
    story.do(() => holder.value!.release())
  })
})

test('an exchanged notifier is removed exactly once (xnu IOUserNotificationTests)', () => {
  const story = new UserStory()
  let removed = 0
  class CountedNotifier extends IONotifier {
    private isRemoved = false

    override remove(): void {
      expect(this.isRemoved).toBe(false)
      this.isRemoved = true
      removed++
    }

    override disable(): boolean {
      return true
    }

    override enable(): void {}
  }
  const count = story.do(() => {
    const notification = IOServiceUserNotification.withType('IOServicePublish',
      { wakePort: null, reference: [] })
    for (let i = 0; i < 10; i++) {
      story.simulation.scheduler.spawn(`exchange ${i}`, (function* () {
        for (let round = 0; round < 200; round++) {
          notification.setNotification(new CountedNotifier())
          if ((round + i) % 3 === 0) yield
          notification.setNotification(null)
        }
      })())
    }
    return notification
  })
  story.run(1e10)
  expect(removed).toBe(2000)
  expect(story.do(() => count.getRetainCount())).toBe(1)
})
