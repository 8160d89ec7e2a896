/** What one side of a benchmark measured in one process. */
export interface Measurement {
  /** Median of the repetitions, in milliseconds. */
  readonly ms: number
  readonly minMs: number
  readonly maxMs: number
  /**
   * Must be the same on both sides: what was done, not how fast. Null when a side does other work by
   * design.
   */
  readonly check: string | null
}

/** One side: ours or a peer. Null from `isThere` says that it can run here, a sentence why it cannot. */
export interface Side {
  readonly name: string
  readonly isThere?: () => string | null
  measure(): Measurement | Promise<Measurement>
}

export interface Row {
  readonly id: string
  readonly title: string
  /** What the two measurements count; milliseconds of processor time unless told. */
  readonly unit?: 'ms' | 'MB'
  /** Ours divided by the peer must not exceed this. */
  readonly maxRatio: number
  /** Once before the rounds: what both sides need. */
  prepare?(): Promise<void>
  readonly ours: Side
  readonly peer: Side
}

/** Shortest sample: the system counts processor time in ticks of some milliseconds. */
const SAMPLE_MS = 60

/**
 * Repeats `body` after warming up and keeps the median. Counts processor time of this thread and not wall
 * time, so that other work on the machine is not charged to whichever side it happened to hit. Short
 * bodies are repeated within a sample.
 */
export function repeat(times: number, body: () => string | null, warmUps = 2): Measurement {
  let check: string | null = null
  const began = cpuMs()
  for (let i = 0; i < warmUps; i++) check = body()
  const inner = Math.max(1, Math.ceil(SAMPLE_MS / Math.max(1, (cpuMs() - began) / warmUps)))
  const taken: number[] = []
  for (let i = 0; i < times; i++) {
    const start = cpuMs()
    for (let n = 0; n < inner; n++) check = body()
    taken.push((cpuMs() - start) / inner)
  }
  taken.sort((a, b) => a - b)
  return { ms: taken[Math.floor(taken.length / 2)]!, minMs: taken[0]!, maxMs: taken.at(-1)!, check }
}

/** Processor time that this thread has used, in milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
