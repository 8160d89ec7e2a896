import { describe, expect, it } from 'vitest'
import {
  kIOMessageServiceIsRequestingClose, kIOReturnBadArgument, kIOReturnNotReady, kIOReturnSuccess, kIOReturnTimeout,
  kIOServiceBusyMax, kIOServiceSeize, kIOServiceTerminateWithRematch,
} from '../../abi/index.ts'
import { defineMetaClass, registerClasses, toOSDictionary, type OSMetaClass } from '../../libkern/index.ts'
import { IOLog, KernelPanic, msgbufText, panic } from '../../mach/index.ts'
import { scheduler, WaitQueue, type KernelThread } from '../../sim/index.ts'
import { newNub, note, Story, StoryDriver, type StoryNub } from '../../../test/support/iokitStory.ts'
import { IOService, gIOServicePlane, kIOWaitQuietPanicOnFailure } from '../index.ts'
import { NullNotifier } from '../notification/index.ts'
import { lockForArbitration, unlockForArbitration } from './arbitration.ts'

/** bus (nub) – driver A – nub n – driver B. */
function chain(more: Record<string, boolean> = {}): { story: Story; nub: StoryNub } {
  const story = new Story()
  story.personalities([{ IOName: 'A', IONameMatch: 'nub', Nubs: ['n'] }, { IOName: 'B', IONameMatch: 'n', ...more }], false)
  const nub = story.nub()
  story.take()
  return { story, nub }
}

describe('termination', () => {
  it('goes down, then up: will, did, stop, in the order of XNU', () => {
    const { story, nub } = chain()
    story.do(() => {
      expect(nub.terminate()).toBe(true)
      expect(nub.clients()[0]!.clients()[0]!.isInactive()).toBe(true)
      expect(story.take()).toEqual([])
    })
    story.run()
    expect(story.take()).toEqual([
      'A willTerminate nub', 'B willTerminate n',
      'B message e0000010', 'B didTerminate n',
      'A message e0000010', 'A didTerminate nub',
      'B finalize', 'B stop from n', 'A finalize', 'A stop from nub', 'B free', 'A free',
    ])
    expect(story.do(() => story.root.getBusyState())).toBe(0)
    expect(story.instances(StoryDriver.metaClass)).toBe(0)
    expect(story.clientNames(story.root)).toEqual(['IOResources', 'IOUserResources'])
  })

  it('stops a driver only when it has closed its provider', () => {
    const { story, nub } = chain({ Opens: true })
    const [b, n] = story.do(() => [nub.clients()[0]!.clients()[0]!.clients()[0]!, nub.clients()[0]!.clients()[0]!])
    story.do(() => nub.terminate())
    story.run()
    expect(story.take()).toContain('B message e0000100')
    expect([b.inPlane(), story.do(() => story.root.getBusyState())]).toEqual([true, 1])
    story.do(() => n.close(b))
    story.run()
    expect(story.take()).toEqual(['B stop from n', 'A finalize', 'A stop from nub', 'B free', 'A free'])
    expect(story.do(() => story.root.getBusyState())).toBe(0)
  })

  it('asks an open driver to close, which lets it go on at once', () => {
    const { story, nub } = chain({ Opens: true, Closes: true })
    story.do(() => nub.terminate())
    story.run()
    expect(story.take().filter((line) => line.startsWith('B'))).toEqual([
      'B willTerminate n', 'B message e0000010', 'B didTerminate n', 'B message e0000100', 'B finalize', 'B stop from n', 'B free'])
  })

  it('spares a client that has another provider', () => {
    const { story, nub } = chain()
    const other = story.nub({ IOName: 'other' })
    const a = story.do(() => nub.clients()[0]!)
    story.do(() => a.attach(other))
    story.do(() => nub.terminate())
    story.run()
    expect([a.isInactive(), a.isParent(other, gIOServicePlane, true)]).toEqual([false, true])
  })

  it('notifies of the parent before the children become inactive', () => {
    const { story, nub } = chain()
    story.do(() => {
      const table = toOSDictionary({ IOProviderClass: 'IOService', IOParentMatch: { IONameMatch: 'root' } })
      const notifier = IOService.addMatchingNotification('IOServiceTerminate', table, (service) => {
        note(`gone ${service.getName()} ${service.clients().map((client) => client.isInactive()).join()}`)
        return true
      })!
      table.release()
      nub.terminate()
      notifier.remove()
    })
    expect(story.take().slice(0, 2)).toEqual(['gone nub false', 'gone A false'])
  })

  it('terminates in the calling thread when that waits for the end', () => {
    const { story, nub } = chain()
    nub.retain()
    expect(story.thread(() => nub.terminateSynchronously())).toBe(true)
    expect([nub.inPlane(), nub.getRetainCount()]).toEqual([false, 1])
  })

  it('lets the provider match again when the driver was terminated for that', () => {
    const { story, nub } = chain()
    story.do(() => nub.clients()[0]!.terminate(kIOServiceTerminateWithRematch))
    story.run()
    expect(story.take().slice(-4)).toEqual(['A started', 'B probe 0', 'B start', 'B started'])
    expect(story.clientNames(nub)).toEqual(['A'])
  })

  it('waits for matching to end before it begins phase 2', () => {
    const story = new Story()
    story.personalities([{ IOName: 'slow', SleepNs: 5e9 }], false)
    const nub = story.nub()
    story.take()
    story.do(() => nub.terminate())
    story.run(1e9)
    expect(story.take()).toEqual([])
    story.run(9e9)
    expect(story.take().slice(0, 2)).toEqual(['slow started', 'slow willTerminate nub'])
    expect(story.do(() => story.root.getBusyState())).toBe(0)
  })

  it('refuses attachment to a provider that is going away', () => {
    const { story, nub } = chain({ Opens: true })
    story.do(() => {
      const n = nub.clients()[0]!.clients()[0]!
      nub.terminate()
      expect(newNub().attach(n)).toBe(false)
    })
  })
})

