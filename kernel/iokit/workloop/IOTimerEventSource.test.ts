import { describe, expect, it } from 'vitest'
import { inWorld, anOwner as owner, type Story } from '../../../test/support/workLoopStory.ts'
import { kIOReturnNoResources, kIOReturnSuccess } from '../../abi/index.ts'
import { currentFrames } from '../../mach/index.ts'
import type { KernelThread } from '../../sim/index.ts'
import { IOTimerEventSource, IOWorkLoop } from './index.ts'

interface TimerStory extends Story {
  readonly loop: IOWorkLoop
  readonly timer: IOTimerEventSource
  /** Milliseconds at which the action ran. */
  readonly fired: number[]
}

/** A story with a loop and a timer of one kind, not in the loop at first. */
function withTimer(options: number, body: (story: TimerStory) => KernelThread): number[] {
  const fired: number[] = []
  inWorld(function* (story) {
    const loop = IOWorkLoop.workLoop()
    const timer = IOTimerEventSource.timerEventSource(options, owner(), () => void fired.push(story.nowMs()))!
    yield* body({ ...story, loop, timer, fired })
  })
  return fired
}

const KINDS = [
  ['high', 0], ['kernel-high', 1], ['kernel', 2], ['user', 3], ['low', 4], ['WorkLoop', 0xff],
] as const

describe.each(KINDS)('a timer of kind %s', (_name, options) => {
  it('fires at its deadline, at once when enabled after that, not when cancelled (worked example 7)', () => {
    expect(withTimer(options, function* ({ loop, timer, sleepMs }) {
      loop.addEventSource(timer)
      timer.setTimeoutMS(10)
      yield* sleepMs(20)
      timer.disable()
      yield* sleepMs(30)
      timer.enable()
      yield* sleepMs(10)
      timer.cancelTimeout()
      yield* sleepMs(10)
      timer.enable()
      yield* sleepMs(10)
    })).toEqual([10, 50])
  })

  it('counts from when it was set, also when it comes into its loop later (worked example 7)', () => {
    expect(withTimer(options, function* ({ loop, timer, sleepMs }) {
      expect(timer.setTimeoutMS(10)).toBe(kIOReturnSuccess)
      yield* sleepMs(5)
      loop.addEventSource(timer)
    })).toEqual([10])
  })

  it('is moved by a later setting, and does not fire once cancelled or taken away', () => {
    expect(withTimer(options, function* ({ loop, timer, sleepMs }) {
      loop.addEventSource(timer)
      timer.setTimeoutMS(5)
      timer.wakeAtTimeMS(8)
      yield* sleepMs(10)
      timer.setTimeoutUS(1000)
      timer.cancelTimeout()
      yield* sleepMs(10)
      timer.setTimeoutTicks(1)
      loop.removeEventSource(timer)
      yield* sleepMs(20)
    })).toEqual([8])
  })

  it('waits for the gate, and a cancellation while it waits still counts', () => {
    expect(withTimer(options, function* ({ loop, timer, sleepMs, fired }) {
      loop.addEventSource(timer)
      timer.setTimeoutMS(5)
      yield* loop.runAction(() => sleepMs(9))
      yield* sleepMs(1)
      expect(fired).toEqual([9])
      timer.setTimeoutMS(1)
      yield* loop.runAction(function* () {
        yield* sleepMs(3)
        timer.cancelTimeout()
      })
      yield* sleepMs(3)
    })).toEqual([9])
  })

  it('may be set again by its own action', () => {
    const fired: number[] = []
    inWorld(function* ({ nowMs, sleepMs }) {
      const loop = IOWorkLoop.workLoop()
      const timer = IOTimerEventSource.timerEventSource(options, owner(), (_owner, sender) => {
        expect(loop.inGate()).toBe(true)
        fired.push(nowMs())
        if (fired.length < 3) sender.setTimeoutMS(2)
      })!
      loop.addEventSource(timer)
      timer.setTimeoutMS(2)
      yield* sleepMs(20)
    })
    expect(fired).toEqual([2, 4, 6])
  })
})

describe('IOTimerEventSource', () => {
  it('does not exist in kinds that the kernel does not know', () => {
    inWorld(function* () {
      const made = (options: number): boolean =>
        IOTimerEventSource.timerEventSource(options, owner(), () => {}) !== null
      expect([5, 0xfe, 0x1ff, 0x101, 0x100].map(made)).toEqual([false, false, false, true, true])
    })
  })

  it('has no use for a time without an action', () => {
    inWorld(function* () {
      const timer = IOTimerEventSource.timerEventSource(owner(), null)
      expect(timer.setTimeoutMS(1)).toBe(kIOReturnNoResources)
      timer.enable()
      expect(timer.isEnabled()).toBe(false)
    })
  })

  it('keeps itself and its loop alive while a thread call waits, and no longer', () => {
    withTimer(1, function* ({ loop, timer, sleepMs }) {
      loop.addEventSource(timer)
      const counts = (): number[] => [timer.getRetainCount(), loop.getRetainCount()]
      const idle = counts()
      timer.setTimeoutMS(1)
      timer.setTimeoutMS(2)
      expect(counts()).toEqual([idle[0]! + 1, idle[1]! + 1])
      yield* sleepMs(3)
      expect(counts()).toEqual(idle)
      timer.setTimeoutMS(2)
      timer.disable()
      expect(counts()).toEqual(idle)
    })
  })

  it('runs its action on a thread call, or on the loop by name: the call stack tells', () => {
    const stacks: string[][] = []
    inWorld(function* ({ sleepMs }) {
      const loop = IOWorkLoop.workLoop()
      for (const options of [1, 0xff]) {
        const timer = IOTimerEventSource.timerEventSource(options, owner(), () => {
          stacks.push(currentFrames().slice(1).map(({ symbol }) => symbol))
        })!
        loop.addEventSource(timer)
        timer.setTimeoutMS(1)
      }
      yield* sleepMs(5)
    })
    expect(stacks.toSorted((a, b) => a.length - b.length)).toEqual([
      ['IOTimerEventSource::timeoutAndRelease(void*, void*)'],
      ['IOTimerEventSource::checkForWork()', 'IOWorkLoop::runEventSources()', 'IOWorkLoop::threadMain()'],
    ])
  })

  it('does not hold up other timers of its group while its action sleeps', () => {
    const log: string[] = []
    inWorld(function* ({ sleepMs, nowMs }) {
      for (const [name, ms] of [['slow', 1], ['quick', 2]] as const) {
        const loop = IOWorkLoop.workLoop()
        const timer = IOTimerEventSource.timerEventSource(owner(), function* () {
          if (name === 'slow') yield* sleepMs(10)
          log.push(`${name} ${nowMs()}`)
        })
        loop.addEventSource(timer)
        timer.setTimeoutMS(ms)
      }
      yield* sleepMs(20)
    })
    expect(log).toEqual(['quick 2', 'slow 11'])
  })
})
