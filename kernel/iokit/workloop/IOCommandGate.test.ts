import { describe, expect, it } from 'vitest'
import { inWorld, anOwner as owner, type Story } from '../../../test/support/workLoopStory.ts'
import {
  kIOReturnAborted, kIOReturnBadArgument, kIOReturnCannotLock, kIOReturnNotPermitted, kIOReturnNotReady,
  kIOReturnSuccess, type IOReturn,
} from '../../abi/index.ts'
import { msgbufText } from '../../mach/index.ts'
import { THREAD_INTERRUPTED, THREAD_TIMED_OUT, type KernelThread } from '../../sim/index.ts'
import { IOCommandGate, IOCommandPool, IOInterruptEventSource, IOWorkLoop } from './index.ts'

interface GateStory extends Story {
  readonly loop: IOWorkLoop
  readonly gate: IOCommandGate
}

/** A story with a loop and a gate in it. */
function withGate(body: (story: GateStory) => KernelThread): void {
  inWorld(function* (story) {
    const loop = IOWorkLoop.workLoop()
    const gate = IOCommandGate.commandGate(owner())
    loop.addEventSource(gate)
    yield* body({ ...story, loop, gate })
  })
}

const succeed = (): IOReturn => kIOReturnSuccess

describe('IOCommandGate', () => {
  it('sleeps inside an action with the gate open, and holds it again afterwards, as deep as before', () => {
    const log: string[] = []
    withGate(function* ({ spawn, loop, gate }) {
      spawn(loop.runAction(function* () {
        yield* gate.runAction(function* () {
          log.push('sleeps')
          const result = yield* gate.commandSleep('event')
          log.push(`woken ${result} ${loop.inGate()}`)
          return kIOReturnSuccess
        })
        log.push(`outer ${loop.inGate()}`)
      }))
      yield
      yield
      expect(gate.attemptAction(succeed)).toBe(kIOReturnSuccess)
      gate.commandWakeup('event')
      log.push('wakes')
    })
    expect(log).toEqual(['sleeps', 'wakes', 'woken 0 true', 'outer true'])
  })

  it('tells in attemptAction why it does not run: no action, no loop, someone inside, disabled', () => {
    const answers: IOReturn[] = []
    withGate(function* ({ spawn, loop, gate }) {
      answers.push(gate.attemptAction(null), IOCommandGate.commandGate(owner()).attemptAction(succeed))
      yield* loop.closeGate()
      spawn((function* () {
        answers.push(gate.attemptAction(succeed))
      })())
      yield
      gate.disable()
      answers.push(gate.attemptAction(succeed))
      loop.openGate()
    })
    expect(answers)
      .toEqual([kIOReturnBadArgument, kIOReturnNotReady, kIOReturnCannotLock, kIOReturnNotPermitted])
  })

  it('makes actions wait while it is disabled, but not those of its own loop', () => {
    const log: string[] = []
    withGate(function* ({ spawn, sleepMs, loop, gate, nowMs }) {
      const source = IOInterruptEventSource.interruptEventSource(owner(), function* () {
        yield* gate.runAction(() => {
          log.push(`own thread at ${nowMs()}`)
          return kIOReturnSuccess
        })
      })!
      loop.addEventSource(source)
      yield* loop.runAction(() => gate.disable())
      spawn((function* () {
        const result = yield* gate.runAction(() => 7)
        log.push(`other thread ${result} at ${nowMs()}`)
      })())
      yield* sleepMs(10)
      source.signalInterrupt()
      yield* sleepMs(10)
      gate.enable()
    })
    expect(log).toEqual(['own thread at 10', 'other thread 7 at 20'])
  })

  it('aborts actions that wait for it when it is taken away, or when they are interrupted', () => {
    const results: string[] = []
    withGate(function* ({ spawn, sleepMs, loop, gate, world }) {
      yield* loop.runAction(() => gate.disable())
      const waiting = (name: string) => spawn((function* () {
        results.push(`${name} ${(yield* gate.runAction(succeed)) === kIOReturnAborted}`)
      })())
      const first = waiting('interrupted')
      waiting('removed')
      yield* sleepMs(1)
      world.scheduler.interrupt(first)
      yield* sleepMs(1)
      loop.removeEventSource(gate)
      yield* sleepMs(1)
      results.push(`then ${(yield* gate.runAction(succeed)) === kIOReturnNotReady}`)
    })
    expect(results).toEqual(['interrupted true', 'removed true', 'then true'])
  })

  it('stays in its loop until the last action is through when it is taken away meanwhile', () => {
    const log: unknown[] = []
    withGate(function* ({ spawn, sleepMs, loop, gate }) {
      spawn((function* () {
        log.push(yield* gate.runAction(function* () {
          yield* gate.commandSleep('event')
          log.push(gate.getWorkLoop() === loop)
          return 5
        }))
      })())
      yield* sleepMs(1)
      loop.removeEventSource(gate)
      gate.commandWakeup('event')
      yield* sleepMs(1)
      log.push(gate.getWorkLoop())
    })
    expect(log).toEqual([true, 5, null])
  })

  it('ends commandSleep at its deadline or by an interruption, if it allows one', () => {
    const results: number[] = []
    withGate(function* ({ spawn, sleepMs, gate, world, nowMs }) {
      const sleeping = (deadlineNs: number, interruptible: boolean) => spawn((function* () {
        yield* gate.runAction(function* () {
          results.push(yield* gate.commandSleep('never', deadlineNs, interruptible), nowMs())
          return kIOReturnSuccess
        })
      })())
      const threads = [sleeping(5e6, false), sleeping(Infinity, true)]
      yield* sleepMs(1)
      for (const thread of threads) world.scheduler.interrupt(thread)
    })
    expect(results).toEqual([THREAD_INTERRUPTED, 1, THREAD_TIMED_OUT, 5])
  })

  it('wakes sleepers of an object through the gate of any loop, of a text only in its own', () => {
    const log: string[] = []
    withGate(function* ({ spawn, sleepMs, gate }) {
      const other = IOCommandGate.commandGate(owner())
      IOWorkLoop.workLoop().addEventSource(other)
      const address = {}
      for (const event of [address, 'text']) {
        spawn((function* () {
          yield* gate.runAction(function* () {
            yield* gate.commandSleep(event)
            log.push(typeof event)
            return kIOReturnSuccess
          })
        })())
      }
      yield* sleepMs(1)
      for (const event of [address, 'text']) other.commandWakeup(event)
      yield* sleepMs(1)
      gate.commandWakeup('text', true)
    })
    expect(log).toEqual(['object', 'string'])
  })

  it('runs its own action by runCommand and attemptCommand', () => {
    const log: unknown[] = []
    withGate(function* ({ gate }) {
      log.push(yield* gate.runCommand(1))
      gate.setAction((...args) => {
        log.push(args)
        return 9
      })
      log.push(yield* gate.runCommand('a', 'b'), gate.attemptCommand('c'))
    })
    expect(log).toEqual([kIOReturnBadArgument, ['a', 'b'], ['c'], 9, 9])
  })

  it('says so when it is disabled outside the gate', () => {
    withGate(function* ({ gate }) {
      gate.disable()
      expect(msgbufText()).toContain('IOCommandGate::disable() called when not gated')
    })
  })

  it('panics on commandSleep without the gate', () => {
    expect(() => withGate(function* ({ gate }) {
      yield* gate.commandSleep('event')
    })).toThrow('invalid commandSleep while not holding the gate')
  })
})

