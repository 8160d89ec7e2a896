import { expect, test } from 'vitest'
import { Simulation, THREAD_AWAKENED, THREAD_INTERRUPTED, type KernelThread, type Thread } from '../../sim/index.ts'
import { IOConditionLock } from './IOConditionLock.ts'

/** A world with a lock, threads by name, and what they did in order. */
function story(interruptible = true) {
  const world = new Simulation(1)
  const told: string[] = []
  const lock = world.enter(() => IOConditionLock.withCondition(0, interruptible)!)
  const thread = (name: string, body: () => KernelThread): Thread => world.enter(() => world.scheduler.spawn(name, body()))
  return { lock, told, thread, run: () => world.enter(() => void world.scheduler.run(world.scheduler.nowNs + 1e9, 1000)), world }
}

test('whoever waits for a number gets the lock when it is set, the others wait on', () => {
  const { lock, told, thread, run } = story()
  for (const wanted of [2, 1]) {
    thread(`wants ${wanted}`, function* () {
      expect(yield* lock.lockWhen(wanted)).toBe(THREAD_AWAKENED)
      told.push(`got ${wanted}`)
      lock.unlockWith(wanted + 1)
    })
  }
  run()
  expect(told).toEqual([])
  thread('sets 1', function* () {
    yield* lock.lock()
    told.push(`was ${lock.setCondition(1)}`)
    lock.unlock()
  })
  run()
  expect(told).toEqual(['was 0', 'got 1', 'got 2'])
  expect(lock.getCondition()).toBe(3)
})

test('a lock that is held is waited for, or tried in vain', () => {
  const { lock, told, thread, run } = story()
  expect([lock.tryLock(), lock.tryLock()]).toEqual([true, false])
  thread('waits', function* () {
    yield* lock.lock()
    told.push('has it')
  })
  run()
  expect(told).toEqual([])
  thread('gives it back', function* () {
    lock.unlock()
    yield
  })
  run()
  expect(told).toEqual(['has it'])
})

test('a wait that may be interrupted ends without the lock; one that may not goes on', () => {
  for (const interruptible of [true, false]) {
    const { lock, told, thread, run, world } = story(interruptible)
    expect(lock.getInterruptible()).toBe(interruptible)
    lock.tryLock()
    const waiter = thread('waits', function* () {
      told.push(String(yield* lock.lock()))
    })
    run()
    world.enter(() => world.scheduler.interrupt(waiter))
    run()
    expect(told).toEqual(interruptible ? [String(THREAD_INTERRUPTED)] : [])
    expect(lock.tryLock()).toBe(false)
  }
})
