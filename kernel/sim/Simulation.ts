import { assert } from './assert.ts'
import { Random } from './Random.ts'
import { Scheduler } from './Scheduler.ts'

/**
 * One simulated world: a scheduler, seeded chance, and the state that each layer of the kernel keeps in it.
 * Several may live in one process; exactly one is current while kernel code runs.
 */
export class Simulation {
  readonly scheduler = new Scheduler()
  readonly random: Random
  /** Cells of `kernelState`, by index. */
  readonly states: unknown[] = []

  constructor(readonly seed: number) {
    this.random = new Random(seed)
  }

  /** Runs `body` with this world as the current one. Re-entrant; restores the former on the way out. */
  enter<T>(body: () => T): T {
    const former = current
    // oxlint-disable-next-line typescript/no-this-alias -- no second name of `this`: the current world changes.
    current = this
    try {
      return body()
    } finally {
      current = former
    }
  }
}

let current: Simulation | null = null
let nextState = 0

/** The world that is running. Asking outside `enter` is our bug. */
export function simulation(): Simulation {
  assert(current !== null, 'no simulation is current: call through Simulation.enter')
  return current
}

/** Scheduler of the current world. */
export function scheduler(): Scheduler {
  return simulation().scheduler
}

/**
 * Declares a piece of per-world state at module level and returns its accessor:
 * `const registry = kernelState(() => new RegistryState())`, then `registry().root`.
 */
export function kernelState<T>(create: () => T): () => T {
  const index = nextState++
  return () => {
    const states = simulation().states
    const state = states[index]
    if (state !== undefined) return state as T
    const made = create()
    states[index] = made
    return made
  }
}
