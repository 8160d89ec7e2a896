import type { VerdictRule } from '../VerdictRule.ts'
import { oneOf } from '../oneOf.ts'

const SAYS = oneOf(
  /VIOLATION_\w{0,60}DART\w{0,60}|\bDART\b.{0,80}(?:error|fault|violation|exception)/iu,
  /dart-\w{1,24}.{0,60}(?:error|fault|DVA)|VT-d fault|IOMMU/iu,
)

/** A device's access to memory was refused. */
export const iommu: VerdictRule = {
  name: 'iommu',
  find(panic) {
    const said = panic.says(SAYS)
    if (said === null) return null
    const device = /\b(dart-[\w-]{1,32})/u.exec(panic.words)?.[1] ?? null
    return {
      class: 'iommu-violation',
      title: 'A device reached for memory it may not have',
      backtrace: 'reporter',
      confidence: 'high',
      sentence: `The IOMMU${device === null ? '' : ` ${device}`} refused an access of a device, or a change `
        + 'of its mappings.',
      cause:
        'A driver gave a device an address that is not mapped, took the mapping away too early, or set up '
          + 'the mapping wrongly.',
      evidence: [panic.evidence(said.line, 'the message of the IOMMU or of the page-table monitor')],
      cannotTell: 'The driver of the device is not on the stack: the access was the device\'s own.',
      cautions: [
        'The DART driver and com.apple.sptm are in the trace because they checked.',
        'A dext may be the cause and never shows in a kernel backtrace.',
      ],
      next: [
        'Find the device behind that IOMMU in the registry.',
        'Check prepare and complete of its DMA commands, and that no transfer outlives them.',
      ],
    }
  },
}
