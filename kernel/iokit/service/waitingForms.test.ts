// Attach, open, close and phase 1 in thread context wait for locks and handlers, as XNU's callers do.
import { describe, expect, it } from 'vitest'
import { kIOServiceInactiveState } from '../../abi/index.ts'
import { msgbufText } from '../../mach/index.ts'
import { WaitQueue, scheduler, wait, type KernelThread } from '../../sim/index.ts'
import { newNub, note, Story, StoryDriver, type StoryNub } from '../../../test/support/iokitStory.ts'
import { IOService, serviceState } from '../index.ts'

function* sleep(ns: number): KernelThread {
  scheduler().assertWait(new WaitQueue(), scheduler().nowNs + ns)
  yield
}

function play(story: Story, bodies: readonly (() => KernelThread)[]): void {
  story.do(() => bodies.forEach((body, index) => scheduler().spawn(`${index + 1}`, body())))
  story.run()
}

function* holdLock(service: IOService): KernelThread {
  yield* service.lockForArbitration()
  yield* sleep(1e6)
  note('lock let go')
  service.unlockForArbitration()
}

function world(): { story: Story; nub: StoryNub; client: StoryNub } {
  const story = new Story()
  const nub = story.nub()
  const client = story.do(() => newNub({ IOName: 'client' }))
  return { story, nub, client }
}

describe('attach in thread context', () => {
  it('waits for whoever holds the lock of the provider, and fails when that ends its life', () => {
    const { story, nub, client } = world()
    play(story, [() => holdLock(nub), function* () {
      note(`attached ${String(yield* wait(client.attachWaiting(nub)))}`)
    }])
    expect([story.take(), story.clientNames(nub)]).toEqual([['lock let go', 'attached true'], ['client']])
    const late = story.do(() => newNub({ IOName: 'late' }))
    play(story, [function* () {
      yield* nub.lockForArbitration()
      yield* sleep(1e6)
      nub.terminate()
      nub.unlockForArbitration()
    }, function* () {
      note(`attached ${String(yield* wait(late.attachWaiting(nub)))}`)
    }])
    expect(story.take()).toContain('attached false')
  })

  it('stalls at a full provider until a client is gone, or 15 s', () => {
    const { story, nub, client } = world()
    const others = story.do(() => Array.from({ length: 1020 }, () => {
      const other = newNub()
      other.attach(nub)
      return other
    }))
    const attach = function* (): KernelThread {
      const startNs = scheduler().nowNs
      const isAttached = yield* wait(client.attachWaiting(nub))
      note(`${String(isAttached)} after ${Math.round((scheduler().nowNs - startNs) / 1e9)} s`)
    }
    story.do(() => scheduler().spawn('attach', attach()))
    story.run(20e9)
    expect(story.take()).toEqual(['false after 15 s'])
    story.do(() => scheduler().spawn('attach', attach()))
    story.run(5e9)
    story.do(() => others[0]!.detach(nub))
    story.run()
    expect(story.take()).toEqual(['true after 5 s'])
    expect(story.do(msgbufText).match(/stalling for detach from nub\n/g)).toHaveLength(2)
  })

  it('asks a driver that has an attach of its own', () => {
    const { story, nub } = world()
    class Picky extends StoryDriver {
      override attach(): boolean {
        return false
      }
    }
    const picky = story.do(() => new Picky())
    expect(story.thread(function* () {
      return yield* wait(picky.attachWaiting(nub))
    })).toBe(false)
  })
})

describe('close and isOpen in thread context', () => {
  it('wait for the lock; close returns when the others have dealt with it', () => {
    const { story, nub, client } = world()
    story.do(() => {
      client.attach(nub)
      nub.open(client)
      nub.registerInterest('IOGeneralInterest', function* (type) {
        yield* sleep(1e6)
        note(`heard ${(type >>> 0).toString(16)}`)
        return 0
      })
    })
    story.run()
    story.take()
    play(story, [() => holdLock(nub), function* () {
      note(`open ${String(yield* nub.isOpenWaiting(client))}`)
      yield* nub.closeWaiting(client)
      note(`open ${String(yield* nub.isOpenWaiting())}`)
      yield* nub.closeWaiting(client)
      note('closed twice')
    }])
    expect(story.take()).toEqual(['lock let go', 'open true', 'heard e0000110', 'open false', 'closed twice'])
  })
})

