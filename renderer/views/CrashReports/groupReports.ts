import type { ReportSummary } from '../../../kernel/api/index.ts'
import { headlineOf } from './headline.ts'

/** Reports of the same trouble: the library says which belong together. */
export interface ReportGroup {
  readonly key: string
  readonly title: string
  /** First third-party or other kext seen in the backtrace. */
  readonly suspect: string | null
  /** Newest first. */
  readonly reports: readonly ReportSummary[]
  readonly unread: boolean
}

/** Groups reports; the group of the newest report comes first. */
export function groupReports(reports: readonly ReportSummary[]): readonly ReportGroup[] {
  const sorted = [...reports].sort((a, b) => compareText(b.storedAt, a.storedAt) || b.id - a.id)
  const groups = new Map<string, ReportSummary[]>()
  for (const report of sorted) {
    const key = report.group
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [report])
    else group.push(report)
  }
  return [...groups].map(([key, members]) => ({
    key,
    title: titleOf(key, members),
    suspect: members[0]?.kexts[0] ?? null,
    reports: members,
    unread: members.some((member) => member.unread),
  }))
}

/** A rule's group is called as the rule; any other as its newest report. */
function titleOf(key: string, [newest]: readonly ReportSummary[]): string {
  if (newest?.groupedBy === 'rule' && key.startsWith('rule:')) return key.slice('rule:'.length)
  return newest === undefined ? '' : headlineOf(newest)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
