import type { PerformanceSample } from '../../../kernel/api/index.ts'

export type UseKind = 'Kernel' | 'Kext' | 'Thread' | 'Process'

/** One line of the CPU table, summed over a span. */
export interface UseLine {
  readonly key: string
  readonly kind: UseKind
  readonly name: string
  /** Registry entry of a driver, else 0. */
  readonly id: number
  readonly pid: number | null
  /** Bundle of a driver, user of a process. */
  readonly owner: string
  readonly cpuNs: number
  /** Share of the span's virtual time, 0 to 1. */
  readonly share: number
  /** At the end of the span; null for drivers, which share the threads of their work loops. */
  readonly threads: number | null
  readonly interruptsPerSecond: number | null
  readonly isBelowKernel: boolean
}

type Line = { -readonly [Key in keyof UseLine]: UseLine[Key] }

const NS_PER_SECOND = 1_000_000_000

/** The kernel, what is inside it, and the processes. */
export function useLines(samples: readonly PerformanceSample[], spanNs: number): readonly UseLine[] {
  const lines = new Map<string, Line>()
  const kernel: Line = {
    key: 'kernel', kind: 'Kernel', name: 'kernel_task', id: 0, pid: 0, owner: 'root', cpuNs: 0, share: 0, threads: 0,
    interruptsPerSecond: 0, isBelowKernel: false,
  }
  lines.set(kernel.key, kernel)
  for (const sample of samples) {
    kernel.cpuNs += sample.systemNs
    addTo(kernel, 'interruptsPerSecond', sample.interruptsPerSecond * sample.spanNs / NS_PER_SECOND)
    for (const driver of sample.drivers) addDriver(lines, driver)
    for (const line of lines.values()) if (line.threads !== null) line.threads = 0
    for (const thread of sample.threads) addThreads(lines, thread)
  }
  for (const line of lines.values()) {
    if (line.kind === 'Thread') addTo(kernel, 'threads', line.threads ?? 0)
    if (spanNs === 0) continue
    line.share = line.cpuNs / spanNs
    if (line.interruptsPerSecond !== null) line.interruptsPerSecond /= spanNs / NS_PER_SECOND
  }
  return [...lines.values()]
}

function addTo(line: Line, key: 'threads' | 'interruptsPerSecond', count: number): void {
  line[key] = (line[key] ?? 0) + count
}

function addDriver(lines: Map<string, Line>, driver: PerformanceSample['drivers'][number]): void {
  const line = lineOf(lines, {
    key: `driver.${driver.id}.${driver.className}.${driver.name}`, kind: 'Kext', name: driver.name, id: driver.id, pid: null,
    owner: driver.bundle, cpuNs: 0, share: 0, threads: null, interruptsPerSecond: 0, isBelowKernel: true,
  })
  line.cpuNs += driver.cpuNs
  addTo(line, 'interruptsPerSecond', driver.interrupts)
}

function addThreads(lines: Map<string, Line>, thread: PerformanceSample['threads'][number]): void {
  const inKernel = thread.pid === 0
  const line = lineOf(lines, {
    key: inKernel ? `thread.${thread.name}` : `process.${thread.pid}.${thread.name}`, kind: inKernel ? 'Thread' : 'Process',
    name: thread.name, id: 0, pid: inKernel ? null : thread.pid, owner: thread.user, cpuNs: 0, share: 0, threads: 0,
    interruptsPerSecond: null, isBelowKernel: inKernel,
  })
  line.cpuNs += thread.cpuNs
  line.threads = thread.threads
}

function lineOf(lines: Map<string, Line>, fresh: Line): Line {
  const known = lines.get(fresh.key)
  if (known !== undefined) return known
  lines.set(fresh.key, fresh)
  return fresh
}
