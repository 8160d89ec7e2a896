import { describe, expect, it } from 'vitest'
import {
  kIOMessageServiceBusyStateChange, kIOMessageServicePropertyChange, kIOReturnBadArgument, kIOReturnNotReady,
  kIOReturnSuccess, kIOReturnUnsupported,
} from '../../abi/index.ts'
import { OSString, type OSObject } from '../../libkern/index.ts'
import { WaitQueue, scheduler, wait as waitFor, type KernelThread } from '../../sim/index.ts'
import { newNub, note, Story, type StoryNub } from '../../../test/support/iokitStory.ts'
import { IOPlatformExpert, IOService } from '../index.ts'
import type { IONotifier } from './IONotifier.ts'
import { NullNotifier } from './NullNotifier.ts'

const TYPES = ['IOServicePublish', 'IOServiceFirstPublish', 'IOServiceMatched', 'IOServiceFirstMatch',
  'IOServiceWillTerminate', 'IOServiceTerminate']

function* sleep(ns: number): KernelThread {
  scheduler().assertWait(new WaitQueue(), scheduler().nowNs + ns)
  yield
}

/** Asks for services of class StoryNub. */
function listen(
  type: string, handler: (service: IOService, notifier: IONotifier) => void, priority = 0,
): IONotifier {
  return IOService.addNotification(type, IOService.serviceMatching('StoryNub'), (service, notifier) => {
    handler(service, notifier)
    return true
  }, priority)!
}

describe('xnu A1 IOServiceTest', () => {
  it('finds the platform expert before the call returns; its busy interest can be asked for', () => {
    const story = new Story()
    const platform = story.do(() => {
      const made = new IOPlatformExpert()
      made.init()
      made.attach(story.root)
      made.registerService()
      return made
    })
    story.run()
    let found: IOService | null = null
    story.do(() => {
      const matching = IOService.serviceMatching('IOPlatformExpert')
      const notifier = IOService.addMatchingNotification('IOServiceMatched', matching, (service) => {
        found = service
        service.retain()
        return true
      })
      expect([notifier !== null, found]).toEqual([true, platform])
      notifier!.remove()
      matching.release()
    })
    const heard: number[][] = []
    const hear = (type: number, _provider: IOService, argument: unknown, size: number): number => {
      heard.push([type, Number(argument), size])
      return kIOReturnSuccess
    }
    const interest = story.do(() => platform.registerInterest('IOBusyInterest', hear)!)
    story.do(() => platform.registerService())
    story.run()
    story.do(() => interest.remove())
    expect(heard).toEqual([1, 0].map((isBusy) => [kIOMessageServiceBusyStateChange, isBusy, 0]))
  })
})

describe('xnu A3 6666 and 6667', () => {
  it('terminates or registers the service named XHC1', () => {
    const story = new Story()
    story.nub({ IOName: 'XHC1' })
    const named = (): IOService[] => {
      const table = IOService.nameMatching('XHC1')
      const found = IOService.getMatchingServices(table)
      table.release()
      return found
    }
    story.do(() => {
      listen('IOServicePublish', (service) => note(`publish ${service.getName()}`))
      listen('IOServiceTerminate', (service) => note(`terminate ${service.getName()}`))
    })
    story.take()
    story.do(() => named()[0]!.registerService())
    story.run()
    story.do(() => named()[0]!.terminate())
    story.run()
    expect([story.take(), story.do(named)]).toEqual([['publish XHC1', 'terminate XHC1'], []])
  })
})

