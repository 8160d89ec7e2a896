import { describe, expect, it } from 'vitest'
import {
  kIOMessageServiceIsRequestingClose, kIOServiceTerminateNeedWillTerminate, kIOServiceTerminateWithRematch,
} from '../../abi/index.ts'
import { OSBoolean, defineMetaClass, registerClasses, toOSDictionary, type OSMetaClass } from
  '../../libkern/index.ts'
import { msgbufText } from '../../mach/index.ts'
import { WaitQueue, scheduler, type Blocking, type KernelThread } from '../../sim/index.ts'
import { newNub, note, Story } from '../../../test/support/iokitStory.ts'
import { IOService, serviceState } from '../index.ts'

/** Notes every hook with the thread it runs on and the options it is given. */
class Actor extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('Actor', Actor, IOService)

  isDeferring = false
  /** What `stop` sleeps for. */
  stopNs = 0
  /** Closes when it is asked to. */
  isObedient = false

  override requestTerminate(provider: IOService, options: number): boolean {
    this.say(`requestTerminate ${provider.getName()} ${options.toString(16)}`)
    return super.requestTerminate(provider, options)
  }

  override willTerminate(provider: IOService, options: number): boolean {
    this.say(`willTerminate ${provider.getName()} ${options.toString(16)}`)
    return true
  }

  override didTerminate(
    provider: IOService, options: number, defer: { value: boolean },
  ): Blocking<boolean> {
    this.say(`didTerminate ${provider.getName()} ${options.toString(16)}`)
    defer.value = this.isDeferring
    return super.didTerminate(provider, options, defer)
  }

  override message(type: number, provider: IOService | null, argument: unknown): number {
    this.say(`message ${(type >>> 0).toString(16)} ${String(argument)}`)
    if (type === kIOMessageServiceIsRequestingClose && this.isObedient) provider?.close(this)
    return 0
  }

  override *finalize(options: number): KernelThread<boolean> {
    this.say(`finalize ${options.toString(16)}`)
    return yield* super.finalize(options)
  }

  override *stop(provider: IOService): KernelThread {
    this.say(`stop ${provider.getName()}`)
    if (this.stopNs > 0) yield* sleep(this.stopNs)
  }

  override free(): void {
    this.say('free')
    super.free()
  }

  private say(what: string): void {
    note(`${threadName()}: ${this.getName()} ${what}`)
  }
}

function threadName(): string {
  const name = scheduler().current?.name ?? 'caller'
  return name === 'IOServiceTerminateThread' ? 'T' : name
}

function* sleep(ns: number): KernelThread {
  scheduler().assertWait(new WaitQueue(), scheduler().nowNs + ns)
  yield
}

/** root – top – middle – leaf, attached and registered without drivers, not retained. */
function tree(bootArgs = ''): { story: Story; top: Actor; middle: Actor; leaf: Actor } {
  const story = new Story(bootArgs)
  const [top, middle, leaf] = story.do(() => {
    registerClasses('com.example.actor', [Actor.metaClass])
    let provider: IOService = story.root
    return ['top', 'middle', 'leaf'].map((name) => {
      const actor = new Actor()
      const table = toOSDictionary({ IOName: name })
      actor.init(table)
      table.release()
      actor.attach(provider)
      actor.registerService()
      actor.release()
      provider = actor
      return actor
    }) as [Actor, Actor, Actor]
  })
  story.run()
  story.take()
  return { story, top, middle, leaf }
}

/** Notes each notification of termination. */
function listen(story: Story): void {
  story.do(() => {
    for (const type of ['IOServiceTerminate', 'IOServiceWillTerminate']) {
      const table = IOService.serviceMatching('Actor')
      IOService.addNotification(type, table, (service) => {
        const clients = service.clients().map((client) => (client.isInactive() ? 'inactive' : 'active'))
        note(`${threadName()}: ${type} ${service.getName()}, client ${clients.join() || 'none'}`)
        return true
      })
    }
  })
}

