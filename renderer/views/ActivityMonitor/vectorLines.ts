import type { PerformanceSample } from '../../../kernel/api/index.ts'

/** One line of the interrupts table: what came in on one vector of a controller in a span. */
export interface VectorLine {
  readonly key: string
  readonly id: number
  readonly name: string
  readonly controller: string
  readonly vector: number
  readonly interrupts: number
  readonly interruptsPerSecond: number
}

const NS_PER_SECOND = 1_000_000_000

export function vectorLines(samples: readonly PerformanceSample[], spanNs: number): readonly VectorLine[] {
  const lines = new Map<string, { -readonly [Key in keyof VectorLine]: VectorLine[Key] }>()
  for (const { vectors } of samples) {
    for (const sample of vectors) {
      const key = `${sample.controller}.${sample.vector}.${sample.id}`
      const line = lines.get(key)
      if (line === undefined) lines.set(key, { ...sample, key, interruptsPerSecond: 0 })
      else line.interrupts += sample.interrupts
    }
  }
  const seconds = spanNs / NS_PER_SECOND
  for (const line of lines.values()) line.interruptsPerSecond = seconds === 0 ? 0 : line.interrupts / seconds
  return [...lines.values()]
}
