import { describe, expect, it } from 'vitest'
import { inWorld, anOwner as owner } from '../../../test/support/workLoopStory.ts'
import { kIOReturnBadArgument, kIOReturnSuccess } from '../../abi/index.ts'
import { KernelPanic, msgbufText } from '../../mach/index.ts'
import type { KernelThread } from '../../sim/index.ts'
import {
  IOCommandGate, IOCommandPool, IOEventSource, IOInterruptEventSource, IOTimerEventSource, IOWorkLoop,
  kTimeLockPanics,
} from './index.ts'

const software = (log: string[], name: string): IOInterruptEventSource =>
  IOInterruptEventSource.interruptEventSource(owner(), (_o, _s, count) => void log.push(`${name}${count}`))!

describe('IOWorkLoop', () => {
  it('serves sources in the order in which they were added, once per signal however often it came', () => {
    const log: string[] = []
    inWorld(function* () {
      const loop = IOWorkLoop.workLoop()
      const made = ['a', 'b', 'c'].map((name) => software(log, name))
      for (const source of made) loop.addEventSource(source)
      made[2]!.signalInterrupt()
      made[0]!.signalInterrupt()
      made[0]!.signalInterrupt()
      yield
    })
    expect(log).toEqual(['a2', 'c1'])
  })

  it('lets its thread back in through the gate, and keeps others out until it is open', () => {
    const log: string[] = []
    inWorld(function* ({ spawn }) {
      const loop = IOWorkLoop.workLoop()
      yield* loop.closeGate()
      yield* loop.closeGate()
      spawn(loop.runAction(() => void log.push('second')))
      yield
      yield
      log.push('first')
      loop.openGate()
      yield
      log.push('still first')
      loop.openGate()
    })
    expect(log).toEqual(['first', 'still first', 'second'])
  })

  it('starts its scan again when an action adds a source, and asks a source that says so once more', () => {
    const log: string[] = []
    inWorld(function* () {
      const loop = IOWorkLoop.workLoop()
      const late = software(log, 'late')
      const first = IOInterruptEventSource.interruptEventSource(owner(), () => {
        log.push('first')
        loop.addEventSource(late)
        late.signalInterrupt()
      })!
      const second = software(log, 'second')
      class Stubborn extends IOEventSource {
        private left = 2
        override checkForWork(): boolean {
          log.push('stubborn')
          return --this.left > 0
        }
      }
      for (const source of [first, second, new Stubborn(owner())]) loop.addEventSource(source)
      second.signalInterrupt()
      first.signalInterrupt()
      yield
    })
    expect(log).toEqual(['first', 'second1', 'stubborn', 'late1', 'stubborn'])
  })

  it('asks only sources that have work of their own, or say that they are active', () => {
    const asked: string[] = []
    class Own extends IOEventSource {
      override checkForWork(): boolean {
        asked.push('own')
        return false
      }
    }
    class Quiet extends Own {
      protected override flags = 1
    }
    inWorld(function* () {
      const loop = IOWorkLoop.workLoop()
      const sources = [new Own(owner()), new Quiet(owner()), IOCommandGate.commandGate(owner())]
      expect(sources.map((source) => source.performsWork())).toEqual([true, false, false])
      for (const source of sources) loop.addEventSource(source)
      loop.signalWorkAvailable()
      yield
    })
    expect(asked).toEqual(['own'])
  })

  it('leaves an attached source alone, and does not take away the source of another loop', () => {
    inWorld(function* () {
      const [loop, other] = [IOWorkLoop.workLoop(), IOWorkLoop.workLoop()]
      const source = software([], 'a')
      expect(loop.removeEventSource(source)).toBe(kIOReturnSuccess)
      expect([loop.addEventSource(source), loop.addEventSource(source), other.addEventSource(source)])
        .toEqual([kIOReturnSuccess, kIOReturnSuccess, kIOReturnSuccess])
      expect([source.getWorkLoop(), source.getRetainCount()]).toEqual([loop, 2])
      expect(other.removeEventSource(source)).toBe(kIOReturnBadArgument)
      expect(loop.removeEventSource(source)).toBe(kIOReturnSuccess)
      expect([source.getWorkLoop(), source.getRetainCount()]).toEqual([null, 1])
    })
  })

  it('enables and disables all of its sources, or its interrupts alone', () => {
    inWorld(function* () {
      const loop = IOWorkLoop.workLoop()
      const timer = IOTimerEventSource.timerEventSource(owner(), () => {})
      const gate = IOCommandGate.commandGate(owner())
      for (const source of [timer, gate]) loop.addEventSource(source)
      yield* loop.runAction(() => loop.disableAllEventSources())
      expect([timer.isEnabled(), gate.isEnabled()]).toEqual([false, false])
      loop.enableAllInterrupts()
      expect([timer.isEnabled(), gate.isEnabled()]).toEqual([false, false])
      loop.enableAllEventSources()
      expect([timer.isEnabled(), gate.isEnabled()]).toEqual([true, true])
    })
  })

  it('names its thread after the first owner that is not a command pool', () => {
    inWorld(function* () {
      const loop = IOWorkLoop.workLoop()
      const pool = IOCommandPool.withWorkLoop(loop)
      loop.addEventSource(IOCommandGate.commandGate(owner()))
      expect(loop.getThread()!.name).toBe('OSDictionary')
      pool.release()
    })
  })

  it('ends its thread and lets go of its sources when it is freed', () => {
    const world = inWorld(function* () {
      const loop = IOWorkLoop.workLoop()
      const source = software([], 'a')
      loop.addEventSource(source)
      expect(source.getRetainCount()).toBe(2)
      yield
      loop.release()
      yield
      expect(source.getRetainCount()).toBe(1)
      expect(source.getWorkLoop()).toBeNull()
    })
    expect(world.scheduler.threads.size).toBe(0)
  })

  it('tells of a gate that was held too long, or panics over it', () => {
    const held = (options: number) => inWorld(function* ({ sleepMs, world }) {
      const loop = IOWorkLoop.workLoop()
      loop.setMaximumLockTime(2e6, options)
      yield* loop.runAction(() => sleepMs(1))
      expect(msgbufText()).toBe('')
      yield* loop.runAction(() => sleepMs(7))
      expect(world.enter(msgbufText)).toMatch(/IOWorkLoop 0xfffffe1b4d2a8000 lock time 7\d\d\d us\n$/u)
    })
    held(0)
    expect(() => held(kTimeLockPanics)).toThrow(/^IOWorkLoop 0xfffffe1b4d2a8000 lock time 7\d\d\d us$/u)
  })

  it('panics when the gate is opened by one who does not hold it', () => {
    expect(() => inWorld(function* () {
      IOWorkLoop.workLoop().openGate()
    })).toThrow(/^Mutex 0x[0-9a-f]{16} is unexpectedly not owned by thread 0x[0-9a-f]{16}$/u)
  })

  it('panics when the gate is closed at interrupt level, as the kernel does', () => {
    const atInterruptLevel = (isHeld: boolean) => inWorld(function* ({ world, sleepMs }): KernelThread {
      const loop = IOWorkLoop.workLoop()
      world.scheduler.events.schedule({ queueSlot: -1, fire: () => void loop.tryCloseGate() }, 5e5)
      if (isHeld) yield* loop.runAction(() => sleepMs(1))
    })
    expect(() => atInterruptLevel(false)).toThrow(/^Attempt to take mutex 0x[0-9a-f]{16} in IRQ context$/u)
    expect(() => atInterruptLevel(true)).toThrow(
      'thread_invoke: preemption_level 1, possible cause: blocking while holding a spinlock, or within interrupt '
      + 'context',
    )
    expect(() => atInterruptLevel(true)).toThrow(KernelPanic)
  })
})

