import type { PerformanceSample } from '../../../kernel/api/index.ts'
import { useLines } from './useLines.ts'
import type { UseLine } from './useLines.ts'
import { vectorLines } from './vectorLines.ts'
import type { VectorLine } from './vectorLines.ts'

/** What the samples of a span tell together. */
export interface SpanSummary {
  readonly fromNs: number
  readonly toNs: number
  readonly spanNs: number
  /** kernel_task with its drivers and threads below it, then the processes. */
  readonly use: readonly UseLine[]
  readonly vectors: readonly VectorLine[]
  /** Shares of virtual time, 0 to 1. */
  readonly userShare: number
  readonly systemShare: number
  readonly interruptsPerSecond: number
  readonly eventsPerSecond: number
  readonly dispatchesPerSecond: number
  readonly threads: number
  readonly processes: number
  readonly mostBusy: number
}

/** Adds up what the samples tell; null when there are none. */
export function summarize(samples: readonly PerformanceSample[]): SpanSummary | null {
  const first = samples[0]
  const last = samples.at(-1)
  if (first === undefined || last === undefined) return null
  const sum = (read: (sample: PerformanceSample) => number): number => samples.reduce((all, sample) => all + read(sample), 0)
  const spanNs = sum((sample) => sample.spanNs)
  const mean = (rate: (sample: PerformanceSample) => number): number =>
    spanNs === 0 ? 0 : sum((sample) => rate(sample) * sample.spanNs) / spanNs
  const share = (useNs: number): number => spanNs === 0 ? 0 : useNs / spanNs
  return {
    fromNs: first.timeNs - first.spanNs, toNs: last.timeNs, spanNs,
    use: useLines(samples, spanNs), vectors: vectorLines(samples, spanNs),
    userShare: share(sum((sample) => sample.userNs)), systemShare: share(sum((sample) => sample.systemNs)),
    interruptsPerSecond: mean((sample) => sample.interruptsPerSecond),
    eventsPerSecond: mean((sample) => sample.eventsPerSecond),
    dispatchesPerSecond: mean((sample) => sample.dispatchesPerSecond),
    threads: last.threads.reduce((all, line) => all + line.threads, 0),
    processes: last.threads.filter(({ pid, threads }) => pid !== 0 && threads > 0).length,
    mostBusy: Math.max(...samples.map((sample) => sample.busyServices)),
  }
}
