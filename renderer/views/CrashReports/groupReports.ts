import type { CrashReportSummary } from '../../../kernel/api/index.ts'
import { headline } from './headline.ts'

/** Reports of the same fault: same first line but for numbers, same kexts in the backtrace. */
export interface ReportGroup {
  readonly key: string
  readonly title: string
  /** First third-party or other kext seen in the backtrace. */
  readonly suspect: string | null
  /** Newest first. */
  readonly reports: readonly CrashReportSummary[]
  readonly unread: boolean
}

/** Groups reports by fingerprint; the group of the newest report comes first. */
export function groupReports(reports: readonly CrashReportSummary[]): readonly ReportGroup[] {
  const sorted = [...reports].sort((a, b) => compareText(b.storedAt, a.storedAt) || b.id - a.id)
  const groups = new Map<string, CrashReportSummary[]>()
  for (const report of sorted) {
    const key = fingerprint(report)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [report])
    else group.push(report)
  }
  return [...groups].map(([key, members]) => ({
    key,
    title: headline(members[0]?.title ?? '', members[0]?.kexts ?? []),
    suspect: members[0]?.kexts[0] ?? null,
    reports: members,
    unread: members.some((member) => member.unread),
  }))
}

/** Addresses, ids and counts differ from run to run; words and kexts do not. */
export function fingerprint(report: Pick<CrashReportSummary, 'title' | 'kexts'>): string {
  const words = report.title.toLowerCase().replace(/0x[0-9a-f]+/gu, '#').replace(/\d+/gu, '#')
  return `${words}|${report.kexts.join(',')}`
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
