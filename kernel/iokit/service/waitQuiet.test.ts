import { describe, expect, it } from 'vitest'
import {
  kIOReturnSuccess, kIOReturnTimeout, kIOServiceBusyMax, kIOServiceModuleStallState,
} from '../../abi/index.ts'
import { msgbufText } from '../../mach/index.ts'
import { WaitQueue, scheduler, type KernelThread } from '../../sim/index.ts'
import { newNub, Story, type StoryNub } from '../../../test/support/iokitStory.ts'
import { kIOWaitQuietPanicOnFailure, serviceState, type IOService } from '../index.ts'

/** A nub that stays busy, below the root or below another. */
function stuck(story: Story, name: string, provider: IOService = story.root): StoryNub {
  return story.do(() => {
    const nub = newNub({ IOName: name })
    nub.attach(provider)
    nub.adjustBusy(1)
    nub.release()
    return nub
  })
}

/** The report lines of the log, without times of the log itself. */
function reports(story: Story): string[] {
  return story.do(() => msgbufText()).split('\n').map((line) => line.replace(/^\[[^\]]*\]: /u, ''))
    .filter((line) => /^busy|^IOKit Daemon/u.test(line))
}

function quietAfter(nub: IOService, ns: number): () => KernelThread {
  return function* () {
    scheduler().assertWait(new WaitQueue(), scheduler().nowNs + ns)
    yield
    nub.adjustBusy(-1)
  }
}

describe('waiting for quiet', () => {
  it('tries as often as the platform allows, and says how it ended', () => {
    const story = new Story()
    story.do(() => { serviceState().timeoutExtensions = 4 })
    const nub = stuck(story, 'disk')
    expect(story.thread(() => story.root.waitQuiet(60e9))).toBe(kIOReturnTimeout)
    const line = (loop: number): string => `busy timeout[${loop}], (60s): 'disk' (0,1)`
    expect(reports(story)).toEqual([0, 1, 2, 3].map(line))
    story.do(() => scheduler().spawn('later', quietAfter(nub, 150e9)()))
    expect(story.thread(() => story.root.waitQuiet(60e9))).toBe(kIOReturnSuccess)
    expect(reports(story).slice(4)).toEqual([line(0), line(1), 'busy extended ok[2], (60s, 150s)'])
  })

  it('panics on the last try alone, where caller and boot-args want it and no shutdown runs', () => {
    const wait = (bootArgs: string, options: number, isShuttingDown = false): string => {
      const story = new Story(bootArgs)
      stuck(story, 'disk')
      story.do(() => Object.assign(serviceState(), { timeoutExtensions: 2, isShuttingDown }))
      try {
        return String(story.thread(() => story.root.waitQuietWithOptions(50e9, options)))
      } catch (fault) {
        return (fault as Error).message
      }
    }
    const timeout = String(kIOReturnTimeout)
    expect([
      wait('', 0), wait('io=0', kIOWaitQuietPanicOnFailure), wait('', kIOWaitQuietPanicOnFailure, true),
      wait('', kIOWaitQuietPanicOnFailure).replace(/ @.*/u, ''),
    ]).toEqual([timeout, timeout, timeout, "busy timeout[1], (50s): 'disk' (0,1)"])
  })

  it('says nothing below 41 s', () => {
    const story = new Story()
    stuck(story, 'disk')
    const ask = (): KernelThread<number> => story.root.waitQuietWithOptions(40e9, kIOWaitQuietPanicOnFailure)
    expect([story.thread(ask), reports(story)]).toEqual([kIOReturnTimeout, []])
  })

  it('tries longer where a busy service or its provider asks for it, up to 8 times', () => {
    const story = new Story()
    const bus = stuck(story, 'bus')
    stuck(story, 'disk', bus)
    story.do(() => bus.setProperty('IOServiceBusyTimeoutExtensions', 3, 32))
    story.thread(() => story.root.waitQuiet(60e9))
    expect(reports(story)).toHaveLength(3)
    story.do(() => bus.setProperty('IOServiceBusyTimeoutExtensions', 9, 32))
    story.thread(() => story.root.waitQuiet(60e9))
    expect(reports(story)).toHaveLength(4)
  })

  it('names the leaves, the stalled daemon, and no more than the buffers hold', () => {
    const story = new Story()
    const bus = stuck(story, 'bus')
    const leaf = stuck(story, 'leaf', bus)
    stuck(story, 'other')
    story.do(() => { leaf.internals.state1 |= kIOServiceModuleStallState })
    story.thread(() => story.root.waitQuiet(41e9))
    for (let i = 0; i < 20; i++) stuck(story, `service-number-${i}`)
    story.thread(() => story.root.waitQuiet(41e9))
    const [first, second] = reports(story)
    expect(first).toBe('IOKit Daemon (kernelmanagerd) stall[0], (41s): '
      + 'multiple entries holding the registry busy, '
      + "IOKit termination queue depth 0: 'leaf' (0,20000001), 'other' (0,1)")
    expect(second).toHaveLength(255)
  })
})