const states = (...services: IOService[]): string[] =>
  services.map((service) => `${service.getState().toString(16)},${service.getPrivateState().toString(16)}`)

describe('termination of three levels with an open client', () => {
  it('goes by this table of calls, threads, notifications, messages and state words', () => {
    const { story, top, middle, leaf } = tree()
    listen(story)
    story.do(() => {
      middle.open(leaf)
      story.take()
      expect(states(top, middle, leaf)).toEqual(['1e,0', '1e,0', '1e,0'])
      top.terminate()
      expect(states(top, middle, leaf)).toEqual(['1,2', '1,2', '1,1'])
      expect(story.root.getBusyState()).toBe(1)
    })
    expect(story.take()).toEqual([
      'caller: IOServiceTerminate top, client active',
      'caller: middle requestTerminate top 4',
      'caller: IOServiceTerminate middle, client active',
      'caller: leaf requestTerminate middle 4',
      'caller: IOServiceTerminate leaf, client none',
    ])
    story.run()
    expect(story.take()).toEqual([
      'T: IOServiceWillTerminate top, client inactive',
      'T: middle willTerminate top 1',
      'T: IOServiceWillTerminate middle, client inactive',
      'T: leaf willTerminate middle 1',
      'T: IOServiceWillTerminate leaf, client none',
      'T: leaf message e0000010 1',
      'T: leaf didTerminate middle 1',
      'T: leaf message e0000100 1',
      'T: middle message e0000010 1',
      'T: middle didTerminate top 1',
      'T: leaf finalize 1',
    ])
    // Phase 3, finalized leaf, which is not stopped because it has middle open.
    expect(story.do(() => states(top, middle, leaf))).toEqual(['1,1800002', '1,1800002', '1,1810001'])
    story.do(() => middle.close(leaf))
    expect(story.take()).toEqual([])
    story.run()
    expect(story.take()).toEqual([
      'T: leaf stop middle', 'T: middle finalize 1', 'T: middle stop top', 'T: top finalize 1',
      'T: top stop root',
      'T: leaf free', 'T: middle free', 'T: top free',
    ])
    expect(story.do(() => [story.root.getBusyState(), serviceState().termination.work])).toEqual([0, 0])
    expect(story.instances(Actor.metaClass)).toBe(0)
  })

  it('leaves a trace with io=0x40', () => {
    const { story, middle, leaf } = tree('io=0x40')
    story.do(() => {
      middle.open(leaf)
      middle.terminate()
    })
    story.run()
    story.do(() => middle.close(leaf))
    story.run()
    const lines = story.do(() => msgbufText()).split('\n').map((line) =>
      line.replace(/^\[[^\]]*\]: /u, '').replace(/\[0x[0-9a-f]+\]/gu, '').replace(/^\[[0-9a-f]+\] /u, ''))
    expect(lines.filter((line) => /::|terminate/u.test(line))).toEqual([
      'middle::terminatePhase1(00000004)', 'leaf::requestTerminate(middle, 00000004)',
      'leaf::terminatePhase1(00100004)', 'leaf::requestTerminate(middle, ok = 1)',
      'leaf::willTerminate(middle, 00000001)', 'leaf::scheduleFinalize',
      'leaf::didTerminate(middle, 00000001)', 'leaf::didTerminate(middle, defer 0)',
      'leaf::finalize(00000001)',
      'iokit terminate done, 0 stops remain',
      'leaf::scheduleStop(middle)', 'leaf::stop(middle)', 'leaf::detach(middle)', 'middle::scheduleFinalize',
      'middle::finalize(00000001)', 'middle::scheduleStop(top)', 'middle::stop(top)', 'middle::detach(top)',
      'iokit terminate done, 0 stops remain',
    ])
  })
})

