import type {
  CrashDerived, CrashException, CrashRecord, CrashRegisters, CrashSection, CrashTermination, CrashThread,
    Problem, UnreadLine,
} from '../../api/index.ts'

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** A section while its lines come in. */
export interface SectionDraft extends Mutable<CrashSection> {
  lines: string[]
}

/** A thread while its lines come in. */
export interface ThreadDraft extends Mutable<CrashThread> {
  frames: FrameDraft[]
  registers: RegistersDraft | null
}

/** A frame while it is looked up. */
export type FrameDraft = Mutable<CrashThread['frames'][number]>

/** Registers while their lines come in. */
export type RegistersDraft = Mutable<CrashRegisters>

/** A report while it is read. */
export interface CrashDraft extends Mutable<CrashRecord> {
  exception: Mutable<CrashException> | null
  termination: (Mutable<CrashTermination> & { details: string[] }) | null
  threads: ThreadDraft[]
  lastException: FrameDraft[]
  messages: { image: string | null; lines: string[] }[]
  registers: RegistersDraft | null
  images: Mutable<CrashRecord['images'][number]>[]
  sections: SectionDraft[]
  derived: Mutable<CrashDerived>
  unread: UnreadLine[]
  coverage: Mutable<CrashRecord['coverage']>
  problems: Problem[]
}

/** A report of which nothing is known. */
export function emptyCrash(container: CrashRecord['container']): CrashDraft {
  return {
    kind: 'user-crash', container, bugType: null, process: null, pid: null, path: null, identifier: null,
      version: null,
    codeType: null, isTranslated: null, role: null, parent: null, responsible: null, userId: null, date: null,
    launchDate: null, osVersion: null, reportVersion: null, model: null, incident: null, sip: null,
      awakeSeconds: null,
    sinceWakeSeconds: null, other: {}, exception: null, termination: null, faultingThread: null, threads: [],
    lastException: [], messages: [], registers: null, images: [], memory: null, sections: [],
    derived: { faultAddress: null, access: null, exception: null, termination: null },
    unread: [], coverage: { linesUnderstood: 0, linesTotal: 0 }, problems: [],
  }
}

/** The exception's fields, made at their first use. */
export function exceptionOf(draft: CrashDraft): Mutable<CrashException> {
  draft.exception ??= {
    type: null, codes: null, subtype: null, signal: null, namespace: null, message: null, note: null,
  }
  return draft.exception
}

/** The termination's fields, made at their first use. */
export function terminationOf(draft: CrashDraft): NonNullable<CrashDraft['termination']> {
  draft.termination ??= {
    namespace: null, code: null, codeText: null, indicator: null, byProcess: null, byPid: null, flags: null,
      details: [],
  }
  return draft.termination
}

/** `Name [12]` taken apart. */
export function processName(text: string): { name: string; pid: number | null } {
  const open = text.lastIndexOf('[')
  const digits = open < 0 ? '' : text.slice(open + 1).trimEnd()
  if (!/^\d{1,10}\]$/u.test(digits)) return { name: text.trim(), pid: null }
  return { name: text.slice(0, open).trim(), pid: Number(digits.slice(0, -1)) }
}

/** `0x…` without leading zeros. */
export function hexOf(value: bigint): string {
  return `0x${value.toString(16)}`
}

/** An address as printed; null when it is none, or has more than 64 bits. */
export function addressOf(text: string): bigint | null {
  return /^0x0*[0-9a-f]{1,16}$/iu.test(text) && text.length < 40 ? BigInt(text) : null
}

/** A UUID in any spelling, upper case with dashes; null for anything else. */
export function uuidOf(text: string | null): string | null {
  const digits = text?.replaceAll('-', '').toUpperCase() ?? ''
  if (!/^[0-9A-F]{32}$/u.test(digits)) return null
  return [[0, 8], [8, 12], [12, 16], [16, 20], [20, 32]].map(([from, to]) => digits.slice(from, to)).join('-')
}

/** Takes an exception's words apart: `EXC_CRASH (SIGKILL (Code Signature Invalid))`. */
export function setExceptionType(draft: CrashDraft, text: string): void {
  const exception = exceptionOf(draft)
  const [type = '', ...rest] = text.trim().split(/\s+/u)
  if (type === '') return
  exception.type = type
  const words = rest.join(' ').replaceAll(/[()]/gu, ' ').trim()
  const signal = /\bSIG[A-Z]{2,6}\d?\b/u.exec(`${type} ${words}`)?.[0] ?? null
  exception.signal ??= signal
  const others = words.replace(signal ?? '', '').trim().replaceAll(/\s+/gu, ' ')
  if (others !== '' && !/^0x[0-9a-f]+$/iu.test(others)) exception.message ??= others
}
