/** Who wrote a panic's binary header: the two kinds give the same bits different meanings. */
export type PanicHeaderKind = 'intel' | 'embedded'

/** One flag of a panic header. */
export interface PanicFlag {
  readonly bit: number
  /** The flag's name in the kernel's header, without its prefix. */
  readonly name: string
  readonly meaning: string
  /** True for flags that say that something went wrong while the panic was recorded. */
  readonly isError: boolean
}

const NESTED = ['NESTED_PANIC', 'a second panic happened while the first was handled', true] as const
const COMPANION = [
  'COMPANION_PROC_INITIATED_PANIC', 'a companion processor outside the chip asked for the panic', false,
] as const
const STACKSHOT_OK = ['STACKSHOT_SUCCEEDED', 'a stackshot was taken', false] as const
const COMPRESSED = ['STACKSHOT_DATA_COMPRESSED', 'the stackshot is compressed', false] as const
const NO_SYNC = [
  'STACKSHOT_FAILED_DEBUGGERSYNC', 'no stackshot: the other cores could not be halted', true,
] as const
const STACKSHOT_ERROR = ['STACKSHOT_FAILED_ERROR', 'no stackshot: taking it failed', true] as const
const INCOMPLETE = ['STACKSHOT_FAILED_INCOMPLETE', 'the stackshot is incomplete', true] as const
const STACKSHOT_NESTED = ['STACKSHOT_FAILED_NESTED', 'no stackshot: taking it panicked again', true] as const
const CORE_DONE = ['COREDUMP_COMPLETE', 'a core dump was written', false] as const
const CORE_FAILED = ['COREDUMP_FAILED', 'the core dump failed', true] as const
const USER = ['USERSPACE_INITIATED_PANIC', 'a process asked for the panic', false] as const
const COPROCESSOR = [
  'INTEGRATED_COPROC_INITIATED_PANIC', 'a coprocessor of the chip asked for the panic', false,
] as const
const BOTH_HIGH = [
  ['ENCRYPTED_COREDUMP_SKIPPED', 'no core dump: it must be encrypted and could not be', true],
  ['KERNEL_COREDUMP_SKIPPED_EXCLUDE_REGIONS_UNAVAILABLE',
    'no core dump: the list of regions to leave out is missing', true],
  ['COREFILE_UNLINKED', 'the core file has no name in the file system', true],
  ['INCOHERENT_PANICLOG', 'the panic log failed its integrity check', true],
] as const

type FlagRow = readonly [name: string, meaning: string, isError: boolean]

/** Meanings from bit 0 upwards. */
const rows: Record<PanicHeaderKind, readonly FlagRow[]> = {
  intel: [
    NESTED, COMPANION, STACKSHOT_OK, COMPRESSED, NO_SYNC, STACKSHOT_ERROR, INCOMPLETE, STACKSHOT_NESTED,
    CORE_DONE, CORE_FAILED,
    ['STACKSHOT_KERNEL_ONLY', 'the stackshot has kernel threads only', true],
    ['STACKSHOT_FAILED_COMPRESS', 'the stackshot could not be compressed', true],
    ...BOTH_HIGH, USER, COPROCESSOR,
  ],
  embedded: [
    CORE_DONE, STACKSHOT_OK, NO_SYNC, STACKSHOT_ERROR, INCOMPLETE, STACKSHOT_NESTED, NESTED,
    ['BUTTON_RESET_PANIC', 'the power button was held to force a reset', false],
    COMPANION, CORE_FAILED,
    ['COMPRESS_FAILED', 'the stackshot could not be compressed', true],
    COMPRESSED, ...BOTH_HIGH,
    ['EXCLAVE_PANIC', 'the panic came from an exclave', false],
    USER, COPROCESSOR,
  ],
}

/** Every flag of a kind of header, from the lowest bit upwards. */
export function panicFlags(kind: PanicHeaderKind): PanicFlag[] {
  return rows[kind].map(([name, meaning, isError], index) => ({ bit: 1 << index, name, meaning, isError }))
}

/** The flags that are set in `value`, and the bits that no flag stands for. */
export function decodePanicFlags(
  value: number, kind: PanicHeaderKind,
): { flags: PanicFlag[]; unknownBits: number } {
  const flags = panicFlags(kind).filter(({ bit }) => (value & bit) !== 0)
  const known = flags.reduce((sum, { bit }) => sum + bit, 0)
  return { flags, unknownBits: value - known }
}
