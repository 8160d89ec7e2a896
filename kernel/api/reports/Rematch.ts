import type { MatchVerdictCode } from './Explanation.ts'

/** Whether an attachment of a driver stands in the dump, came out of matching anew, or both. */
export type AttachmentOrigin = 'both' | 'dump' | 'ours'

/** Why an attachment is on one side only. */
export interface AttachmentReason {
  readonly code: MatchVerdictCode
  readonly text: string
}

/** One driver on one provider. */
export interface RematchAttachment {
  /** Registry entry id of the provider; null where the dump prints none. */
  readonly providerId: number | null
  /** Names with locations from the root, joined by `/`. */
  readonly providerPath: string
  readonly providerClass: string
  readonly IOClass: string
  readonly bundle: string | null
  /** The score at the end of matching; where only the dump has the attachment, the one it prints. */
  readonly score: number | null
  readonly category: string
  readonly in: AttachmentOrigin
  /** The rule of the provider's family is not published: what is known of it was concluded from dumps. */
  readonly closedRule: boolean
  /** Null for what both have. */
  readonly reason: AttachmentReason | null
}

/** Counts of the attachments to providers of one class. */
export interface ProviderClassCount {
  readonly both: number
  readonly dump: number
  readonly ours: number
}

/** A registered service that no driver came to, neither in the dump nor here. */
export interface UnmatchedNub {
  readonly providerId: number | null
  readonly providerPath: string
  readonly providerClass: string
}

/** A dump matched anew with the kernel's own catalogue, compared with what the dump says. */
export interface RematchReport {
  readonly attachments: readonly RematchAttachment[]
  readonly agree: number
  readonly onlyDump: number
  readonly onlyOurs: number
  readonly byProviderClass: Readonly<Record<string, ProviderClassCount>>
  readonly unmatchedNubs: readonly UnmatchedNub[]
  /** Where the personalities came from, and how many there were. */
  readonly personalities: { readonly fromDump: number; readonly fromKexts: number }
}
