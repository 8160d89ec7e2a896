import type { KernelMessage } from './KernelMessage.ts'
import type { Port } from './Port.ts'

/** What a trailer holds beside its kind and size: each one also has what those above it have. */
export const MACH_RCV_TRAILER_NULL = 0
export const MACH_RCV_TRAILER_SEQNO = 1
export const MACH_RCV_TRAILER_SENDER = 2
export const MACH_RCV_TRAILER_AUDIT = 3
export const MACH_RCV_TRAILER_CTX = 4
export const MACH_RCV_TRAILER_AV = 7
export const MACH_RCV_TRAILER_LABELS = 8
export const MACH_MSG_TRAILER_FORMAT_0 = 0
export const MACH_MSG_TRAILER_MINIMUM_SIZE = 8

const SIZES: readonly (readonly [number, number])[] = [
  [MACH_RCV_TRAILER_NULL, MACH_MSG_TRAILER_MINIMUM_SIZE], [MACH_RCV_TRAILER_SEQNO, 12],
  [MACH_RCV_TRAILER_SENDER, 20], [MACH_RCV_TRAILER_AUDIT, 52], [MACH_RCV_TRAILER_CTX, 60],
]
const MAX_TRAILER_SIZE = 68
const NOBODY = 0xffffffff

/** Who sent a message: user and group, and the words of the audit token. */
export interface SenderTokens {
  readonly security: readonly [uid: number, gid: number]
  readonly audit: readonly number[]
}

/** Of messages that the kernel sends. @xnu osfmk/mach/message.h KERNEL_SECURITY_TOKEN_VALUE — faithful */
export const KERNEL_TOKENS: SenderTokens = { security: [0, 1], audit: [0, 0, 0, 0, 0, 0, 0, 0] }

/** What stands behind a received message. */
export interface MessageTrailer {
  readonly type: number
  readonly sizeBytes: number
  readonly sequenceNumber?: number
  readonly sender?: SenderTokens['security']
  /** Audit user, effective and real user and group, pid, session, version of the pid. */
  readonly audit?: SenderTokens['audit']
  readonly context?: bigint
  readonly labels?: { readonly ad: number; readonly sender: number }
}

/** What makes up a task's tokens. */
export interface Credentials {
  readonly uid: number
  readonly gid: number
  readonly pid: number
  readonly pidVersion: number
  readonly auditSessionID: number
}

/**
 * The tokens of a task as it is now. Outside of a login session nobody is the audit user.
 * @xnu bsd/kern/kern_prot.c set_security_token_task_internal — faithful
 */
export function tokensOf({ uid, gid, pid, pidVersion, auditSessionID }: Credentials): SenderTokens {
  const auditUser = auditSessionID === 0 ? NOBODY : uid
  return { security: [uid, gid], audit: [auditUser, uid, gid, uid, gid, pid, auditSessionID, pidVersion] }
}

/** The receive option that asks for a kind of trailer. @xnu osfmk/mach/message.h — faithful */
export function MACH_RCV_TRAILER_TYPE(format: number): number {
  return ((format & 0xf) << 28) >>> 0
}

/** The receive option that asks for these elements. @xnu osfmk/mach/message.h — faithful */
export function MACH_RCV_TRAILER_ELEMENTS(elements: number): number {
  return (elements & 0xf) << 24
}

/**
 * Bytes of the trailer that receive options ask for.
 * @xnu osfmk/ipc/ipc_kmsg.c ipc_kmsg_trailer_size — faithful
 */
export function ipc_kmsg_trailer_size(options: number): number {
  const elements = elementsOf(options)
  return SIZES.find(([known]) => known === elements)?.[1] ?? MAX_TRAILER_SIZE
}

/**
 * The trailer that receive options ask for: the kind is always the one there is; context and labels are the
 * receiving port's. @xnu osfmk/ipc/ipc_kmsg.c ipc_kmsg_deflate_trailer — faithful
 */
export function trailerFor(
  options: number, message: KernelMessage, source: Port, sequenceNumber: number,
): MessageTrailer {
  const elements = elementsOf(options)
  const { security, audit } = message.sender
  return {
    type: MACH_MSG_TRAILER_FORMAT_0, sizeBytes: ipc_kmsg_trailer_size(options),
    ...(elements >= MACH_RCV_TRAILER_SEQNO && { sequenceNumber }),
    ...(elements >= MACH_RCV_TRAILER_SENDER && { sender: security }),
    ...(elements >= MACH_RCV_TRAILER_AUDIT && { audit }),
    ...(elements >= MACH_RCV_TRAILER_CTX && { context: source.context }),
    ...(elements > MACH_RCV_TRAILER_CTX && { labels: { ad: 0, sender: 0 } }),
  }
}

function elementsOf(options: number): number {
  return (options >>> 24) & 0xf
}
