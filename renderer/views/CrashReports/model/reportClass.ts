import type { ReportSummary } from '../../../../kernel/api/index.ts'

export interface ReportClass {
  readonly word: string
  readonly tone: 'red' | 'amber' | 'teal' | 'blue' | ''
}

const FAMILIES: readonly (readonly [RegExp, ReportClass])[] = [
  [/watchdog|timeout$|ipi-|hang|spinlock/u, { word: 'Watchdog', tone: 'amber' }],
  [/iommu|dart/u, { word: 'DMA', tone: 'teal' }],
  [/hardware|machine-check|coprocessor|gpu|storage|bridge|firmware/u, { word: 'Hardware', tone: 'teal' }],
  [/boot|root-mount|kernel-collection|no-platform|hackintosh/u, { word: 'Boot', tone: 'amber' }],
]

/** The word and colour that stand for a report's class in lists. */
export function reportClass({ kind, className }: Pick<ReportSummary, 'kind' | 'className'>): ReportClass {
  if (kind === 'crash') return { word: 'Process', tone: 'blue' }
  if (/sleep|power|wake/u.test(className)) return { word: 'Power', tone: 'amber' }
  return FAMILIES.find(([pattern]) => pattern.test(className))?.[1] ?? { word: 'Kernel', tone: 'red' }
}
