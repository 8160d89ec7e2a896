import { expect, it } from 'vitest'
import type { PerformanceSample } from '../../../kernel/api/index.ts'
import { sortLines } from './sortLines.ts'
import { summarize } from './summarize.ts'

const sample = (timeNs: number, cpuNs: number, alive: number): PerformanceSample => ({
  timeNs, spanNs: 1_000_000_000, interruptsPerSecond: 100, eventsPerSecond: 10, dispatchesPerSecond: 4, busyServices: alive,
  userNs: cpuNs, systemNs: 100_000_000,
  drivers: [{ id: 7, name: 'Disk', className: 'AcmeDisk', bundle: 'com.acme', cpuNs: 50_000_000, interrupts: 5 }],
  threads: [
    { pid: 0, name: 'IOWorkLoop', user: 'root', threads: 3, cpuNs: 90_000_000 },
    ...alive > 0 ? [{ pid: 301, name: 'ioreg', user: 'me', threads: alive, cpuNs }] : [],
  ],
  vectors: [{ id: 7, name: 'SSD0', controller: 'Apic', vector: 16, interrupts: 9 }],
})

it('adds up the kernel, its drivers and threads, and processes, those that ended included', () => {
  const summary = summarize([sample(1e9, 200_000_000, 1), sample(2e9, 0, 0)])
  expect(summary?.use.map(({ name, kind, cpuNs, share, threads, interruptsPerSecond }) =>
    [name, kind, cpuNs, share, threads, interruptsPerSecond])).toEqual([
    ['kernel_task', 'Kernel', 200_000_000, 0.1, 3, 100],
    ['Disk', 'Kext', 100_000_000, 0.05, null, 5],
    ['IOWorkLoop', 'Thread', 180_000_000, 0.09, 3, null],
    ['ioreg', 'Process', 200_000_000, 0.1, 0, null],
  ])
  expect(summary?.vectors).toEqual([
    { key: 'Apic.16.7', id: 7, name: 'SSD0', controller: 'Apic', vector: 16, interrupts: 18, interruptsPerSecond: 9 },
  ])
  expect([summary?.userShare, summary?.systemShare, summary?.threads, summary?.processes]).toEqual([0.1, 0.1, 3, 0])
})

it('has nothing to say without samples', () => {
  expect(summarize([])).toBeNull()
})

it('sorts by any value, ties by name, and what has none comes last either way', () => {
  const lines = [['b', 2], ['c', null], ['a', 2], ['d', 9]].map(([name, value]) => ({ key: String(name), name: String(name), value: value as number | null }))
  const names = (descending: boolean): string => sortLines(lines, ({ value }) => value, descending).map(({ name }) => name).join('')
  expect([names(true), names(false)]).toEqual(['dabc', 'abdc'])
})