describe('matching notifications', () => {
  it('come in the order of a life, with the state word of the moment', () => {
    const story = new Story()
    story.do(() => {
      for (const type of TYPES) listen(type, (service) => note(`${type} ${service.getState().toString(16)}`))
    })
    const nub = story.nub()
    expect(story.take()).toEqual([
      'IOServiceFirstPublish a', 'IOServicePublish a', 'IOServiceMatched 1e', 'IOServiceFirstMatch 1e',
    ])
    story.do(() => nub.registerService())
    story.run()
    expect(story.take()).toEqual(['IOServicePublish 1e', 'IOServiceMatched 1e'])
    story.do(() => nub.terminate())
    story.run()
    expect(story.take()).toEqual(['IOServiceTerminate 1', 'IOServiceWillTerminate 1'])
  })

  it('go to higher priorities first and to equal ones in the order in which they asked', () => {
    const story = new Story()
    story.do(() => {
      for (const [name, priority] of [['a', 0], ['b', 5], ['c', 0], ['d', -1], ['e', 5]] as const) {
        listen('IOServiceMatched', () => note(name), priority)
      }
    })
    story.nub()
    expect(story.take()).toEqual(['b', 'e', 'a', 'c', 'd'])
  })

  it('are not sent while disabled, and what was missed does not come later', () => {
    const story = new Story()
    const notifier = story.do(() => listen('IOServiceMatched', (service) => note(service.getName())))
    expect(story.do(() => [notifier.disable(), notifier.disable()])).toEqual([true, false])
    story.nub({ IOName: 'missed' })
    story.do(() => notifier.enable(true))
    story.nub({ IOName: 'heard' })
    expect(story.take()).toEqual(['heard'])
  })

  it('that an earlier handler disabled or removed do not run any more', () => {
    const story = new Story()
    story.do(() => {
      const later: IONotifier[] = []
      listen('IOServiceMatched', () => {
        later[0]!.disable()
        later[1]!.remove()
        note('first')
      }, 1)
      for (const name of ['disabled', 'removed']) later.push(listen('IOServiceMatched', () => note(name)))
      listen('IOServiceMatched', () => note('last'), -1)
    })
    story.nub()
    expect(story.take()).toEqual(['first', 'last'])
  })

  it('hold two references until they are removed, and keep the table as long', () => {
    const story = new Story()
    story.do(() => {
      const table = IOService.serviceMatching('StoryNub')
      const notifier = IOService.addMatchingNotification('IOServiceMatched', table, () => true)!
      expect([notifier.getRetainCount(), table.getRetainCount()]).toEqual([2, 2])
      notifier.retain()
      notifier.remove()
      expect([notifier.getRetainCount(), table.getRetainCount()]).toEqual([1, 1])
      notifier.release()
      table.release()
    })
  })

  it('may run on several threads at once; removal waits for the others, not for itself', () => {
    const story = new Story()
    const notifier = story.do(() => {
      const table = IOService.serviceMatching('StoryNub')
      return IOService.addNotification('IOServiceMatched', table, function* (service) {
        note(`in ${service.getName()}`)
        yield* sleep(1e9)
        note(`out ${service.getName()}`)
        return true
      })!
    })
    story.do(() => {
      for (const name of ['a', 'b']) {
        const nub = newNub({ IOName: name })
        nub.attach(story.root)
        nub.registerService()
        nub.release()
      }
    })
    story.run(1e8)
    story.thread(function* () {
      yield* waitFor(notifier.remove())
      note('removed')
    })
    expect(story.take()).toEqual(['in a', 'in b', 'out a', 'out b', 'removed'])
    story.nub({ IOName: 'c' })
    expect(story.take()).toEqual([])
  })

  it('are disabled when the handler is idle; the thread that is inside it does not wait for itself', () => {
    const story = new Story()
    const notifier = story.do(() => IOService.addNotification('IOServiceMatched',
      IOService.serviceMatching('StoryNub'), function* (_service, own) {
        note(`own ${own.disable() === true}`)
        own.enable(true)
        yield* sleep(1e9)
        note('out')
        return true
      })!)
    story.do(() => {
      const nub = newNub({ IOName: 'a' })
      nub.attach(story.root)
      nub.registerService()
      nub.release()
    })
    story.run(1e8)
    story.thread(function* () {
      note(`was ${String(yield* waitFor(notifier.disable()))}`)
      note(`again ${notifier.disable() === true}`)
    })
    expect(story.take()).toEqual(['own true', 'out', 'was true', 'again false'])
  })

  it('removed by their handler for an existing service leave a notifier that does nothing', () => {
    const story = new Story()
    for (const name of ['a', 'b']) story.nub({ IOName: name })
    const notifier = story.do(() => listen('IOServiceMatched', (service, own) => {
      note(service.getName())
      own.remove()
    }))
    expect([story.take(), notifier instanceof NullNotifier]).toEqual([['a'], true])
  })

  it('of first publish and first match report what has been so already', () => {
    const story = new Story()
    story.personalities([{ IOName: 'slow', SleepNs: 5e9 }], false)
    story.nub({ IOName: 'matching' })
    story.take()
    story.do(() => {
      for (const type of TYPES) listen(type, (service) => note(`${type} ${service.getName()}`))
    })
    expect(story.take()).toEqual(['IOServicePublish matching', 'IOServiceFirstPublish matching'])
  })
})

