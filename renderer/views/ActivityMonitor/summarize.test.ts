import { expect, it } from 'vitest'
import type { PerformanceSample } from '../../../kernel/api/index.ts'
import { sortLines, summarize } from './summarize.ts'

const sample = (timeNs: number, cpuNs: number, busyServices = 0): PerformanceSample => ({
  timeNs, spanNs: 1_000_000_000, interruptsPerSecond: 100, eventsPerSecond: 10, busyServices,
  drivers: [{ id: 7, name: 'Disk', className: 'AcmeDisk', bundle: 'com.acme', cpuNs, interrupts: 5 }, { id: 0, name: 'kernel_task', className: '', bundle: '', cpuNs: 1, interrupts: 0 }],
})

it('adds drivers up over the samples and takes shares of virtual time', () => {
  const summary = summarize([sample(1e9, 200_000_000, 3), sample(2e9, 300_000_000)])
  const disk = summary?.drivers.find((line) => line.id === 7)
  expect([disk?.cpuNs, disk?.share, disk?.interruptsPerSecond]).toEqual([500_000_000, 0.25, 5])
  expect([summary?.fromNs, summary?.toNs, summary?.interruptsPerSecond, summary?.mostBusy]).toEqual([0, 2e9, 100, 3])
})

it('has nothing to say without samples', () => {
  expect(summarize([])).toBeNull()
})

it('sorts by any column, ties by name', () => {
  const lines = summarize([sample(1e9, 1)])?.drivers ?? []
  expect(sortLines(lines, 'cpuNs', true).map(({ name }) => name)).toEqual(['Disk', 'kernel_task'])
})
