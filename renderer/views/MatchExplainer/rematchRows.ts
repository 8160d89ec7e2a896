import type { RematchAttachment, RematchReport } from '../../../kernel/api/index.ts'

/** One class of provider: how many attachments agree, and how many stand on one side only. */
export interface ClassLine {
  readonly className: string
  readonly both: number
  readonly dump: number
  readonly ours: number
  readonly total: number
}

/** Which attachments are listed. */
export type RematchSide = 'dump' | 'ours' | 'both' | 'unmatched'

/** Classes where something differs first, then by count. */
export function classLines({ byProviderClass }: RematchReport): readonly ClassLine[] {
  return Object.entries(byProviderClass)
    .map(([className, { both, dump, ours }]) => ({
      className,
      both,
      dump,
      ours,
      total: both + dump + ours,
    }))
    .toSorted((a, b) => b.dump + b.ours - (a.dump + a.ours) || b.total - a.total)
}

/** Share of the dump's attachments that come out again, in tenths of a percent; of none all. */
export function agreementText({ agree, onlyDump }: RematchReport): string {
  const known = agree + onlyDump
  if (known === 0) return '–'
  const tenths = Math.floor((agree / known) * 1000)
  return `${tenths % 10 === 0 ? tenths / 10 : (tenths / 10).toFixed(1)} %`
}

export function attachmentsOf(
  { attachments }: RematchReport,
  side: RematchSide,
  className: string | null,
): readonly RematchAttachment[] {
  return attachments.filter(
    (one) => one.in === side && (className === null || one.providerClass === className),
  )
}

/** The last part of a path: name with location. */
export function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