describe('busy time', () => {
  it('counts the time between the changes from and to 0', () => {
    const story = new Story()
    const nub = stuck(story, 'disk')
    const { nowNs } = story.simulation.scheduler
    story.run(3e9)
    story.do(() => nub.adjustBusy(1))
    story.run(2e9)
    story.do(() => nub.adjustBusy(-2))
    story.run(9e9)
    expect(story.do(() => nub.getAccumulatedBusyTimeNs())).toBe(5e9)
    expect(nowNs).toBeGreaterThan(0)
  })

  it('ends with the last provider, also for a service that dies busy', () => {
    const story = new Story()
    const nub = story.nub({ IOName: 'disk' })
    const heard: unknown[] = []
    story.do(() => {
      nub.retain()
      nub.registerInterest('IOBusyInterest', (_type, _provider, argument) => {
        heard.push(argument)
        return kIOReturnSuccess
      })
      nub.terminate()
    })
    story.run()
    expect([heard, story.do(() => [nub.getBusyState(), story.root.getBusyState()])]).toEqual([[1, 0], [0, 0]])
  })

  it('moves from the first provider to the next when that is detached', () => {
    const story = new Story()
    const [one, two] = [story.nub({ IOName: 'one' }), story.nub({ IOName: 'two' })]
    const shared = stuck(story, 'shared', one)
    const counts = (): number[] => story.do(() => [one, two, story.root].map((each) => each.getBusyState()))
    story.do(() => shared.attach(two))
    expect(counts()).toEqual([1, 0, 1])
    story.do(() => shared.detach(one))
    expect(counts()).toEqual([0, 1, 1])
  })

  it('has an upper limit, which is logged', () => {
    const story = new Story()
    const nub = stuck(story, 'disk')
    story.do(() => {
      nub.adjustBusy(kIOServiceBusyMax - 1)
      nub.adjustBusy(1)
    })
    expect(story.do(() => [nub.getBusyState(), nub.getPrivateState()])).toEqual([1023, 1023])
    expect(story.do(() => msgbufText())).toContain('disk: bad busy count (1023,1)\n')
  })
})

describe('attachment', () => {
  it('has room for 1020 clients; a driver waits up to 15 s for the next place', () => {
    const story = new Story()
    story.personalities([{ IOName: 'd', IONameMatch: 'full' }], false)
    const nub = story.nub({ IOName: 'nub' })
    const clients = story.do(() => Array.from({ length: 1021 }, (_, index) => {
      const client = newNub({ IOName: `c${index}` })
      return { client, isAttached: client.attach(nub) }
    }))
    expect(clients.filter(({ isAttached }) => isAttached)).toHaveLength(1020)
    story.do(() => {
      nub.setName('full')
      nub.registerService()
    })
    story.run(5e9)
    expect(story.do(() => msgbufText())).toContain('stalling for detach from full\n')
    expect(story.take()).toEqual([])
    story.do(() => {
      for (const { client } of clients.slice(0, 2)) client.detach(nub)
    })
    story.run(1e9)
    expect(story.take()).toEqual(['d probe 0', 'd start', 'd started'])
  })
})
