import { exitReasonNamespace } from './exitReasons.ts'

/** An EXC_GUARD taken apart: what was guarded, what was done to it, and to which one. */
export interface GuardViolation {
  readonly type: number
  /** `GUARD_TYPE_…` */
  readonly typeName: string
  readonly flavor: number
  /** Names of what was done (`CLOSE`, `MOD_REFS`); empty where no table knows it. */
  readonly flavorNames: readonly string[]
  /** Descriptor, port name, process or namespace, by type. */
  readonly target: number
  /** Second code: the guard's identifier or a payload. */
  readonly identifier: bigint
  readonly sentence: string
}

interface GuardType {
  readonly name: string
  readonly thing: string
  readonly target: string | null
  /** Flags that add up, or values that stand alone. */
  readonly isBits: boolean
  readonly flavors: Record<number, readonly [name: string, words: string]>
}

const types: Record<number, GuardType> = {
  1: {
    name: 'GUARD_TYPE_MACH_PORT', thing: 'Mach port', target: 'port name', isBits: false,
    flavors: {
      1: ['DESTROY', 'was destroyed'],
      2: ['MOD_REFS', 'had its references changed'],
      3: ['INVALID_OPTIONS', 'was made with invalid options'],
      4: ['SET_CONTEXT', 'had its context changed'],
      5: ['THREAD_SET_STATE', 'was used to set a thread\'s state'],
      6: ['EXCEPTION_BEHAVIOR_ENFORCE', 'was used for exceptions with a behaviour that is not allowed'],
      8: ['UNGUARDED', 'is not guarded although a guard was given'],
      16: ['INCORRECT_GUARD', 'was used with the wrong guard'],
      32: ['IMMOVABLE', 'was to be moved although it must not'],
      64: ['STRICT_REPLY', 'was used against the rules of reply ports'],
      128: ['MSG_FILTERED', 'was sent a message that is filtered'],
      256: ['INVALID_RIGHT', 'was used with a right it does not have'],
      512: ['INVALID_NAME', 'does not exist under that name'],
      0x400: ['INVALID_VALUE', 'was given an invalid value'],
      0x800: ['INVALID_ARGUMENT', 'is guarded already'],
      0x4000: ['KERN_FAILURE', 'could not get the notification that was asked for'],
      0x10000: ['SEND_INVALID_REPLY', 'was sent a message with an invalid reply port'],
      0x20000: ['SEND_INVALID_VOUCHER', 'was sent a message with an invalid voucher'],
      0x40000: ['SEND_INVALID_RIGHT', 'was sent a message with an invalid right'],
      0x80000: ['RCV_INVALID_NAME', 'was received on under an invalid name'],
      0x100002: ['PROVISIONAL_REPLY_PORT', 'is a provisional reply port'],
      0x200000: ['MOD_REFS_NON_FATAL', 'had its references changed'],
      0x400000: ['IMMOVABLE_NON_FATAL', 'was to be moved although it must not'],
      0x800000: ['REQUIRE_REPLY_PORT_SEMANTICS', 'was used where a reply port is required'],
    },
  },
  2: {
    name: 'GUARD_TYPE_FD', thing: 'file descriptor', target: 'descriptor', isBits: true,
    flavors: {
      1: ['CLOSE', 'was closed'], 2: ['DUP', 'was duplicated'], 4: ['NOCLOEXEC',
        'lost its close-on-exec flag'],
      8: ['SOCKET_IPC', 'was sent over a socket'], 16: ['FILEPORT', 'was made a port'],
      32: ['MISMATCH', 'was used with the wrong guard'], 64: ['WRITE', 'was written to'],
    },
  },
  3: { name: 'GUARD_TYPE_USER', thing: 'assertion of a library', target: 'namespace', isBits: false,
    flavors: {} },
  4: {
    name: 'GUARD_TYPE_VN', thing: 'file', target: 'process', isBits: true,
    flavors: {
      1: ['RENAME_TO', 'was replaced by a rename'], 2: ['RENAME_FROM', 'was renamed'], 4: ['UNLINK',
        'was deleted'],
      8: ['WRITE_OTHER', 'was written by another process'], 16: ['TRUNC_OTHER', 'was cut by another process'],
      32: ['LINK', 'was linked'], 64: ['EXCHDATA', 'had its contents exchanged'],
    },
  },
  5: {
    name: 'GUARD_TYPE_VIRT_MEMORY', thing: 'part of memory', target: null, isBits: false,
    flavors: {
      1: ['DEALLOC_GAP', 'was freed although part of it is not mapped'],
      2: ['RECLAIM_COPYIO_FAILURE', 'could not be reclaimed: its ring could not be read'],
      3: ['SEC_LOOKUP_DENIED', 'was looked up against a security policy'],
      4: ['RECLAIM_INDEX_FAILURE', 'could not be reclaimed: its ring is damaged'],
      6: ['SEC_RANGE_DENIED', 'was used against a security policy'],
      7: ['SEC_ACCESS_FAULT', 'was accessed with the wrong memory tag'],
      8: ['RECLAIM_DEALLOCATE_FAILURE', 'could not be reclaimed: freeing it failed'],
      16: ['SEC_COPY_DENIED', 'was copied against a security policy'],
      32: ['SEC_SHARING_DENIED', 'was shared against a security policy'],
      64: ['SEC_ASYNC_ACCESS_FAULT', 'was accessed with the wrong memory tag'],
    },
  },
  6: { name: 'GUARD_TYPE_REJECTED_SC', thing: 'system call', target: 'Mach trap', isBits: false,
    flavors: {} },
}

/** Takes the codes of an EXC_GUARD apart; null when the type is none that the kernel has. */
export function decodeGuard(code: bigint, subcode: bigint): GuardViolation | null {
  const type = Number(code >> 61n & 7n)
  const row = types[type]
  if (row === undefined) return null
  const flavor = Number(code >> 32n & 0x1fff_ffffn)
  const target = Number(code & 0xffff_ffffn)
  const hits = Object.entries(row.flavors)
    .filter(([bits]) => row.isBits ? (flavor & Number(bits)) !== 0 : flavor === Number(bits))
    .map(([, hit]) => hit)
  return {
    type, typeName: row.name, flavor, target, identifier: subcode,
    flavorNames: hits.map(([name]) => name),
    sentence: sentenceOf(row, hits.map(([, words]) => words), target, subcode),
  }
}

function sentenceOf(row: GuardType, words: readonly string[], target: number, subcode: bigint): string {
  if (row.name === 'GUARD_TYPE_REJECTED_SC') {
    const call = target === 0 ? `${subcode}` : `trap ${target}`
    return `System call ${call} is not allowed to this process.`
  }
  if (row.name === 'GUARD_TYPE_USER') return `${exitReasonNamespace(target) ?? `Namespace ${target}`} stopped it (code ${subcode}).`
  const which = row.target === null ? `A guarded ${row.thing} (offset 0x${subcode.toString(16)})`
    : `Guarded ${row.thing} ${row.target === 'port name' ? `0x${target.toString(16)}` : target}`
  return `${which} ${words.length === 0 ? 'was misused' : words.join(' and ')}.`
}