describe('busy counts', () => {
  it('carry upwards on the way from and to zero only', () => {
    const { story, nub } = chain()
    story.do(() => {
      const n = nub.clients()[0]!.clients()[0]!
      const counts = (): number[] => [n, nub, story.root].map((service) => service.getBusyState())
      const heard: string[] = []
      for (const service of [nub, n]) {
        service.registerInterest('IOBusyInterest', (_type, provider, argument) => {
          heard.push(`${provider.getName()} ${String(argument)}`)
          return kIOReturnSuccess
        })
      }
      n.adjustBusy(2)
      expect(counts()).toEqual([2, 1, 1])
      n.adjustBusy(-1)
      expect(counts()).toEqual([1, 1, 1])
      n.adjustBusy(-1)
      n.adjustBusy(-1)
      expect(counts()).toEqual([0, 0, 0])
      expect(heard.splice(0)).toEqual(['n 1', 'nub 1', 'n 0', 'nub 0', 'n 1', 'nub 1'])
      expect(msgbufText().match(/\w+: bad busy count \(0,-1\)/gu)).toEqual(
        ['n', 'A', 'nub', 'root'].map((name) => `${name}: bad busy count (0,-1)`))
      n.adjustBusy(kIOServiceBusyMax)
      n.adjustBusy(1)
      expect(n.getBusyState()).toBe(kIOServiceBusyMax)
    })
  })

  it('are waited for, with a time-out', () => {
    const story = new Story()
    story.personalities([{ IOName: 'slow', SleepNs: 5e9 }], false)
    story.nub()
    expect(story.thread(() => story.root.waitQuiet(1e9), 2e9)).toBe(kIOReturnTimeout)
    expect(story.thread(() => story.root.waitQuiet(9e9), 9e9)).toBe(kIOReturnSuccess)
    expect(story.do(() => story.root.getAccumulatedBusyTimeNs())).toBeGreaterThanOrEqual(5e9)
    expect(story.do(() => msgbufText())).not.toContain('busy timeout')
  })

  it('that stay are reported after 60 s, and panic on the last extension if asked to', () => {
    const story = new Story()
    const nub = story.nub({ IOName: 'stuck' })
    story.do(() => nub.adjustBusy(1))
    expect(story.thread(() => story.root.waitQuiet(60e9))).toBe(kIOReturnTimeout)
    expect(story.do(() => msgbufText())).toMatch(/busy timeout\[0\], \(60s\): 'stuck' \(1e,1\)\n/)
    expect(() => story.thread(() => story.root.waitQuietWithOptions(60e9, kIOWaitQuietPanicOnFailure)))
      .toThrow("busy timeout[0], (60s): 'stuck' (1e,1)")
  })

  it('of several services are listed together', () => {
    const story = new Story()
    for (const name of ['one', 'two']) {
      const nub = story.nub({ IOName: name })
      story.do(() => nub.adjustBusy(1))
    }
    story.thread(() => story.root.waitQuiet(41e9))
    expect(story.do(() => msgbufText())).toContain(
      "multiple entries holding the registry busy, IOKit termination queue depth 0: 'one' (1e,1), 'two' (1e,1)\n")
  })

  it('of the root alone name the daemon', () => {
    const story = new Story('', true)
    story.thread(() => story.root.waitQuiet(41e9))
    expect(story.do(() => msgbufText())).toContain('registry root held busy, kernelmanagerd has not checked in\n')
  })
})