describe('xnu 66', () => {
  it('a new gate: it is added, and a block runs inside the gate and its value comes back', () => {
    inWorld(function* () {
      const loop = IOWorkLoop.workLoop()
      const gate = IOCommandGate.commandGate(owner())
      expect(loop.addEventSource(gate)).toBe(kIOReturnSuccess)
      let inGate = false
      const result = yield* gate.runActionBlock(() => {
        inGate = loop.inGate()
        return 99
      })
      expect([result, inGate, loop.inGate()]).toEqual([99, true, false])
    })
  })
})

describe('IOCommandPool', () => {
  it('hands out the last returned first and makes takers wait, in their order', () => {
    const log: unknown[] = []
    inWorld(function* ({ spawn }) {
      const loop = IOWorkLoop.workLoop()
      const pool = IOCommandPool.withWorkLoop<{ id: number }>(loop)
      pool.returnCommand({ id: 1 })
      pool.returnCommand({ id: 2 })
      log.push((yield* pool.getCommand())!.id, (yield* pool.getCommand())!.id, yield* pool.getCommand(false))
      for (const name of ['first', 'second']) {
        spawn((function* () {
          log.push(name, (yield* pool.getCommand())!.id)
        })())
      }
      yield
      yield
      pool.returnCommand({ id: 3 })
      pool.returnCommand({ id: 4 })
    })
    expect(log).toEqual([2, 1, null, 'first', 4, 'second', 3])
  })

  it('takes its gate out of the loop when it is freed', () => {
    inWorld(function* () {
      const loop = IOWorkLoop.workLoop()
      const pool = IOCommandPool.withWorkLoop(loop)
      pool.release()
      expect(pool.isFreed()).toBe(true)
    })
  })
})
