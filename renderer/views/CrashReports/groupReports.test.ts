import { expect, it } from 'vitest'
import type { CrashReportSummary } from '../../../kernel/api/index.ts'
import { groupReports } from './groupReports.ts'

const report = (id: number, title: string, change: Partial<CrashReportSummary> = {}): CrashReportSummary => ({
  id, title, machine: 'm', model: 'iMac19,1', osVersion: '15.4', storedAt: `2026-01-0${id}T00:00:00Z`, timeNs: 0, kexts: ['com.acme.disk'],
  unread: false, ...change,
})

it('puts reports that differ only in numbers together, newest first', () => {
  const groups = groupReports([
    report(1, 'Page fault at 0xffffff80 in Acme'), report(2, 'Double free'), report(3, 'Page fault at 0x68 in Acme', { unread: true }),
  ])
  expect(groups.map((group) => [group.reports.map(({ id }) => id), group.unread])).toEqual([[[3, 1], true], [[2], false]])
})

it('keeps the same fault of different kexts apart', () => {
  expect(groupReports([report(1, 'Page fault'), report(2, 'Page fault', { kexts: ['com.other'] })]).length).toBe(2)
})
