import type { StoredReport } from '../../../../kernel/api/index.ts'
import { crashOf, panicOf } from './verdictOf.ts'
import { shortHex } from './fact.ts'

/** `CPU 2 · kernel_task · slide 0x15000000`: what one wants to know beside any part of a report. */
export function tabSummary(report: Pick<StoredReport, 'record'>): string {
  const panic = panicOf(report)
  if (panic !== null) {
    const { cpu, processName, panickedTask, kernelSlide } = panic
    return [
      cpu === null ? null : `CPU ${cpu}`,
      processName ?? panickedTask?.name,
      kernelSlide === null ? null : `slide ${shortHex(kernelSlide)}`,
    ]
      .filter(Boolean)
      .join(' · ')
  }
  const crash = crashOf(report)
  if (crash === null) return ''
  return [
    crash.process,
    crash.codeType,
    crash.faultingThread === null ? null : `thread ${crash.faultingThread} crashed`,
  ]
    .filter(Boolean)
    .join(' · ')
}
