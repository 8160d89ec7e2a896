import { OSDictionary, type OSObject } from '../../kernel/libkern/index.ts'
import { sleepNs } from '../../kernel/mach/index.ts'
import { Simulation, type KernelThread, type Thread } from '../../kernel/sim/index.ts'

/** What the body of a story has at hand. */
export interface Story {
  /** Starts another thread. */
  readonly spawn: (body: KernelThread) => Thread
  /** Virtual time in whole milliseconds. */
  readonly nowMs: () => number
  /** Sleeps outside every gate. */
  readonly sleepMs: (ms: number) => KernelThread
  readonly world: Simulation
}

/** Runs `body` as a thread of a fresh world until nothing is left to do, at most a virtual minute. */
export function inWorld(body: (story: Story) => KernelThread): Simulation {
  const world = new Simulation(1)
  world.enter(() => {
    const { scheduler } = world
    scheduler.spawn('test', body({
      spawn: (other) => scheduler.spawn('other', other),
      nowMs: () => Math.floor(scheduler.nowNs / 1e6),
      sleepMs: (ms) => sleepNs(ms * 1e6),
      world,
    }))
    scheduler.run(60e9, 1_000_000)
  })
  return world
}

/** Something that may own event sources. */
export const anOwner = (): OSObject => OSDictionary.withCapacity(1)
