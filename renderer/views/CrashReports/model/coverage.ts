import type { StoredReport } from '../../../../kernel/api/index.ts'
import { crashOf, panicOf, verdictOf } from './verdictOf.ts'

export interface UnreadPlace {
  readonly line: number | null
  readonly text: string
  readonly why: string
}

/** How much of a report was understood, and what was not. */
export interface Coverage {
  readonly understood: number
  readonly total: number
  readonly unread: readonly UnreadPlace[]
  /** Facts that are missing from the report, in the verdict's words. */
  readonly missing: readonly string[]
}

export function coverageOf(report: Pick<StoredReport, 'record'>): Coverage | null {
  const record = panicOf(report) ?? crashOf(report)
  if (record === null) return null
  const problems = record.problems.map(({ line, seen, message, where }) => ({
    line: line ?? null,
    text: seen ?? '',
    why: line === undefined && where !== '' ? `${where}: ${message}` : message,
  }))
  const lines =
    'unread' in record ? record.unread.map(({ line, text }) => ({ line, text, why: 'not understood' })) : []
  const told = new Set(problems.map(({ line }) => line).filter((line) => line !== null))
  return {
    understood: record.coverage.linesUnderstood,
    total: record.coverage.linesTotal,
    unread: [...problems, ...lines.filter(({ line }) => !told.has(line))].sort(
      (a, b) => (a.line ?? 0) - (b.line ?? 0),
    ),
    missing: verdictOf(report)?.notUnderstood ?? [],
  }
}
