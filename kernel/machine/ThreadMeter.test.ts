import { expect, it } from 'vitest'
import { task_create, thread_create } from '../mach/index.ts'
import { scheduler, Simulation, type KernelThread } from '../sim/index.ts'
import { bootUserland } from '../userland/index.ts'
import { ThreadMeter } from './ThreadMeter.ts'

function* work(costsNs: readonly number[]): KernelThread {
  for (const costNs of costsNs) {
    scheduler().charge(costNs)
    yield
  }
}

it('splits virtual CPU time between kernel threads and processes, those that ended included', () => {
  new Simulation(1).enter(() => {
    bootUserland({ hostname: 'desk', bootEpochSeconds: 0 })
    const clock = scheduler()
    const meter = new ThreadMeter(clock)
    clock.spawn('pump', work([5_000]))
    clock.spawn("pump_'PXSX'", work([7_000]))
    thread_create(task_create({ pid: 301, name: 'ioreg', uid: 501 }), 'ioreg', work([40_000, 1_000]))
    for (let step = 0; step < 5; step++) clock.step(Infinity)
    expect(meter.take()).toEqual({
      threads: [
        { pid: 0, name: 'pump', user: 'root', threads: 0, cpuNs: 16_000 },
        { pid: 301, name: 'ioreg', user: 'me', threads: 1, cpuNs: 41_000 },
      ], userNs: 41_000, kernelNs: 16_000,
    })
    clock.run(Infinity, 10)
    expect(meter.take().threads).toEqual([{ pid: 301, name: 'ioreg', user: 'me', threads: 0, cpuNs: 3_000 }])
    expect(meter.take()).toEqual({ threads: [], userNs: 0, kernelNs: 0 })
  })
})