describe('a driver that takes its time', () => {
  it('may put its stop off and go on later by itself', () => {
    const { story, top, middle, leaf } = tree()
    story.do(() => {
      leaf.isDeferring = true
      top.terminate()
    })
    story.run()
    expect(story.take().slice(-1)).toEqual(['T: leaf finalize 1'])
    expect(story.do(() => [leaf.getProvider() === middle, story.root.getBusyState()])).toEqual([true, 1])
    story.do(() => IOService.prototype.didTerminate.call(leaf, middle, 0, { value: false }))
    story.run()
    expect(story.take()).toEqual([
      'T: leaf stop middle', 'T: middle finalize 1', 'T: middle stop top', 'T: top finalize 1',
      'T: top stop root',
      'T: leaf free', 'T: middle free', 'T: top free',
    ])
  })

  it('closes when it is asked to, and is stopped in the same run', () => {
    const { story, middle, leaf } = tree()
    story.do(() => {
      leaf.isObedient = true
      middle.open(leaf)
      middle.terminate()
    })
    story.run()
    expect(story.take()).toEqual([
      'caller: leaf requestTerminate middle 4', 'T: leaf willTerminate middle 1',
      'T: leaf message e0000010 1', 'T: leaf didTerminate middle 1', 'T: leaf message e0000100 1',
      'T: leaf finalize 1', 'T: leaf stop middle',
      'T: middle finalize 1', 'T: middle stop top', 'T: leaf free', 'T: middle free',
    ])
  })

  it('is in the queue depth of the busy time-out while it stops', () => {
    const { story, middle, leaf } = tree()
    story.do(() => {
      leaf.stopNs = 50e9
      middle.terminate()
      for (const name of ['one', 'two']) {
        const nub = newNub({ IOName: name })
        nub.attach(story.root)
        nub.adjustBusy(1)
      }
    })
    story.thread(() => story.root.waitQuiet(41e9), 45e9)
    expect(story.do(() => msgbufText())).toContain(
      'busy timeout[0], (41s): multiple entries holding the registry busy, IOKit termination queue depth 3: ')
  })
})

describe('terminate with kIOServiceSynchronous', () => {
  it('works on the calling thread, with its own options', () => {
    const { story, middle } = tree()
    expect(story.thread(() => middle.terminateSynchronously())).toBe(true)
    expect(story.take()).toEqual([
      'story: leaf requestTerminate middle 6', 'story: leaf willTerminate middle 7',
      'story: leaf message e0000010 7', 'story: leaf didTerminate middle 7', 'story: leaf finalize 7',
      'story: leaf stop middle', 'story: middle finalize 7', 'story: middle stop top',
      'story: leaf free', 'story: middle free',
    ])
  })

  it('gives up after 15 s in which nothing went on', () => {
    const { story, top, middle, leaf } = tree()
    story.do(() => middle.open(leaf))
    const tookNs = story.thread(function* () {
      const beganNs = scheduler().nowNs
      yield* middle.terminateSynchronously()
      return scheduler().nowNs - beganNs
    })
    expect(Math.round(tookNs / 1e6)).toBe(15_000)
    expect(story.do(() => msgbufText()).replace(/\[0x[0-9a-f]+\]/gu, '')).toContain(
      'middle::terminate(kIOServiceSynchronous): THREAD_TIMED_OUT. '
      + 'Attempting to auto-resolve your deadlock. PLEASE FIX!\n')
    story.do(() => middle.close(leaf))
    story.run()
    expect(story.clientNames(top)).toEqual([])
  })

  it('queues and returns on the terminate thread itself', () => {
    const { story, top, middle } = tree()
    const other = story.do(() => {
      const actor = new Actor()
      actor.init(toOSDictionary({ IOName: 'other' }))
      actor.attach(top)
      return actor
    })
    story.do(() => {
      middle.stop = function* (): KernelThread {
        note(`before ${String(other.isInactive())}`)
        yield* other.terminateSynchronously()
        note(`after ${other.getPrivateState().toString(16)}`)
      }
      middle.terminate()
    })
    story.run()
    expect(story.take().filter((line) => /^before|^after|other/u.test(line))).toEqual([
      'before false', 'after 1', 'T: other finalize 1', 'T: other stop top',
    ])
  })
})

