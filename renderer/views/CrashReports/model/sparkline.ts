import type { ReportSummary } from '../../../../kernel/api/index.ts'
import { plural } from '../../../format/text.ts'

type Timed = Pick<ReportSummary, 'happenedAt' | 'storedAt'>

/** How many reports fell into each of a few spans of time, and what that says in words. */
export interface SparkCounts {
  readonly counts: readonly number[]
  readonly words: string
}

const BARS = 14
const DAY_MS = 86_400_000

/** When a report counts: when it happened, where the report tells that legibly, else when it was stored. */
export function timeOf({ happenedAt, storedAt }: Timed): number {
  const happened = happenedAt === null ? Number.NaN : Date.parse(readable(happenedAt))
  return Number.isNaN(happened) ? Date.parse(storedAt) : happened
}

/** `2024-03-05 10:20:30.1234 +0100` in the form that every engine reads. */
function readable(date: string): string {
  return date.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)? ?([+-]\d\d):?(\d\d)$/u, '$1T$2$3:$4')
}

/** Reports per day of the last two weeks; where all are older, over the time from the first to the last. */
export function sparkCounts(reports: readonly Timed[], now: number): SparkCounts {
  const times = reports.map(timeOf)
  const [first, last] = [Math.min(...times), Math.max(...times)]
  const isRecent = last > now - BARS * DAY_MS
  const [begin, span] = isRecent
    ? [now - BARS * DAY_MS, DAY_MS]
    : [first, Math.max(DAY_MS, (last - first) / (BARS - 1))]
  const counts = Array.from({ length: BARS }, () => 0)
  for (const time of times) {
    const slot = Math.min(BARS - 1, Math.floor((time - begin) / span))
    if (slot >= 0) counts[slot] = (counts[slot] ?? 0) + 1
  }
  const total = counts.reduce((sum, count) => sum + count, 0)
  return {
    counts,
    words: isRecent
      ? `${plural(total, 'report')} in the last ${BARS} days`
      : `${plural(total, 'report')} ${between(first, last)}`,
  }
}

function between(first: number, last: number): string {
  const [from, to] = [new Date(first).toISOString().slice(0, 10), new Date(last).toISOString().slice(0, 10)]
  return from === to ? `on ${from}` : `from ${from} to ${to}`
}
