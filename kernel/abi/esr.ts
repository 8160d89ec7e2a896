/** The exception syndrome register of arm64, taken apart. */
export interface ExceptionSyndrome {
  readonly exceptionClass: number
  readonly name: string
  /** From the kernel itself (true), from a process (false), or not told. */
  readonly fromKernel: boolean | null
  readonly isWrite: boolean | null
  /** What the translation said, for aborts. */
  readonly fault: string | null
  /** Bit 10: the fault address register holds nothing. */
  readonly isAddressInvalid: boolean
  /** Immediate of a BRK instruction. */
  readonly immediate: number | null
  /** The text that crash reports print for it. */
  readonly sentence: string
}

const classes = new Map<number, string>([
  [0x00, 'Uncategorized'],
  [0x01, 'WFI or WFE trapped'],
  [0x03, 'MCR or MRC trapped (CP15)'],
  [0x04, 'MCRR or MRRC trapped (CP15)'],
  [0x05, 'MCR or MRC trapped (CP14)'],
  [0x06, 'LDC or STC trapped (CP14)'],
  [0x07, 'SIMD or floating point trapped'],
  [0x09, 'Pointer authentication instruction trapped'],
  [0x0c, 'MRRC trapped (CP14)'],
  [0x0d, 'Branch target (BTI) failure'],
  [0x0e, 'Illegal execution state'],
  [0x11, 'SVC (32 bit)'],
  [0x12, 'HVC (32 bit)'],
  [0x15, 'SVC (64 bit)'],
  [0x16, 'HVC (64 bit)'],
  [0x18, 'System register access trapped'],
  [0x1c, 'Pointer authentication failure'],
  [0x1d, 'SME access trapped'],
  [0x20, 'Instruction abort'],
  [0x21, 'Instruction abort'],
  [0x22, 'PC alignment fault'],
  [0x24, 'Data abort'],
  [0x25, 'Data abort'],
  [0x26, 'SP alignment fault'],
  [0x28, 'Floating point exception (32 bit)'],
  [0x2c, 'Floating point exception'],
  [0x2f, 'SError interrupt'],
  [0x30, 'Breakpoint register match'],
  [0x31, 'Breakpoint register match'],
  [0x32, 'Single step'],
  [0x33, 'Single step'],
  [0x34, 'Watchpoint match'],
  [0x35, 'Watchpoint match'],
  [0x38, 'BKPT instruction'],
  [0x3c, 'BRK instruction'],
])

const fromProcess = new Set([0x11, 0x15, 0x20, 0x24, 0x30, 0x32, 0x34])
const fromKernel = new Set([0x21, 0x25, 0x31, 0x33, 0x35])
const aborts = new Set([0x20, 0x21, 0x24, 0x25])

function faultText(status: number): string | null {
  const level = status & 3
  if (status < 0x10) {
    const kind = ['address size', 'translation', 'access flag', 'permission'][status >>> 2]!
    return `${kind} fault, level ${level}`
  }
  switch (status) {
    case 0x10: return 'external abort'
    case 0x11: return 'tag check fault'
    case 0x14: case 0x15: case 0x16: case 0x17: return `external abort on the table walk, level ${level}`
    case 0x18: return 'parity error'
    case 0x1c: case 0x1d: case 0x1e: case 0x1f: return `parity error on the table walk, level ${level}`
    case 0x21: return 'alignment fault'
    case 0x22: return 'debug event'
    case 0x30: return 'conflict in the address translation cache'
    default: return null
  }
}

/** Takes an exception syndrome apart; null when its class is none that the architecture defines. */
export function decodeEsr(value: number): ExceptionSyndrome | null {
  const exceptionClass = value >>> 26 & 0x3f
  const name = classes.get(exceptionClass)
  if (name === undefined) return null
  const isAbort = aborts.has(exceptionClass)
  const isData = exceptionClass === 0x24 || exceptionClass === 0x25
  const origin = fromKernel.has(exceptionClass) ? true : fromProcess.has(exceptionClass) ? false : null
  const isWrite = isData ? (value >>> 6 & 1) === 1 : null
  const fault = isAbort ? faultText(value & 0x3f) : null
  const immediate = exceptionClass === 0x3c || exceptionClass === 0x15 ? value & 0xffff : null
  const parts = [
    origin === null ? name : `${name} from ${origin ? 'the kernel' : 'a process'}`,
    isWrite === null ? null : isWrite ? 'write' : 'read',
    fault,
    immediate === null ? null : `immediate 0x${immediate.toString(16)}`,
  ]
  return {
    exceptionClass, name, fromKernel: origin, isWrite, fault, immediate,
    isAddressInvalid: isAbort && (value >>> 10 & 1) === 1,
    sentence: parts.filter((part) => part !== null).join(', '),
  }
}
