/** Mach exception types (`exception_type_t`). */
export const EXC_BAD_ACCESS = 1
export const EXC_BAD_INSTRUCTION = 2
export const EXC_ARITHMETIC = 3
export const EXC_BREAKPOINT = 6
export const EXC_CRASH = 10
export const EXC_RESOURCE = 11
export const EXC_GUARD = 12

/** Bit of a code: the fault may come from a pointer that failed to authenticate. */
export const EXC_PTRAUTH_BIT = 0x200

interface ExceptionRow {
  readonly number: number
  readonly name: string
  readonly meaning: string
}

const rows: readonly ExceptionRow[] = [
  { number: EXC_BAD_ACCESS, name: 'EXC_BAD_ACCESS', meaning: 'memory could not be accessed' },
  { number: EXC_BAD_INSTRUCTION, name: 'EXC_BAD_INSTRUCTION',
    meaning: 'an instruction could not be executed' },
  { number: EXC_ARITHMETIC, name: 'EXC_ARITHMETIC', meaning: 'an arithmetic error' },
  { number: 4, name: 'EXC_EMULATION', meaning: 'an instruction that must be emulated' },
  { number: 5, name: 'EXC_SOFTWARE', meaning: 'an exception that software made' },
  { number: EXC_BREAKPOINT, name: 'EXC_BREAKPOINT', meaning: 'a trap or breakpoint instruction' },
  { number: 7, name: 'EXC_SYSCALL', meaning: 'a system call' },
  { number: 8, name: 'EXC_MACH_SYSCALL', meaning: 'a Mach system call' },
  { number: 9, name: 'EXC_RPC_ALERT', meaning: 'a remote call alert' },
  { number: EXC_CRASH, name: 'EXC_CRASH', meaning: 'the process ended abnormally' },
  { number: EXC_RESOURCE, name: 'EXC_RESOURCE', meaning: 'a resource limit was reached' },
  { number: EXC_GUARD, name: 'EXC_GUARD', meaning: 'a guarded resource was misused' },
  { number: 13, name: 'EXC_CORPSE_NOTIFY', meaning: 'the process became a corpse' },
]

/** An exception type by number or name; null when there is none. */
export function machException(key: number | string): ExceptionRow | null {
  return rows.find(({ number, name }) => number === key || name === key) ?? null
}

/** Which processor a code is of: the same number means different things. */
export type ExceptionArchitecture = 'x86' | 'arm'

const ofAccess: Record<string, Record<number, readonly [name: string, meaning: string]>> = {
  both: {
    1: ['KERN_INVALID_ADDRESS', 'nothing is mapped at the address'],
    2: ['KERN_PROTECTION_FAILURE', 'the memory there does not allow this access'],
    10: ['KERN_MEMORY_ERROR', 'the page could not be read from its file or swap'],
    50: ['KERN_CODESIGN_ERROR', 'the page does not match its code signature'],
  },
  arm: {
    0x101: ['EXC_ARM_DA_ALIGN', 'the address is not aligned for the access'],
    0x102: ['EXC_ARM_DA_DEBUG', 'a watchpoint or breakpoint was hit'],
    0x103: ['EXC_ARM_SP_ALIGN', 'the stack pointer is not aligned'],
    0x104: ['EXC_ARM_SWP', 'a SWP instruction was executed'],
    0x105: ['EXC_ARM_PAC_FAIL', 'a pointer failed to authenticate'],
  },
  x86: {
    13: ['EXC_I386_GPFLT',
      'general protection fault: a non-canonical or misaligned address; which one is not told'],
  },
}

const ofArithmetic: Record<ExceptionArchitecture, Record<number, readonly [name: string,
  meaning: string]>> = {
  x86: {
    1: ['EXC_I386_DIV', 'division by zero, or its result does not fit'],
    2: ['EXC_I386_INTO', 'integer overflow'],
    5: ['EXC_I386_EXTERR', 'floating point error'],
    8: ['EXC_I386_SSEEXTERR', 'vector floating point error'],
  },
  arm: {
    1: ['EXC_ARM_FP_IO', 'invalid floating point operation'],
    2: ['EXC_ARM_FP_DZ', 'floating point division by zero'],
    3: ['EXC_ARM_FP_OF', 'floating point overflow'],
    4: ['EXC_ARM_FP_UF', 'floating point underflow'],
    5: ['EXC_ARM_FP_IX', 'inexact floating point result'],
    6: ['EXC_ARM_FP_ID', 'denormal floating point input'],
  },
}

/** What the first code of an exception means; null where no table knows it. */
export function exceptionCode(
  exception: number, code: number, architecture: ExceptionArchitecture | null,
): { name: string; meaning: string } | null {
  const bare = architecture === 'x86' ? code : code & ~EXC_PTRAUTH_BIT
  const arch = architecture ?? 'arm'
  const row = exception === EXC_BAD_ACCESS ? ofAccess['both']![bare] ?? ofAccess[arch]![bare]
    : exception === EXC_ARITHMETIC ? ofArithmetic[arch][bare]
      : exception === EXC_BAD_INSTRUCTION && code === 1
        ? [arch === 'x86' ? 'EXC_I386_INVOP' : 'EXC_ARM_UNDEFINED', 'an undefined instruction'] as const
        : undefined
  return row === undefined ? null : { name: row[0], meaning: row[1] }
}
