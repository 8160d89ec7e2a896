import {
  decodeEsr, decodeGuard, decodeResource, EXC_BAD_ACCESS, EXC_GUARD, EXC_RESOURCE, exceptionCode,
    exitReasonMeaning,
  machException, type ExceptionArchitecture,
} from '../../abi/index.ts'
import type { CrashRegisters } from '../../api/index.ts'
import { addressOf, hexOf, type CrashDraft } from './CrashDraft.ts'

/** A general protection fault: the processor does not tell the address. */
const EXC_I386_GPFLT = 13n

/** Which processor the report is of; null where it does not tell. */
export function architectureOf(codeType: string | null): ExceptionArchitecture | null {
  if (codeType === null) return null
  if (/arm/iu.test(codeType)) return 'arm'
  return /x86|intel|i386/iu.test(codeType) ? 'x86' : null
}

/** The numbers of a codes line. */
export function rawCodes(codes: string | null): bigint[] {
  return (codes?.slice(0, 200).match(/0x[0-9a-f]{1,16}\b/giu) ?? []).map(BigInt)
}

/** Works out what follows from the facts: fault address, kind of access, meanings of codes. */
export function deriveCrash(draft: CrashDraft): void {
  const { exception, termination, derived } = draft
  if (exception !== null) {
    derived.faultAddress = faultAddress(draft)
    derived.exception = exceptionMeaning(draft)
  }
  const crashed = draft.threads.find(({ index }) => index === draft.faultingThread)
  derived.access = accessOf(crashed?.registers ?? draft.registers, derived.faultAddress)
  if (termination !== null && termination.code !== null) {
    derived.termination = exitReasonMeaning(termination.namespace, termination.code)?.meaning ?? null
  }
  derived.termination ??= watcherMeaning(draft)
}

function faultAddress(draft: CrashDraft): string | null {
  const { exception } = draft
  if (machException(exception?.type ?? '')?.number !== EXC_BAD_ACCESS) return null
  const codes = rawCodes(exception?.codes ?? null)
  const isCodes = /^0x/iu.test(exception?.codes ?? '')
  if (isCodes && codes[0] === EXC_I386_GPFLT && architectureOf(draft.codeType) !== 'arm') return null
  const stated = /\bat (0x[0-9a-f]{1,32})/iu.exec(exception?.subtype ?? '')
  const address = stated === null ? null : addressOf(stated[1]!)
  if (address !== null) return hexOf(address)
  return isCodes && codes.length > 1 ? hexOf(codes[1]!) : null
}

function exceptionMeaning(draft: CrashDraft): string | null {
  const { exception } = draft
  const number = machException(exception?.type ?? '')?.number ?? 0
  const [code, subcode = 0n] = /^0x/iu.test(exception?.codes ?? '') ? rawCodes(exception?.codes ?? null) : []
  if (code === undefined) return namedMeaning(draft, number)
  if (number === EXC_GUARD) return decodeGuard(code, subcode)?.sentence ?? null
  if (number === EXC_RESOURCE) return decodeResource(code, subcode)?.sentence ?? null
  return exceptionCode(number, Number(code), architectureOf(draft.codeType))?.meaning ?? null
}

/** Reports that print the code's name only. */
function namedMeaning(draft: CrashDraft, number: number): string | null {
  const name = /\b(?:KERN|EXC)_[A-Z0-9_]+/u.exec(draft.exception?.subtype ?? '')?.[0]
  const codes = [1, 2, 10, 50, 0x101, 0x105]
  for (const code of codes) {
    const row = exceptionCode(number, code, 'arm')
    if (row !== null && row.name === name) return row.meaning
  }
  return null
}

function accessOf(registers: CrashRegisters | null, fault: string | null): CrashDraft['derived']['access'] {
  if (registers === null || fault === null) return null
  const { values, notes } = registers
  if (values['pc'] === fault || values['rip'] === fault || values['eip'] === fault) return 'execute'
  const esr = values['esr'] === undefined ? null : decodeEsr(Number(BigInt(values['esr']) & 0xffff_ffffn))
  if (esr !== null) {
    if (esr.name === 'Instruction abort') return 'execute'
    if (esr.isWrite !== null) return esr.isWrite ? 'write' : 'read'
  }
  const err = values['err']
  const isPageFault = values['trap'] === '0xe' || /page fault/iu.test(notes['trap'] ?? '')
  if (err === undefined || !isPageFault) return null
  const bits = BigInt(err)
  return (bits & 16n) !== 0n ? 'execute' : (bits & 2n) !== 0n ? 'write' : 'read'
}

/** Older reports carry the watchers' codes in the exception's. */
function watcherMeaning(draft: CrashDraft): string | null {
  for (const code of rawCodes(draft.exception?.codes ?? null)) {
    const found = code > 0xffffn && code <= 0xffff_ffffn ? exitReasonMeaning(null, Number(code)) : null
    if (found !== null) return found.meaning
  }
  return null
}
