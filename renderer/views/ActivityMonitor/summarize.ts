import type { PerformanceSample } from '../../../kernel/api/index.ts'

/** One line of the driver table, summed over a span. */
export interface DriverLine {
  readonly key: string
  readonly id: number
  readonly name: string
  readonly className: string
  readonly bundle: string
  readonly cpuNs: number
  /** Share of the span's virtual time, 0 to 1. */
  readonly share: number
  readonly interrupts: number
  readonly interruptsPerSecond: number
}

export interface SpanSummary {
  readonly fromNs: number
  readonly toNs: number
  readonly spanNs: number
  readonly drivers: readonly DriverLine[]
  readonly share: number
  readonly interruptsPerSecond: number
  readonly eventsPerSecond: number
  readonly mostBusy: number
}

const NS_PER_SECOND = 1_000_000_000

/** Adds up what the samples tell; null when there are none. */
export function summarize(samples: readonly PerformanceSample[]): SpanSummary | null {
  const first = samples[0]
  const last = samples.at(-1)
  if (first === undefined || last === undefined) return null
  const spanNs = samples.reduce((sum, sample) => sum + sample.spanNs, 0)
  const seconds = spanNs / NS_PER_SECOND
  const drivers = driverLines(samples, spanNs)
  const weighed = (rate: (sample: PerformanceSample) => number): number =>
    seconds === 0 ? 0 : samples.reduce((sum, sample) => sum + rate(sample) * sample.spanNs, 0) / spanNs
  return {
    fromNs: first.timeNs - first.spanNs, toNs: last.timeNs, spanNs, drivers,
    share: drivers.reduce((sum, line) => sum + line.share, 0),
    interruptsPerSecond: weighed((sample) => sample.interruptsPerSecond),
    eventsPerSecond: weighed((sample) => sample.eventsPerSecond),
    mostBusy: Math.max(...samples.map((sample) => sample.busyServices)),
  }
}

function driverLines(samples: readonly PerformanceSample[], spanNs: number): readonly DriverLine[] {
  const lines = new Map<string, { -readonly [Key in keyof DriverLine]: DriverLine[Key] }>()
  for (const sample of samples) {
    for (const driver of sample.drivers) {
      const key = `${driver.id}.${driver.className}.${driver.name}`
      const line = lines.get(key)
      if (line === undefined) lines.set(key, { ...driver, key, share: 0, interruptsPerSecond: 0 })
      else {
        line.cpuNs += driver.cpuNs
        line.interrupts += driver.interrupts
      }
    }
  }
  for (const line of lines.values()) {
    line.share = spanNs === 0 ? 0 : line.cpuNs / spanNs
    line.interruptsPerSecond = spanNs === 0 ? 0 : line.interrupts / (spanNs / NS_PER_SECOND)
  }
  return [...lines.values()]
}

export type SortKey = 'name' | 'className' | 'share' | 'cpuNs' | 'interruptsPerSecond' | 'bundle'

export function sortLines(lines: readonly DriverLine[], key: SortKey, descending: boolean): readonly DriverLine[] {
  const sign = descending ? -1 : 1
  return [...lines].sort((a, b) => {
    const left = a[key]
    const right = b[key]
    const order = typeof left === 'number' && typeof right === 'number' ? left - right : compareText(String(left), String(right))
    return order * sign || compareText(a.name, b.name) || a.id - b.id
  })
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
