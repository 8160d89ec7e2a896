import { expect, it } from 'vitest'
import type { ReportSummary } from '../../../kernel/api/index.ts'
import { groupReports } from './groupReports.ts'

const report = (id: number, group: string, change: Partial<ReportSummary> = {}): ReportSummary => ({
  id, group, groupedBy: 'fingerprint', mergedFrom: null, kind: 'machine-panic', name: 'm', title: 'Page fault', subtitle: '', machine: 'm', model: 'iMac19,1',
  osVersion: '15.4', className: '', storedAt: `2026-01-0${id}T00:00:00Z`, happenedAt: null, timeNs: 0, kexts: ['com.acme.disk'],
  unread: false, tags: [], hasNotes: false, sizeBytes: 1, ...change,
})

it('puts reports of one group together, newest first, and the group with the newest report on top', () => {
  const groups = groupReports([report(1, 'a'), report(2, 'b'), report(3, 'a', { unread: true })])
  expect(groups.map((group) => [group.reports.map(({ id }) => id), group.unread])).toEqual([[[3, 1], true], [[2], false]])
})