describe('open and close', () => {
  it('grants one owner, and another after a seizure that it agreed to', () => {
    const story = new Story()
    const nub = story.nub()
    story.do(() => {
      const [a, b] = [new StoryDriver(), new StoryDriver()]
      for (const [client, name] of [[a, 'a'], [b, 'b']] as const) {
        client.init(toOSDictionary({ IOName: name, ...(name === 'a' ? { Closes: true } : {}) }))
        client.attach(nub)
      }
      expect([nub.open(a), nub.open(a), nub.open(b), nub.isOpen(a), nub.isOpen(b)]).toEqual([true, false, false, true, false])
      story.take()
      expect(nub.open(b, kIOServiceSeize)).toBe(true)
      expect(story.take()).toEqual(['a message e0000101', 'a message e0000100', 'b message e0000110'])
      expect([nub.isOpen(a), nub.isOpen(b)]).toEqual([false, true])
      expect(nub.open(a, kIOServiceSeize)).toBe(false)
      nub.close(a)
      expect(nub.isOpen()).toBe(true)
      nub.close(b)
      expect(nub.isOpen()).toBe(false)
    })
  })

  it('waits for a seized owner that needs time to answer', () => {
    const story = new Story()
    const nub = story.nub()
    const [owner, taker] = story.do(() => {
      registerClasses('com.example.slow', [SlowCloser.metaClass])
      const clients = [new SlowCloser(), new StoryDriver()] as const
      for (const client of clients) {
        client.init()
        client.attach(nub)
      }
      nub.open(clients[0])
      return clients
    })
    expect(story.do(() => nub.open(taker, kIOServiceSeize))).toBe(false)
    story.run()
    story.do(() => nub.open(owner))
    expect(story.thread(() => nub.openWaiting(taker, kIOServiceSeize))).toBe(true)
  })

  it('breaks a circle of locks at the request that may fail', () => {
    const story = new Story()
    const [a, b] = [story.nub({ IOName: 'a' }), story.nub({ IOName: 'b' })]
    const got: boolean[] = []
    function* taker(first: StoryNub, second: StoryNub, isRequired: boolean): KernelThread {
      yield* lockForArbitration(first)
      yield
      const ok = yield* lockForArbitration(second, isRequired)
      got.push(ok)
      if (ok) unlockForArbitration(second)
      unlockForArbitration(first)
    }
    story.do(() => {
      scheduler().spawn('1', taker(a, b, false))
      scheduler().spawn('2', taker(b, a, true))
    })
    story.run()
    expect(got).toEqual([false, true])
    story.do(() => {
      scheduler().spawn('1', taker(a, b, true))
      scheduler().spawn('2', taker(b, a, true))
    })
    expect(() => story.run()).toThrow('I/O Kit: Unrecoverable deadlock.')
  })
})