describe('waiting for a service', () => {
  const late = (story: Story, ns: number): void => story.do(() => {
    scheduler().spawn('late', (function* (): KernelThread {
      yield* sleep(ns)
      const nub = newNub({ IOName: 'late' })
      nub.attach(story.root)
      nub.registerService()
      nub.release()
    })())
  })

  it('the new way keeps the table and gives a reference, the old way consumes and gives none', () => {
    const story = new Story()
    const nub = story.nub()
    const counts = story.thread(function* () {
      const before = nub.getRetainCount()
      const [kept, consumed] = [IOService.serviceMatching('StoryNub'), IOService.serviceMatching('StoryNub')]
      consumed.retain()
      const one = yield* IOService.waitForMatchingService(kept)
      const afterOne = nub.getRetainCount() - before
      const two = yield* IOService.waitForService(consumed)
      return [one === nub, two === nub, afterOne, nub.getRetainCount() - before, kept.getRetainCount(),
        consumed.getRetainCount()]
    })
    expect(counts).toEqual([true, true, 1, 1, 1, 1])
  })

  it('ends at the time-out or with the service, and leaves no notifier', () => {
    const story = new Story()
    const before = story.classCounts().get('_IOServiceNotifier')
    const wait = (ns: number): string | undefined => story.thread(function* () {
      const table = IOService.serviceMatching('StoryNub')
      const found = yield* IOService.waitForMatchingService(table, ns)
      table.release()
      return found?.getName()
    })
    late(story, 5e9)
    expect([wait(1e9), wait(1e10)]).toEqual([undefined, 'late'])
    expect(story.classCounts().get('_IOServiceNotifier')).toBe(before)
  })
})

describe('interest notifications', () => {
  const register = (nub: StoryNub, type: string, name: string): IONotifier => {
    return nub.registerInterest(type, (message) => {
      note(`${name} ${(message >>> 0).toString(16)}`)
      return kIOReturnUnsupported
    })!
  }

  it('reach clients first, then who asked, oldest first; each type has its own list', () => {
    const story = new Story()
    story.personalities([{ IOName: 'client' }], false)
    const nub = story.nub()
    story.take()
    story.do(() => {
      for (const name of ['one', 'two']) register(nub, 'IOGeneralInterest', name)
      register(nub, 'IOAppPowerStateInterest', 'app')
      register(nub, 'IOPriorityPowerStateInterest', 'priority')
      register(nub, 'IOConsoleSecurityInterest', 'console')
    })
    const apply = (type: string): string[] => {
      story.thread(() => nub.applyToInterested(type, function* (object): KernelThread {
        yield* nub.messageClient(kIOMessageServicePropertyChange, object)
      }))
      return story.take()
    }
    expect([
      apply('IOGeneralInterest'), apply('IOBusyInterest'), apply('IOAppPowerStateInterest'),
      apply('IOPriorityPowerStateInterest'), apply('IOConsoleSecurityInterest'),
    ]).toEqual([
      ['client message e0000130', 'one e0000130', 'two e0000130'], [],
      ['app e0000130'], ['priority e0000130'], ['console e0000130'],
    ])
    expect(story.thread(() => nub.messageClients(kIOMessageServicePropertyChange))).toBe(kIOReturnUnsupported)
  })

  it('answer for each kind of receiver', () => {
    const story = new Story()
    const nub = story.nub()
    const text = story.do(() => OSString.withCString('nobody'))
    const notifier = story.do(() => register(nub, 'IOGeneralInterest', 'n'))
    const ask = (to: OSObject): number => story.thread(() => nub.messageClient(1, to))
    expect([ask(text), ask(nub), ask(notifier), story.do(() => notifier.disable()), ask(notifier)])
      .toEqual([kIOReturnBadArgument, kIOReturnUnsupported, kIOReturnUnsupported, true, kIOReturnSuccess])
  })

  it('show in the registry as what they are, and end with the service', () => {
    const story = new Story()
    const nub = story.nub()
    const notifier = story.do(() => register(nub, 'IOGeneralInterest', 'n'))
    expect(story.do(() => nub.getProperty('IOGeneralInterest')!.getMetaClass().className)).toBe('IOCommand')
    story.do(() => nub.terminate())
    story.run()
    expect(story.take()).toEqual(['n e0000010'])
    expect(story.do(() => notifier.getRetainCount())).toBe(1)
    story.do(() => notifier.remove())
    expect(story.classCounts().get('_IOServiceInterestNotifier')).toBe(0)
  })

  it('are refused by a service that goes, and for unknown types', () => {
    const story = new Story()
    const nub = story.nub()
    const ask = (type: string): number => story.do(() => {
      const result = { value: 0 }
      nub.registerInterest(type, () => 0, result)
      return result.value
    })
    const before = [ask('IOGeneralInterest'), ask('IONoInterest')]
    story.do(() => nub.terminate())
    expect([...before, ask('IOGeneralInterest')])
      .toEqual([kIOReturnSuccess, kIOReturnBadArgument, kIOReturnNotReady])
  })

  it('removal waits for a handler that is asleep on another thread', () => {
    const story = new Story()
    const nub = story.nub()
    const notifier = story.do(() => nub.registerInterest('IOGeneralInterest', function* () {
      yield* sleep(1e9)
      note('handled')
      return kIOReturnSuccess
    })!)
    story.do(() => nub.messageClientsNow(1))
    story.thread(function* () {
      yield* waitFor(notifier.remove())
      note('removed')
    })
    expect(story.take()).toEqual(['handled', 'removed'])
  })
})
