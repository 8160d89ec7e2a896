import { expect, it } from 'vitest'
import {
  KERN_INVALID_ARGUMENT, KERN_INVALID_CAPABILITY, KERN_OPERATION_TIMED_OUT, KERN_SUCCESS, KERN_TERMINATED,
} from '../abi/kern_return.ts'
import { Simulation, type KernelThread } from '../sim/index.ts'
import { copyoutRight } from './ipc/copyin.ts'
import { MACH_MSG_TYPE_MOVE_SEND } from './ipc/KernelMessage.ts'
import {
  convert_semaphore_to_port, semaphore_create, semaphore_destroy, semaphore_signal, semaphore_signal_all,
  semaphore_signal_trap, semaphore_timedwait, semaphore_wait, semaphore_wait_trap, SYNC_POLICY_FIFO,
  SYNC_POLICY_LIFO, type Semaphore,
} from './semaphore.ts'
import { kernel_task, task_create, task_terminate, thread_create, type Task } from './Task.ts'

interface Story {
  readonly task: Task
  readonly semaphore: Semaphore
  readonly heard: string[]
  waiter(name: string, body: KernelThread<number>): void
  run(): void
}

function story(value: number, tell: (story: Story) => void, policy = SYNC_POLICY_FIFO): string[] {
  const simulation = new Simulation(1)
  const { scheduler } = simulation
  const heard: string[] = []
  simulation.enter(() => {
    const task = task_create({ pid: 1, name: 'client' })
    const { semaphore } = semaphore_create(task, policy, value)
    const waiter = (name: string, body: KernelThread<number>): void => {
      thread_create(task, name, (function* () {
        heard.push(`${name} ${yield* body} at ${Math.round(scheduler.nowNs / 100_000) / 10}`)
      })())
    }
    const run = (): void => void scheduler.run(scheduler.nowNs + 1_000_000, 10_000)
    tell({ task, semaphore: semaphore!, heard, waiter, run })
  })
  return heard
}

it('serves waiters in their order and counts the signals that nobody waits for', () => {
  expect(story(1, ({ semaphore, waiter, run }) => {
    for (const name of ['a', 'b', 'c']) waiter(name, semaphore_wait(semaphore))
    run()
    for (let i = 0; i < 3; i++) expect(semaphore_signal(semaphore)).toBe(KERN_SUCCESS)
    run()
    expect(semaphore.count).toBe(1)
  })).toEqual([`a ${KERN_SUCCESS} at 0`, `b ${KERN_SUCCESS} at 1`, `c ${KERN_SUCCESS} at 1`])
})

it('serves who came last first, when it was made so', () => {
  const ended = (name: string, at: number): string => `${name} ${KERN_SUCCESS} at ${at}`
  expect(story(0, ({ semaphore, waiter, run }) => {
    for (const name of ['a', 'b', 'c', 'd']) waiter(name, semaphore_wait(semaphore))
    run()
    semaphore_signal(semaphore)
    run()
    semaphore_signal_all(semaphore)
    run()
  }, SYNC_POLICY_LIFO)).toEqual([ended('d', 1), ended('c', 2), ended('b', 2), ended('a', 2)])
})

it('times out, wakes all at once, and ends with KERN_TERMINATED', () => {
  expect(story(0, ({ task, semaphore, waiter, run }) => {
    waiter('late', semaphore_timedwait(semaphore, 0, 500_000))
    waiter('never', semaphore_timedwait(semaphore, 0, 0))
    run()
    waiter('d', semaphore_wait(semaphore))
    waiter('e', semaphore_wait(semaphore))
    run()
    semaphore_signal_all(semaphore)
    waiter('f', semaphore_wait(semaphore))
    run()
    expect(semaphore_destroy(kernel_task(), semaphore)).toBe(KERN_SUCCESS)
    expect(semaphore.owner).toBe(task)
    task_terminate(task)
    run()
    expect(semaphore_signal(semaphore)).toBe(KERN_TERMINATED)
  })).toEqual([
    `never ${KERN_OPERATION_TIMED_OUT} at 0`, `late ${KERN_OPERATION_TIMED_OUT} at 0.5`,
    `d ${KERN_SUCCESS} at 2`, `e ${KERN_SUCCESS} at 2`, `f ${KERN_TERMINATED} at 3`,
  ])
})

it('is reached by the name of its port, and by no other name', () => {
  expect(story(0, ({ task, semaphore, waiter, run }) => {
    const name = copyoutRight(task.space, convert_semaphore_to_port(semaphore), MACH_MSG_TYPE_MOVE_SEND)
    const self = task.space.entryOf(task.selfPort)!.name
    waiter('g', semaphore_wait_trap(task, name))
    run()
    expect(semaphore_signal_trap(task, self)).toBe(KERN_INVALID_CAPABILITY)
    expect(semaphore_signal_trap(task, name)).toBe(KERN_SUCCESS)
    run()
    expect(semaphore_create(task, 0, -1).result).toBe(KERN_INVALID_ARGUMENT)
  })).toEqual([`g ${KERN_SUCCESS} at 1`])
})
