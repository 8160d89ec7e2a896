import { formatDuration, formatPercent, groupDigits } from '../../format/time.ts'
import type { UseLine } from './useLines.ts'
import type { VectorLine } from './vectorLines.ts'

/** One column of a table of lines. */
export interface Column<Line> {
  readonly key: string
  readonly title: string
  readonly isNumber: boolean
  /** What the table sorts by; null for none. */
  readonly value: (line: Line) => string | number | null
  readonly text: (line: Line) => string
  /** Draws the value as a bar beside the text. */
  readonly bar?: boolean
}

const NONE = '–'
const rate = (value: number | null): string => {
  if (value === null) return NONE
  return value > 0 && value < 0.5 ? '<1' : groupDigits(value)
}

export const useColumns: readonly Column<UseLine>[] = [
  { key: 'name', title: 'Process or Driver', isNumber: false, value: ({ name }) => name, text: ({ name }) => name },
  { key: 'kind', title: 'Kind', isNumber: false, value: ({ kind }) => kind, text: ({ kind }) => kind },
  { key: 'share', title: '% CPU', isNumber: true, value: ({ share }) => share, text: ({ share }) => formatPercent(share), bar: true },
  { key: 'cpu', title: 'CPU Time', isNumber: true, value: ({ cpuNs }) => cpuNs, text: ({ cpuNs }) => formatDuration(cpuNs) },
  {
    key: 'threads', title: 'Threads', isNumber: true, value: ({ threads }) => threads,
    text: ({ threads }) => threads === null || threads === 0 ? NONE : groupDigits(threads),
  },
  {
    key: 'interrupts', title: 'Interrupts / s', isNumber: true, value: (line) => line.interruptsPerSecond,
    text: (line) => rate(line.interruptsPerSecond),
  },
  { key: 'pid', title: 'PID', isNumber: true, value: ({ pid }) => pid, text: ({ pid }) => pid === null ? NONE : String(pid) },
  { key: 'owner', title: 'User or Bundle', isNumber: false, value: ({ owner }) => owner, text: ({ owner }) => owner === '' ? NONE : owner },
]

export const vectorColumns: readonly Column<VectorLine>[] = [
  { key: 'name', title: 'Device', isNumber: false, value: ({ name }) => name, text: ({ name }) => name },
  { key: 'controller', title: 'Controller', isNumber: false, value: ({ controller }) => controller, text: ({ controller }) => controller },
  { key: 'vector', title: 'Vector', isNumber: true, value: ({ vector }) => vector, text: ({ vector }) => String(vector) },
  {
    key: 'rate', title: 'Interrupts / s', isNumber: true, value: (line) => line.interruptsPerSecond,
    text: (line) => rate(line.interruptsPerSecond), bar: true,
  },
  { key: 'count', title: 'Interrupts', isNumber: true, value: ({ interrupts }) => interrupts, text: ({ interrupts }) => groupDigits(interrupts) },
]
