import type { CrashFingerprint, CrashFrame, CrashRecord, CrashReport, CrashVerdict } from '../../api/index.ts'
import { crc32 } from '../../formats/crc32.ts'
import { contextOf, evidence, who, type CrashContext, type Finding, type Rule } from './CrashContext.ts'
import { killed, lowMemory, otherReason, privacy, resourceLimit, watchdog, watcher } from './rules/ended.ts'
import { codeSigning, dynamicLinker, exec } from './rules/launch.ts'
import { badAccess, nullDereference, pointerAuthentication, stackOverflow,
  useAfterFree } from './rules/memory.ts'
import { abort, arithmetic, corruption, guard, trap, uncaughtException } from './rules/software.ts'
import { suspectsOf } from './suspects.ts'

/** From what ended a process for sure to what only looks like it. */
const rules: readonly Rule[] = [
  lowMemory, codeSigning, dynamicLinker, watchdog, watcher, privacy, resourceLimit, guard, exec,
  stackOverflow, pointerAuthentication, nullDereference, corruption, useAfterFree, badAccess, arithmetic,
  uncaughtException, trap, abort, otherReason, killed,
]

function unknown({ record }: CrashContext): Finding {
  const type = record.exception?.type ?? record.termination?.indicator
  return {
    class: 'unknown', title: record.kind === 'diagnostic' ? 'Incomplete report' : 'Not known',
    sentence: type == null ? `The report of ${record.process ?? 'the process'} does not say what happened.`
      : `${who(record)} ended with ${type}; no rule here knows more.`,
    cause: type == null ? 'The part of the report that tells is missing.' : `${type}.`,
    evidence: type == null ? [] : [evidence(type, 'All that the report says.')],
    confidence: 'low',
    next: [record.kind === 'diagnostic' ? 'Get the whole report: this one ends before the exception.'
      : 'Read the stack of the crashed thread.'],
  }
}

/** The stack that tells: of the uncaught exception where there is one. */
function tellingStack(context: CrashContext, finding: Finding): readonly CrashFrame[] {
  const { record } = context
  if (finding.class.endsWith('exception') && record.lastException.length > 0) return record.lastException
  return context.frames
}

const ALGORITHM = 'crash-1'

/** Class, exception and the first functions of the stack: what stays the same when a crash comes again. */
function fingerprintOf(record: CrashRecord, finding: Finding,
  stack: readonly CrashFrame[]): CrashFingerprint {
  const frames = stack.slice(0, 5).map(({ symbol, image, imageOffset }) =>
    symbol ?? `${image ?? '?'} + ${imageOffset ?? '?'}`)
  const parts = [record.process ?? '?', finding.class, record.exception?.type
    ?? record.termination?.namespace ?? '?', ...frames]
  const bytes = new Uint8Array([...parts.join('\n')].map((letter) => letter.charCodeAt(0) & 0xff))
  return { algorithm: ALGORITHM, id: crc32(bytes).toString(16).padStart(8, '0'), parts }
}

/** Says what happened, whose fault it may be, and what to do; the same for the same report. */
export function judgeCrash<T extends CrashRecord>(record: T): T & CrashReport {
  const context = contextOf(record)
  let finding: Finding | null = null
  for (const rule of rules) {
    finding = rule(context)
    if (finding !== null) break
  }
  finding ??= unknown(context)
  const stack = tellingStack(context, finding)
  const { named: _named, ...told } = finding
  const verdict: CrashVerdict = { ...told, suspects: suspectsOf(context, finding, stack) }
  return { ...record, verdict, fingerprint: fingerprintOf(record, finding, stack) }
}
