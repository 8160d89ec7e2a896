import type { ReportKind, ReportSummary } from '../../kernel/api/index.ts'

/** A row of `reports` as lists need it: without the file, its record and its words. */
export interface ReportRow {
  readonly id: number
  readonly kind: ReportKind
  readonly name: string
  readonly title: string
  readonly subtitle: string
  readonly model: string
  readonly osVersion: string
  readonly class: string
  /** JSON array of bundle identifiers. */
  readonly kexts: string
  readonly groupKey: string | null
  readonly happenedAt: string | null
  readonly storedAt: string
  readonly timeNs: number
  readonly sizeBytes: number
  readonly unread: number
  readonly hasNotes: number
  /** JSON array of tags; null when there are none. */
  readonly tags: string | null
}

export const SUMMARY_COLUMNS = `reports.id, kind, name, title, subtitle, model, osVersion, class, kexts, groupKey, happenedAt,
  storedAt, timeNs, sizeBytes, unread, notes <> '' AS hasNotes,
  CASE WHEN EXISTS (SELECT 1 FROM reportTags WHERE report = reports.id)
    THEN (SELECT json_group_array(tag) FROM reportTags WHERE report = reports.id) END AS tags`

/** The line of the list, still without its group. */
export function summaryOf(row: ReportRow): Omit<ReportSummary, 'group' | 'groupedBy' | 'mergedFrom'> {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    title: row.title,
    subtitle: row.subtitle,
    model: row.model,
    machine: row.kind === 'machine-panic' ? row.name : row.model,
    osVersion: row.osVersion,
    className: row.class,
    storedAt: row.storedAt,
    happenedAt: row.happenedAt,
    timeNs: row.timeNs,
    kexts: JSON.parse(row.kexts) as string[],
    unread: row.unread === 1,
    sizeBytes: row.sizeBytes,
    tags: row.tags === null ? [] : (JSON.parse(row.tags) as string[]),
    hasNotes: row.hasNotes === 1,
  }
}
