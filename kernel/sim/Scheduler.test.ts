import { describe, expect, it } from 'vitest'
import { Scheduler, THREAD_AWAKENED, THREAD_INTERRUPTED, THREAD_TIMED_OUT, WaitQueue, type KernelThread } from './index.ts'

describe('Scheduler', () => {
  it('runs ready threads first in, first out', () => {
    const scheduler = new Scheduler()
    const log: string[] = []
    function* body(name: string): KernelThread {
      for (let i = 0; i < 3; i++) {
        log.push(name + i)
        yield
      }
    }
    scheduler.spawn('a', body('a'))
    scheduler.spawn('b', body('b'))
    scheduler.run(1e9, 100)
    expect(log).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2'])
    expect(scheduler.threads.size).toBe(0)
  })

  it('wakes sleepers in the order they went to sleep, and times out the rest at their deadline', () => {
    const scheduler = new Scheduler()
    const queue = new WaitQueue()
    const log: [string, number, number][] = []
    function* sleeper(name: string, deadline: number): KernelThread {
      scheduler.assertWait(queue, deadline)
      const result = yield
      log.push([name, result, scheduler.nowNs])
    }
    function* waker(): KernelThread {
      scheduler.wakeOne(queue)
      yield
    }
    scheduler.spawn('first', sleeper('first', 1_000_000))
    scheduler.spawn('second', sleeper('second', 500_000))
    scheduler.spawn('waker', waker())
    scheduler.run(2_000_000, 1000)
    expect(log.map(([name, result]) => [name, result])).toEqual([['first', THREAD_AWAKENED], ['second', THREAD_TIMED_OUT]])
    expect(log[1]![2]).toBeGreaterThanOrEqual(500_000)
  })

  it('does not lose a wakeup between assertWait and the yield', () => {
    const scheduler = new Scheduler()
    const queue = new WaitQueue()
    let woken = false
    function* body(): KernelThread {
      scheduler.assertWait(queue)
      scheduler.wakeAll(queue)
      woken = (yield) === THREAD_AWAKENED
    }
    scheduler.spawn('t', body())
    scheduler.run(1e6, 100)
    expect(woken).toBe(true)
  })

  it('interrupts only interruptible waits', () => {
    const scheduler = new Scheduler()
    const queue = new WaitQueue()
    const results: number[] = []
    function* body(interruptible: boolean): KernelThread {
      scheduler.assertWait(queue, Infinity, interruptible)
      results.push(yield)
    }
    const soft = scheduler.spawn('soft', body(true))
    const hard = scheduler.spawn('hard', body(false))
    scheduler.run(1e6, 100)
    scheduler.interrupt(soft)
    scheduler.interrupt(hard)
    scheduler.run(2e6, 100)
    expect(results).toEqual([THREAD_INTERRUPTED])
    expect(hard.state).toBe('waiting')
  })

  it('gives the same digest for the same story however it is sliced', () => {
    const digestOf = (slice: number): string => {
      const scheduler = new Scheduler()
      const queue = new WaitQueue()
      function* ticker(period: number): KernelThread {
        for (let i = 0; i < 200; i++) {
          scheduler.assertWait(queue, scheduler.nowNs + period)
          yield
        }
      }
      scheduler.spawn('a', ticker(7_000))
      scheduler.spawn('b', ticker(11_000))
      while (scheduler.threads.size > 0) scheduler.run(scheduler.nowNs + 50_000, slice)
      return scheduler.trace.digest()
    }
    expect(digestOf(1)).toBe(digestOf(1_000_000))
  })
})

describe('an idle scheduler', () => {
  it('has nothing to do however long it may run', () => {
    const scheduler = new Scheduler()
    expect(scheduler.run(Infinity, 10)).toBe('time')
    expect(scheduler.nowNs).toBe(0)
    expect(scheduler.run(500, 10)).toBe('time')
    expect(scheduler.nowNs).toBe(500)
  })
})
