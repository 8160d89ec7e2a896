import { machException } from '../../abi/index.ts'
import type { CrashEvidence, CrashFrame, CrashImage, CrashRecord, CrashThread } from '../../api/index.ts'

/** What the rules ask a report for, worked out once. */
export interface CrashContext {
  readonly record: CrashRecord
  /** Mach number of the exception; 0 where there is none. */
  readonly exception: number
  readonly signal: string | null
  readonly codes: readonly bigint[]
  readonly fault: bigint | null
  readonly crashed: CrashThread | null
  /** Stack of the crashed thread; the main thread's where the report names none. */
  readonly frames: readonly CrashFrame[]
  readonly registers: Readonly<Record<string, string>>
  /** Messages, details of the end and texts of the linker, line by line. */
  readonly words: readonly string[]
}

/** What a rule found. */
export interface Finding {
  readonly class: string
  readonly title: string
  readonly sentence: string
  readonly cause: string
  readonly evidence: readonly CrashEvidence[]
  readonly confidence: 'high' | 'medium' | 'low'
  readonly next: readonly string[]
  /** Libraries or programs that the finding itself names. */
  readonly named?: readonly string[]
}

/** Answers what it finds, or null. */
export type Rule = (context: CrashContext) => Finding | null

const TOLD = /^(?:Dyld Error|Application Specific Signatures|kernel messages|Last Terminating Exception)/iu

/** Gathers what the rules need. */
export function contextOf(record: CrashRecord): CrashContext {
  const { exception } = record
  const crashed = record.threads.find(({ index }) => index === record.faultingThread) ?? null
  const isCodes = /^0x/iu.test(exception?.codes ?? '')
  const signal = exception?.signal ?? (exception?.type?.startsWith('SIG') === true ? exception.type : null)
  return {
    record, crashed, signal,
    exception: machException(exception?.type ?? '')?.number ?? 0,
    codes: isCodes ? (exception?.codes?.slice(0, 200).match(/0x[0-9a-f]{1,16}\b/giu) ?? []).map(BigInt) : [],
    fault: record.derived.faultAddress === null ? null : BigInt(record.derived.faultAddress),
    frames: (crashed ?? record.threads[0])?.frames ?? [],
    registers: crashed?.registers?.values ?? record.registers?.values ?? {},
    words: [
      ...record.messages.flatMap(({ lines }) => lines),
      ...record.termination?.details ?? [],
      ...record.exception?.message == null ? [] : [record.exception.message],
      ...record.termination?.indicator == null ? [] : [record.termination.indicator],
      ...record.sections.filter(({ title }) => TOLD.test(title)).flatMap(({ lines }) => lines),
    ],
  }
}

/** Evidence that quotes the report. */
export function evidence(text: string, says: string): CrashEvidence {
  return { line: null, text: text.length > 160 ? `${text.slice(0, 160)}…` : text, says }
}

/** The first message that fits, with its match. */
export function saidBy(context: CrashContext, pattern: RegExp): RegExpExecArray | null {
  for (const line of context.words) {
    const match = pattern.exec(line.slice(0, 4_000))
    if (match !== null) return match
  }
  return null
}

/** The process's name, for sentences. */
export function who(record: CrashRecord): string {
  return record.process ?? 'The process'
}

/** Frame as a person reads it. */
export function frameText(frame: CrashFrame): string {
  const image = frame.image ?? '?'
  const bare = frame.imageOffset === null ? frame.address ?? '?' : `${image} + ${frame.imageOffset}`
  const offset = frame.symbolOffset === null ? '' : ` + ${frame.symbolOffset}`
  const place = frame.symbol === null ? bare : `${frame.symbol}${offset} in ${image}`
  return frame.source === null ? place : `${place} (${frame.source})`
}

const SYSTEM = /^\/(?:System|usr\/(?!local\/)|Library\/Apple|bin|sbin)\b/u

/** Whether a path is one of the system's own. */
export function isSystemPath(path: string): boolean {
  return SYSTEM.test(path)
}

/** Whether an image belongs to the system. */
export function isSystemImage(image: CrashImage | undefined): boolean {
  if (image === undefined) return false
  return (image.path !== null && isSystemPath(image.path))
    || image.identifier?.startsWith('com.apple.') === true
}
