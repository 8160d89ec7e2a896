import type { ReportSummary } from '../../../kernel/api/index.ts'
import { headline } from './headline.ts'

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
    title: members[0]?.kind === 'machine-panic' ? headline(members[0].title, members[0].kexts) : members[0]?.title ?? '',
    suspect: members[0]?.kexts[0] ?? null,
    reports: members,
    unread: members.some((member) => member.unread),
  }))
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
