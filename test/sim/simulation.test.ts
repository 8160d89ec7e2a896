import { expect, test } from 'vitest'
import { IOService } from '../../kernel/iokit/index.ts'
import { OSData } from '../../kernel/libkern/index.ts'
import { Machine } from '../../kernel/index.ts'
import { census, checkAlways, compareCensus, Tally } from './checkers.ts'
import { playEpisode } from './Episode.ts'
import { shrink } from './shrink.ts'
import { planEpisode, simulate, surroundings } from './simulate.ts'

test('random machines under random treatment keep every invariant and replay to the same digest', () => {
  const { failure, episodes, steps, tally } = simulate(11, (episode) => episode < 4)
  expect(failure).toBe(null)
  expect([episodes, steps > 500, tally.checks.get('replay')]).toEqual([4, true, 4])
})

test('an episode is the same again', () => {
  const plan = planEpisode(3, 1)
  expect(planEpisode(3, 1)).toEqual(plan)
  expect(playEpisode(plan, surroundings())).toEqual(playEpisode(plan, surroundings()))
})

test('a failing list is cut down to the actions that matter', () => {
  const fails = (list: readonly number[]): boolean => list.includes(17) && list.includes(3)
  expect(shrink(Array.from({ length: 40 }, (_, n) => n), fails)).toEqual([3, 17])
})

test('the checkers see what is wrong', () => {
  const { description, seed } = planEpisode(1, 0)
  const machine = new Machine(description, { ...surroundings().options, seed })
  machine.powerOn()
  machine.run(1e9, 1_000_000)
  expect(checkAlways(machine, new Tally())).toEqual([])
  const before = census(machine)
  machine.simulation.enter(() => {
    OSData.withBytes(new Uint8Array(1))
    const root = IOService.getServiceRoot()!
    root.clients()[0]!.adjustBusy(1)
    root.adjustBusy(-1)
  })
  expect(compareCensus(before, census(machine))).toEqual([expect.stringMatching(/^class OSData: \d+ → \d+$/u)])
  expect(checkAlways(machine, new Tally())).not.toEqual([])
})