describe('registration', () => {
  it('does nothing outside the registry but say so', () => {
    const story = new Story()
    story.do(() => newNub({ IOName: 'loose' }).registerService())
    expect(story.do(() => msgbufText())).toContain('loose: not registry member at registerService()\n')
  })

  it('returns when all matching is over if it is synchronous', () => {
    const story = new Story()
    story.personalities([{ IOName: 'slow', SleepNs: 3e9, IONameMatch: 'nub', Nubs: ['n'] }, { IOName: 'leaf', SleepNs: 2e9, IONameMatch: 'n' }], false)
    const seen = story.thread(function* () {
      const nub = newNub({ IOName: 'nub' })
      nub.attach(story.root)
      yield* nub.registerServiceSynchronously()
      return [scheduler().nowNs >= 5e9, nub.getBusyState(), nub.clients()[0]!.clients()[0]!.clients()[0]!.getName()]
    })
    expect(seen).toEqual([true, 0, 'leaf'])
  })

  it('of many nubs runs on several threads, each blocked start on its own', () => {
    const story = new Story()
    story.personalities([{ IOName: 'slow', SleepNs: 1e9 }], false)
    story.do(() => {
      for (let i = 0; i < 50; i++) {
        const nub = newNub({ IOName: `n${i}` })
        nub.attach(story.root)
        nub.registerService()
      }
    })
    story.run(1.5e9)
    expect(story.take().filter((line) => line === 'slow started')).toHaveLength(50)
    expect(story.do(() => story.root.getBusyState())).toBe(0)
  })

  it('logs what io= asks for', () => {
    const story = new Story('io=0xf')
    story.personalities([{ IOName: 'd', Start: false }, { IOName: 'e', Probe: false }], false)
    story.nub()
    const log = story.do(() => msgbufText()).replace(/0x[0-9a-f]+/g, '#').split('\n').map((line) => line.replace(/^\[[^\]]*\]: /, ''))
    expect(log.slice(-14)).toEqual([
      'nub[#]::attach(root[#])', 'Registering: IOService:/nub',
      'd[#]::attach(nub[#])', 'StoryDriver[#]::probe(nub)', 'd[#]::detach(nub[#])',
      'e[#]::attach(nub[#])', 'StoryDriver[#]::probe(nub)', 'e[#]::detach(nub[#])', 'StoryDriver[#]::probe fails',
      'd[#]::start(nub) <1>', 'd[#]::attach(nub[#])', 'd[#]::detach(nub[#])', 'd[#]::start(nub[#]) <1> failed', '',
    ])
  })
})