describe('the iterators of who has what open', () => {
  it('hold the lock of the one they stand on, until the next, a reset or their end', () => {
    const { story, nub, client } = world()
    const closed = story.do(() => newNub({ IOName: 'closed' }))
    story.do(() => {
      closed.attach(nub)
      client.attach(nub)
      nub.open(client)
    })
    const names = story.thread(function* () {
      const iterator = nub.getOpenClientIterator()
      const providers = client.getOpenProviderIterator()
      const seen = [(yield* iterator.getNextObject())?.getName(), (yield* providers.getNextObject())?.getName()]
      scheduler().spawn('other', (function* (): KernelThread {
        yield* client.lockForArbitration()
        note('other has the client')
        client.unlockForArbitration()
      })())
      yield* sleep(1e6)
      note('walk on')
      const end = yield* iterator.getNextObject()
      yield* sleep(1e6)
      iterator.reset()
      const again = yield* iterator.getNextObject()
      const isValid = iterator.isValid()
      iterator.release()
      providers.release()
      yield* closed.lockForArbitration()
      closed.unlockForArbitration()
      return [...seen, end, again?.getName(), isValid]
    })
    expect(names).toEqual(['client', 'nub', null, 'client', true])
    expect(story.take()).toEqual(['walk on', 'other has the client'])
  })
})

describe('phase 1 in thread context', () => {
  /** Hears that nubs terminate; sleeps first. */
  function listenSlowly(): void {
    IOService.addNotification('IOServiceTerminate', IOService.serviceMatching('StoryNub'), function* (service) {
      yield* sleep(1e6)
      note(`heard ${service.getName()}`)
      return true
    })
  }

  it('runs handlers in the calling thread, which returns when they are through', () => {
    const { story, nub, client } = world()
    story.do(() => {
      client.attach(nub)
      listenSlowly()
    })
    const state = story.thread(function* () {
      yield* nub.terminateWaiting()
      note('terminate returned')
      return client.getState() & kIOServiceInactiveState
    })
    expect(state).toBe(kIOServiceInactiveState)
    expect(story.take()).toEqual(['heard nub', 'heard client', 'terminate returned'])
  })

  it('of a second caller waits for the first; only one begins phase 2', () => {
    const { story, nub } = world()
    story.do(listenSlowly)
    const terminate = (name: string) => function* (): KernelThread {
      yield* nub.terminateWaiting()
      note(`${name} returned`)
    }
    play(story, [terminate('first'), terminate('second')])
    expect(story.take()).toEqual(['heard nub', 'first returned', 'second returned'])
    expect(story.clientNames(story.root)).not.toContain('nub')
  })
})

describe('driver extensions in phase 2', () => {
  it('hear of it after the kernel\'s clients of the same provider, outside of its work loop', () => {
    const story = new Story()
    story.do(() => {
      serviceState().driverKit = {
        refuses: () => null,
        *launch() {
          return true
        },
      }
    })
    story.personalities([
      { IOName: 'dext', IOUserServerName: 'com.example.dext', IOMatchCategory: 'a', IOProbeScore: 9 },
      { IOName: 'kext', IOMatchCategory: 'b' },
    ])
    const nub = story.nub()
    expect(story.clientNames(nub)).toEqual(['dext', 'kext'])
    story.take()
    story.do(() => nub.terminate())
    story.run()
    expect(story.take().filter((line) => line.includes('Terminate')))
      .toEqual(['kext willTerminate nub', 'dext willTerminate nub', 'dext didTerminate nub', 'kext didTerminate nub'])
  })
})