describe('options of the victim', () => {
  it('kIOServiceTerminateNeedWillTerminate tells the victim itself, of its living provider', () => {
    const { story, leaf } = tree()
    story.do(() => leaf.terminate(kIOServiceTerminateNeedWillTerminate))
    story.run()
    expect(story.take()).toEqual([
      'T: leaf willTerminate middle 1', 'T: leaf didTerminate middle 1', 'T: leaf finalize 1',
      'T: leaf stop middle', 'T: leaf free',
    ])
  })

  it('kIOServiceTerminateWithRematch is not passed on', () => {
    const { story, middle, leaf } = tree()
    story.do(() => {
      leaf.retain()
      middle.terminate(kIOServiceTerminateWithRematch)
      expect(states(leaf)).toEqual(['1,1'])
    })
    expect(story.take()).toEqual(['caller: leaf requestTerminate middle 4'])
  })
})

describe('a client that is being opened', () => {
  it('holds phase 2 of its provider back until the open has ended', () => {
    const { story, middle, leaf } = tree()
    story.do(() => {
      leaf.setTerminateDefer(middle, true)
      middle.terminate()
    })
    story.run()
    expect(story.take()).toEqual(['caller: leaf requestTerminate middle 4'])
    story.do(() => leaf.setTerminateDefer(middle, false))
    story.run()
    expect(story.take().slice(0, 2)).toEqual(['T: leaf willTerminate middle 1', 'T: leaf message e0000010 1'])
    expect(story.instances(Actor.metaClass)).toBe(1)
  })
})

describe('unplugging', () => {
  /** A driver that sleeps where its nub says. */
  class Sleeper extends IOService {
    static override readonly metaClass: OSMetaClass = defineMetaClass('Sleeper', Sleeper, IOService)

    override *probe(): KernelThread<IOService> {
      yield* this.sleepAt('probe')
      return this
    }

    override *start(provider: IOService): KernelThread<boolean> {
      yield* this.sleepAt('start')
      if (!provider.open(this)) return false
      const nub = newNub({ IOName: 'below' })
      if (nub.attach(this)) nub.registerService()
      nub.release()
      yield* this.sleepAt('published')
      return true
    }

    override message(type: number, provider: IOService | null): number {
      if (type === kIOMessageServiceIsRequestingClose) provider?.close(this)
      return 0
    }

    private *sleepAt(step: string): KernelThread {
      note(step)
      if (this.getProperty(step) instanceof OSBoolean) yield* sleep(2e9)
    }
  }

  for (const step of ['probe', 'start', 'published', 'nowhere']) {
    it(`while a driver sleeps at: ${step}, leaves nothing behind`, () => {
      const story = new Story()
      story.do(() => registerClasses('com.example.sleeper', [Sleeper.metaClass]))
      story.personalities([{ IOClass: 'Sleeper', IONameMatch: 'plug', [step]: true }], false)
      story.nub({ IOName: 'plug' })
      story.do(() => story.root.clients().find((client) => client.getName() === 'plug')?.terminate())
      story.run(9e9)
      const before = story.classCounts()
      const nub = story.do(() => {
        const made = newNub({ IOName: 'plug' })
        made.attach(story.root)
        made.registerService()
        made.release()
        return made
      })
      story.run(1e9)
      story.do(() => nub.terminate())
      story.run(9e9)
      expect(story.do(() => story.root.getBusyState())).toBe(0)
      expect(story.classCounts()).toEqual(before)
      expect(story.clientNames(story.root)).toEqual(['IOResources', 'IOUserResources'])
    })
  }
})