describe('notifications', () => {
  const table = (): ReturnType<typeof toOSDictionary> => toOSDictionary({ IOProviderClass: 'StoryNub' })
  const listen = (type: string, name: string, priority = 0): void => {
    IOService.addMatchingNotification(type, table(), (service) => {
      note(`${name} ${service.getName()}`)
      return true
    }, priority)
  }

  it('report existing services before they are installed, later ones by priority', () => {
    const story = new Story()
    story.nub({ IOName: 'old' })
    story.do(() => {
      listen('IOServicePublish', 'low', 1)
      listen('IOServiceMatched', 'matched')
      listen('IOServiceTerminate', 'gone')
      expect(story.take()).toEqual(['low old', 'matched old'])
      listen('IOServicePublish', 'high', 10)
      listen('IOServiceFirstPublish', 'first')
      listen('IOServiceFirstMatch', 'firstMatch')
    })
    story.take()
    story.personalities([{ IOName: 'd', IOProbeScore: 5 }], false)
    const nub = story.nub({ IOName: 'new' })
    expect(story.take()).toEqual([
      'first new', 'high new', 'low new', 'd probe 5', 'd start', 'd started', 'matched new', 'firstMatch new'])
    story.do(() => nub.registerService())
    story.run()
    expect(story.take()).toEqual(['high new', 'low new', 'matched new'])
    story.do(() => nub.terminate())
    expect(story.take()).toEqual(['gone new'])
  })

  it('is one that does nothing when its handler removed it at once', () => {
    const story = new Story()
    story.nub()
    const added = story.do(() => IOService.addMatchingNotification('IOServicePublish', table(), (_service, notifier) => {
      notifier.remove()
      return true
    }))
    expect(added).toBeInstanceOf(NullNotifier)
    expect(story.do(() => [added!.disable(), added!.remove(), added!.getRetainCount()]))
      .toEqual([false, undefined, 1])
    expect(story.instances(story.do(() => IOService.metaClass))).toBeGreaterThan(0)
  })

  it('of unknown type are not made; interest says why', () => {
    const story = new Story()
    const nub = story.nub()
    story.do(() => {
      expect(IOService.addMatchingNotification('Nothing', table(), () => true)).toBe(null)
      const result = { value: 0 }
      expect(nub.registerInterest('Nothing', () => 0, result)).toBe(null)
      expect(result.value).toBe(kIOReturnBadArgument)
      nub.terminate()
      expect(nub.registerInterest('IOGeneralInterest', () => 0, result)).toBe(null)
      expect(result.value).toBe(kIOReturnNotReady)
    })
  })

  it('wait for a service that comes later, or give up', () => {
    const story = new Story()
    expect(story.thread(() => IOService.waitForMatchingService(table(), 1e9), 2e9)).toBe(null)
    story.do(() => scheduler().spawn('late', (function* (): KernelThread {
      scheduler().assertWait(new WaitQueue(), scheduler().nowNs + 1e9)
      yield
      const nub = newNub({ IOName: 'late' })
      nub.attach(story.root)
      nub.registerService()
      nub.release()
    })()))
    expect(story.thread(() => IOService.waitForMatchingService(table()))!.getName()).toBe('late')
  })

  it('bring general interest to all who asked, until they are removed', () => {
    const story = new Story()
    const nub = story.nub()
    const heard: number[] = []
    const notifier = story.do(() => nub.registerInterest('IOGeneralInterest', (type) => {
      heard.push(type)
      return kIOReturnBadArgument
    })!)
    expect(story.thread(() => nub.messageClients(0xe0001234))).toBe(kIOReturnBadArgument)
    story.do(() => notifier.remove())
    expect(story.thread(() => nub.messageClients(0xe0001234))).toBe(kIOReturnSuccess)
    expect(heard).toEqual([0xe0001234])
  })
})

describe('a panic in a driver', () => {
  it('carries the frames from the config thread down to the driver', () => {
    const story = new Story()
    story.do(() => registerClasses('com.example.bad', [BadDriver.metaClass]))
    story.personalities([{ IOClass: 'BadDriver' }], false)
    let caught: unknown
    try {
      story.nub()
    } catch (fault) {
      caught = fault
    }
    expect(caught).toBeInstanceOf(KernelPanic)
    expect((caught as KernelPanic).frames.map(({ bundle, symbol }) => `${bundle} ${symbol}`)).toEqual([
      'com.example.bad BadDriver::start(IOService*)', '__kernel__ IOService::startCandidate(IOService*)',
      '__kernel__ IOService::probeCandidates(OSOrderedSet*)', '__kernel__ IOService::doServiceMatch(unsigned int)',
      '__kernel__ _IOConfigThread::main(void*, int)',
    ])
  })
})

class BadDriver extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('BadDriver', BadDriver, IOService)

  override start(): boolean {
    panic('"out of luck"')
  }
}

/** Closes its provider a second after it was asked. */
class SlowCloser extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('SlowCloser', SlowCloser, IOService)

  override *message(type: number, provider: IOService | null): KernelThread<number> {
    if (type !== kIOMessageServiceIsRequestingClose) return 0
    scheduler().assertWait(new WaitQueue(), scheduler().nowNs + 1e9)
    yield
    provider!.close(this)
    IOLog('closed\n')
    return 0
  }
}
