import { describe, expect, it } from 'vitest'
import { kIOReturnCannotLock, kIOReturnSuccess } from '../../abi/index.ts'
import { OSDictionary, type OSObject } from '../../libkern/index.ts'
import { KernelPanic } from '../../mach/index.ts'
import { Simulation, type KernelThread } from '../../sim/index.ts'
import { IOCommandGate, IOCommandPool, IOInterruptEventSource, IOTimerEventSource, IOWorkLoop } from './index.ts'

/** Runs `body` as a thread of a fresh world until nothing is left to do. */
function inWorld(body: (spawn: (other: KernelThread) => void, now: () => number) => KernelThread): Simulation {
  const world = new Simulation(1)
  world.enter(() => {
    const { scheduler } = world
    scheduler.spawn('test', body((other) => void scheduler.spawn('other', other), () => scheduler.nowNs))
    scheduler.run(60e9, 100_000)
  })
  return world
}

const owner = (): OSObject => OSDictionary.withCapacity(1)

describe('IOWorkLoop', () => {
  it('serves sources in the order in which they were added, once per signal however often it came', () => {
    const log: string[] = []
    inWorld(function* () {
      const loop = IOWorkLoop.workLoop()
      const made = ['a', 'b', 'c'].map((name) =>
        IOInterruptEventSource.interruptEventSource(owner(), (_owner, _sender, count) => void log.push(`${name}${count}`))!)
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
    inWorld(function* (spawn) {
      const loop = IOWorkLoop.workLoop()
      yield* loop.closeGate()
      yield* loop.closeGate()
      spawn((function* () {
        yield* loop.runAction(() => void log.push('second'))
      })())
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

  it('ends its thread and lets go of its sources when it is freed', () => {
    const world = inWorld(function* () {
      const loop = IOWorkLoop.workLoop()
      const source = IOInterruptEventSource.interruptEventSource(owner(), () => {})!
      loop.addEventSource(source)
      expect(source.getRetainCount()).toBe(2)
      yield
      loop.release()
      expect(source.getRetainCount()).toBe(1)
      yield
    })
    expect(world.scheduler.threads.size).toBe(0)
  })
})

describe('IOCommandGate', () => {
  it('sleeps inside an action with the gate open, and holds it again afterwards', () => {
    const log: string[] = []
    inWorld(function* (spawn) {
      const loop = IOWorkLoop.workLoop()
      const gate = IOCommandGate.commandGate(owner())
      loop.addEventSource(gate)
      spawn((function* () {
        yield* gate.runAction(function* () {
          log.push('sleeps')
          const result = yield* gate.commandSleep('event')
          log.push(`woken ${result} ${loop.inGate()}`)
          return kIOReturnSuccess
        })
      })())
      yield
      yield
      expect(gate.attemptAction(() => kIOReturnSuccess)).toBe(kIOReturnSuccess)
      gate.commandWakeup('event')
      log.push('wakes')
    })
    expect(log).toEqual(['sleeps', 'wakes', 'woken 0 true'])
  })

  it('gives up in attemptAction while another thread is inside', () => {
    let answer = 0
    inWorld(function* (spawn) {
      const loop = IOWorkLoop.workLoop()
      const gate = IOCommandGate.commandGate(owner())
      loop.addEventSource(gate)
      yield* loop.closeGate()
      spawn((function* () {
        answer = gate.attemptAction(() => kIOReturnSuccess)
        yield
      })())
      yield
      yield
      loop.openGate()
    })
    expect(answer).toBe(kIOReturnCannotLock)
  })

  it('panics on commandSleep without the gate', () => {
    expect(() => inWorld(function* () {
      const gate = IOCommandGate.commandGate(owner())
      IOWorkLoop.workLoop().addEventSource(gate)
      yield* gate.commandSleep('event')
    })).toThrow(KernelPanic)
  })
})

describe('IOTimerEventSource', () => {
  it('fires at its deadline, and again at once when it is disabled and enabled after that', () => {
    const fired: number[] = []
    inWorld(function* (_spawn, now) {
      const loop = IOWorkLoop.workLoop()
      const timer = IOTimerEventSource.timerEventSource(owner(), () => void fired.push(Math.floor(now() / 1e6)))
      loop.addEventSource(timer)
      timer.setTimeoutMS(5)
      const pause = IOCommandGate.commandGate(owner())
      loop.addEventSource(pause)
      yield* loop.closeGate()
      yield* pause.commandSleep('never', now() + 8e6)
      timer.disable()
      timer.enable()
      loop.openGate()
    })
    expect(fired).toEqual([5, 8])
  })

  it('does not fire once cancelled', () => {
    let fired = 0
    inWorld(function* () {
      const loop = IOWorkLoop.workLoop()
      const timer = IOTimerEventSource.timerEventSource(owner(), () => void fired++)
      loop.addEventSource(timer)
      timer.setTimeoutUS(10)
      timer.cancelTimeout()
      yield
    })
    expect(fired).toBe(0)
  })
})

describe('IOCommandPool', () => {
  it('hands out the last returned first and makes takers wait', () => {
    const log: unknown[] = []
    inWorld(function* (spawn) {
      const loop = IOWorkLoop.workLoop()
      const pool = IOCommandPool.withWorkLoop<{ id: number }>(loop)
      pool.returnCommand({ id: 1 })
      pool.returnCommand({ id: 2 })
      log.push((yield* pool.getCommand())!.id, (yield* pool.getCommand())!.id, yield* pool.getCommand(false))
      spawn((function* () {
        log.push((yield* pool.getCommand())!.id)
      })())
      yield
      yield
      pool.returnCommand({ id: 3 })
    })
    expect(log).toEqual([2, 1, null, 3])
  })
})
