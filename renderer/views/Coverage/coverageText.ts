import type { CoverageReport } from '../../../kernel/api/index.ts'
import { driverName, summaryText, VERDICTS } from './verdicts.ts'

/** The report as text for a forum. */
export function coverageText(report: CoverageReport): string {
  const devices = report.devices.map(({ address, ids, name, verdict, driver, reason }) => {
    const who = driver === null ? '' : ` ${driverName(driver)} (${driver.bundle ?? 'no bundle'})`
    return `[${VERDICTS[verdict].title}] ${address ?? '–'} ${ids ?? '–'} ${name ?? ''}${who}\n    ${reason}`
  })
  const conflicts = report.conflicts.map(
    ({ ids, name, text }) => `${ids ?? '–'} ${name ?? ''}\n    ${text}`,
  )
  const ports = report.usbPorts.map(
    (one) => `${one.controller}: ${one.ports} of ${one.limit} USB ports`,
  )
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', title, ...lines]
  return `${[
    summaryText(report),
    '',
    ...devices,
    ...section('Claimed by more than one kext', conflicts),
    ...section('USB ports', ports),
    ...section('To know', report.notes),
  ].join('\n')}\n`
}
