import { expect, test } from 'vitest'
import { newNub, Story } from '../../../test/support/iokitStory.ts'
import { kIOFirstPublishNotification, kIOGeneralInterest } from '../../abi/index.ts'
import { notifyInterestNow } from '../../iokit/service/interest.ts'
import { task_create, type Task } from '../../mach/index.ts'
import { scheduler, type KernelThread } from '../../sim/index.ts'
import {
  CFRunLoopGetCurrent, kCFRunLoopCommonModes, kCFRunLoopDefaultMode, kCFRunLoopRunFinished,
  kCFRunLoopRunHandledSource,
  kCFRunLoopRunStopped, kCFRunLoopRunTimedOut,
} from '../CoreFoundation/index.ts'
import { DispatchQueue } from '../libdispatch/index.ts'
import * as lib from './index.ts'

function world(): { story: Story; task: Task } {
  const story = new Story()
  return { story, task: story.do(() => task_create({ pid: 400, name: 'tool', uid: 501 })) }
}

/** Asks for new services, and drains what is there; names go to `names`. */
function* listen(
  task: Task, notify: lib.IONotificationPortRef, names: string[], after?: () => KernelThread,
): KernelThread<number> {
  function* drain(iterator: number): KernelThread {
    for (let next = yield* lib.IOIteratorNext(task, iterator); next !== 0;) {
      names.push((yield* lib.IORegistryEntryGetName(task, next)).value)
      lib.IOObjectRelease(task, next)
      next = yield* lib.IOIteratorNext(task, iterator)
    }
  }
  const { value } = yield* lib.IOServiceAddMatchingNotification(task, notify, {
    type: kIOFirstPublishNotification, matching: lib.IOServiceMatching('StoryNub'),
    callback: function* (iterator) {
      yield* drain(iterator)
      if (after !== undefined) yield* after()
    },
  })
  yield* drain(value)
  return value
}

function publish(story: Story, name: string): void {
  story.do(() => {
    const nub = newNub({ IOName: name })
    nub.attach(story.root)
    nub.registerService()
    nub.release()
  })
}

test('a run loop delivers while it runs, and ends when it is stopped from a callback', () => {
  const { story, task } = world()
  const names: string[] = []
  let result = 0
  story.do(() => scheduler().spawn('main', (function* (): KernelThread {
    const notify = lib.IONotificationPortCreate(task, 0)!
    const loop = CFRunLoopGetCurrent(task)
    loop.addSource(lib.IONotificationPortGetRunLoopSource(task, notify)!, kCFRunLoopCommonModes)
    yield* listen(task, notify, names, function* () {
      if (names.length === 2) yield* loop.stop()
    })
    result = yield* loop.run()
    loop.dispose()
  })(), task))
  story.run()
  expect([names, result]).toEqual([[], 0])
  publish(story, 'pear')
  story.run()
  expect([names, result]).toEqual([['pear'], 0])
  publish(story, 'plum')
  story.run()
  expect([names, result]).toEqual([['pear', 'plum'], kCFRunLoopRunStopped])
})

test('a run in a mode ends without sources, after its time, or after one source', () => {
  const { story, task } = world()
  const seen = story.thread(function* () {
    const notify = lib.IONotificationPortCreate(task, 0)!
    const loop = CFRunLoopGetCurrent(task)
    const empty = yield* loop.runInMode(kCFRunLoopDefaultMode)
    const source = lib.IONotificationPortGetRunLoopSource(task, notify)!
    const isSame = source === lib.IONotificationPortGetRunLoopSource(task, notify)
    loop.addSource(source, kCFRunLoopDefaultMode)
    const names: string[] = []
    yield* listen(task, notify, names)
    const beganNs = scheduler().nowNs
    const late = yield* loop.runInMode(kCFRunLoopDefaultMode, 5_000_000)
    const tookNs = scheduler().nowNs - beganNs
    publish(story, 'pear')
    const handled = yield* loop.runInMode(kCFRunLoopDefaultMode, 5e9, true)
    lib.IONotificationPortDestroy(task, notify)
    const gone = yield* loop.runInMode(kCFRunLoopDefaultMode, 1000)
    const finished = yield* loop.runInMode(kCFRunLoopDefaultMode, 1000)
    loop.dispose()
    return { empty, isSame, late, isLate: tookNs >= 5_000_000, handled, names, gone, finished }
  })
  expect(seen).toEqual({
    empty: kCFRunLoopRunFinished, isSame: true, late: kCFRunLoopRunTimedOut, isLate: true,
    handled: kCFRunLoopRunHandledSource,
    names: ['pear'], gone: kCFRunLoopRunTimedOut, finished: kCFRunLoopRunFinished,
  })
})

test('a queue delivers on a thread of its own, in order with its blocks, until it is taken away', () => {
  const { story, task } = world()
  const happened: string[] = []
  const { notify, queue } = story.thread(function* () {
    const made = { notify: lib.IONotificationPortCreate(task, 0)!,
      queue: new DispatchQueue(task, 'com.example.queue') }
    lib.IONotificationPortSetDispatchQueue(task, made.notify, made.queue)
    yield* listen(task, made.notify, happened)
    // oxlint-disable-next-line require-yield
    made.queue.async(function* () { happened.push('block') })
    return made
  })
  publish(story, 'pear')
  story.run()
  expect(happened).toEqual(['block', 'pear'])
  story.do(() => lib.IONotificationPortSetDispatchQueue(task, notify, null))
  publish(story, 'plum')
  story.run()
  expect(happened).toEqual(['block', 'pear'])
  story.do(() => lib.IONotificationPortSetDispatchQueue(task, notify, queue))
  story.run()
  expect(happened).toEqual(['block', 'pear', 'plum'])
  story.do(() => {
    lib.IONotificationPortDestroy(task, notify)
    queue.release()
  })
  story.run()
  expect([...task.threads].map((thread) => thread.name)).toEqual([])
})

test('a message of a notification that was released meanwhile is dropped, and its rights are given back',
  () => {
  const { story, task } = world()
  const nub = story.nub({ IOName: 'pear' })
  const seen = story.thread(function* () {
    const notify = lib.IONotificationPortCreate(task, 0)!
    const service = yield* lib.IOServiceGetMatchingService(task, 0, lib.IOServiceNameMatching('pear'))
    const messages: number[] = []
    const { value } = yield* lib.IOServiceAddInterestNotification(task, notify, service, {
      // oxlint-disable-next-line require-yield
      type: kIOGeneralInterest, callback: function* (_service, messageType) { messages.push(messageType) },
    })
    const loop = CFRunLoopGetCurrent(task)
    loop.addSource(lib.IONotificationPortGetRunLoopSource(task, notify)!, kCFRunLoopDefaultMode)
    const before = task.space.list().length
    notifyInterestNow(nub, kIOGeneralInterest, 0xe0000130, 1)
    yield* loop.runInMode(kCFRunLoopDefaultMode, 1000, true)
    const kept = task.space.list().length === before
    notifyInterestNow(nub, kIOGeneralInterest, 0xe0000130, 2)
    lib.IOObjectRelease(task, value)
    yield* loop.runInMode(kCFRunLoopDefaultMode, 1000, true)
    return { messages, kept, after: before - task.space.list().length }
  })
  expect(seen).toEqual({ messages: [0xe0000130], kept: true, after: 1 })
})