describe('xnu IOWorkLoopTest', () => {
  it('(a) a WorkLoop timer that is set over and over, then cancelled and removed', () => {
    let fired = 0
    inWorld(function* ({ world, sleepMs }) {
      const loop = IOWorkLoop.workLoop()
      const timer = IOTimerEventSource.timerEventSource(0xff, owner(), () => void fired++)!
      expect(loop.addEventSource(timer)).toBe(kIOReturnSuccess)
      for (let i = 0; i < 2000; i++) {
        expect(timer.setTimeout(world.random.below(1024))).toBe(kIOReturnSuccess)
        if (i % 7 === 0) yield
      }
      yield* sleepMs(1)
      timer.cancelTimeout()
      expect(loop.removeEventSource(timer)).toBe(kIOReturnSuccess)
      const before = fired
      yield* sleepMs(10)
      expect(fired).toBe(before)
    })
    expect(fired).toBeGreaterThan(100)
  })

  it('(b) a timer of the default kind fires within a millisecond of one nanosecond', () => {
    let firedNs = 0
    inWorld(function* ({ world, sleepMs }) {
      const loop = IOWorkLoop.workLoop()
      const timer = IOTimerEventSource.timerEventSource(owner(), () => void (firedNs = world.scheduler.nowNs))
      expect(loop.addEventSource(timer)).toBe(kIOReturnSuccess)
      const start = world.scheduler.nowNs
      expect(timer.setTimeout(1)).toBe(kIOReturnSuccess)
      yield* sleepMs(1)
      expect(firedNs).toBeGreaterThan(start)
      expect(firedNs).toBeLessThan(start + 1e6)
      timer.cancelTimeout()
      expect(loop.removeEventSource(timer)).toBe(kIOReturnSuccess)
    })
  })

  it('(c) an interrupt source without provider: each call wakes the action with a count', () => {
    const counts: number[] = []
    inWorld(function* ({ sleepMs }) {
      const loop = IOWorkLoop.workLoop()
      const action = (_owner: unknown, _sender: unknown, count: number): void => void counts.push(count)
      const source = IOInterruptEventSource.interruptEventSource(owner(), action)!
      expect(loop.addEventSource(source)).toBe(kIOReturnSuccess)
      source.interruptOccurred(null, 0)
      yield* sleepMs(1)
      source.interruptOccurred(null, 0)
      yield* sleepMs(1)
      expect(loop.removeEventSource(source)).toBe(kIOReturnSuccess)
    })
    expect(counts).toEqual([1, 1])
  })
})

describe('xnu TestDevice testWorkLoop', () => {
  it('four producers command through a gate while an interrupt comes every 100 ms: all are counted', () => {
    let [commands, interrupts] = [0, 0]
    inWorld(function* ({ spawn, sleepMs }) {
      const loop = IOWorkLoop.workLoop()
      const gate = IOCommandGate.commandGate(owner())
      const action = (_owner: unknown, _sender: unknown, count: number): void => void (interrupts += count)
      const source = IOInterruptEventSource.interruptEventSource(owner(), action)!
      for (const made of [gate, source]) loop.addEventSource(made)
      for (let producer = 0; producer < 4; producer++) {
        spawn((function* () {
          for (let i = 0; i < 50; i++) {
            yield* gate.runAction(() => {
              commands++
              return kIOReturnSuccess
            })
            yield* sleepMs(3 + producer)
          }
        })())
      }
      for (let i = 0; i < 5; i++) {
        yield* sleepMs(100)
        source.interruptOccurred(null, 0)
      }
    })
    expect([commands, interrupts]).toEqual([200, 5])
  })
})
