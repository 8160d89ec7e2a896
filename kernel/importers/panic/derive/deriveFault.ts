import { decodeEsr, decodePageFault, type ExceptionSyndrome } from '../../../abi/index.ts'
import type { DerivedFault } from '../../../api/index.ts'
import type { PanicDraft } from '../text/PanicDraft.ts'
import { address64 } from './Address64.ts'
import { addressPattern, hex64, hexValue64, withoutSignature } from './addresses.ts'

type Arch = 'x86_64' | 'i386' | 'arm64' | 'ppc' | null

const HINTS: Readonly<Record<string, string>> = {
  'Kernel NX fault': 'the kernel jumped to memory that holds data',
  'SMEP/User NX fault': 'the kernel jumped to memory of user space',
  'SMAP fault': 'the kernel touched memory of user space without leave',
}

function intelPageFault(draft: PanicDraft, arch: Arch): DerivedFault | null {
  const code = hexValue64(draft.registers.get('error code'))
  const address = hexValue64(draft.registers.get('fault cr2') ?? draft.registers.get('cr2'))
  const rip = draft.registers.get('rip') ?? draft.registers.get('eip') ?? null
  if (code === null && address === null) return null
  const meaning = code === null ? null : decodePageFault(code)
  const hint = HINTS[draft.trap?.hint ?? '']
  const how =
    meaning === null
      ? 'page fault'
      : meaning.reservedBit
        ? 'a reserved bit is set in the page table'
        : meaning.isMapped
          ? `${meaning.access} of memory that does not allow it`
          : `${meaning.access} of unmapped memory`
  return {
    access: meaning?.access ?? null,
    address: address === null ? null : hex64(address),
    instruction: rip,
    reason: hint ?? how,
    pattern: address === null ? null : addressPattern(address, arch),
    line: draft.registerLines.get('fault cr2') ?? draft.registerLines.get('cr2') ?? null,
  }
}

/** A general protection names no address: registers with an impossible one are the best hint. */
function protectionFault(draft: PanicDraft): DerivedFault {
  const suspects = [...draft.registers].filter(([name, value]) => {
    if (!/^r(?:[a-d]x|[sd]i|\d{1,2}|bp)$/u.test(name)) return false
    const number = address64(value)
    const top = number === null ? 0 : number.high >>> 15
    return top !== 0 && top !== 0x1ffff
  })
  return {
    access: null,
    address: null,
    instruction: draft.registers.get('rip') ?? null,
    reason: 'general protection',
    pattern:
      suspects.length === 0
        ? null
        : `non-canonical value in ${suspects.map(([name, value]) => `${name} (${value})`).join(', ')}`,
    line: draft.registerLines.get(suspects[0]?.[0] ?? 'rip') ?? null,
  }
}

/** What an abort wanted to do; null for anything that is no abort. */
function accessOf({ exceptionClass, isWrite }: ExceptionSyndrome): DerivedFault['access'] {
  if (exceptionClass === 0x20 || exceptionClass === 0x21) return 'execute'
  return isWrite === null ? null : isWrite ? 'write' : 'read'
}

function armFault(draft: PanicDraft): { fault: DerivedFault; text: string } | null {
  const esr = hexValue64(draft.registers.get('esr'))
  const meaning = esr === null ? null : decodeEsr(Number(esr & 0xffffffffn))
  if (meaning === null) return null
  const far = hexValue64(draft.registers.get('far'))
  const access = accessOf(meaning)
  const address = access === null || meaning.isAddressInvalid ? null : far
  const pc = hexValue64(draft.registers.get('pc'))
  return {
    fault: {
      access,
      address: address === null ? null : hex64(address),
      reason: meaning.fault ?? meaning.name,
      instruction: pc === null ? null : hex64(withoutSignature(pc)),
      pattern: address === null ? null : addressPattern(address, 'arm64'),
      line: draft.registerLines.get('esr') ?? null,
    },
    text: meaning.sentence,
  }
}

/** What the fault was, out of the registers; null when the report holds none. */
export function deriveFault(
  draft: PanicDraft,
  arch: Arch,
): { fault: DerivedFault | null; esr: string | null } {
  const arm = armFault(draft)
  if (arm !== null) return { fault: arm.fault, esr: arm.text }
  if (draft.trap?.type === 13) return { fault: protectionFault(draft), esr: null }
  if (draft.trap?.type === 14 || (draft.trap === null && draft.registers.has('fault cr2'))) {
    return { fault: intelPageFault(draft, arch), esr: null }
  }
  const rip = draft.registers.get('rip') ?? draft.registers.get('eip')
  if (rip === undefined || draft.trap === null) return { fault: null, esr: null }
  return {
    fault: {
      access: null,
      address: null,
      instruction: rip,
      reason: draft.trap.name,
      pattern: null,
      line: draft.trap.line,
    },
    esr: null,
  }
}
