import type { PanicFacts, PanicSuspect, PanicVerdict } from '../../api/index.ts'
import { isFamily, isThirdParty, PanicView } from './PanicView.ts'
import { RULES } from './rules/index.ts'
import { kernelSuspect, suspectsOf } from './suspects.ts'
import type { Finding } from './VerdictRule.ts'

/** What is said when no rule fits: the report holds no words and no fault. */
function unknown(panic: PanicView): Finding {
  const { facts } = panic
  const bugType = facts.reporter?.bugType
  const isPiece = facts.firstLine === null
  return {
    class: 'unknown',
    title: 'Not told',
    backtrace: 'reporter',
    confidence: 'low',
    evidence: [],
    sentence: isPiece
      ? 'The part of the report that is here does not say what happened.'
      : 'The report does not say what happened.',
    cause:
      bugType?.meaning == null
        ? 'There is neither a panic message nor a fault in it.'
        : `The reporter calls it: ${bugType.meaning}.`,
    cannotTell: isPiece
      ? 'The panic line and the backtrace are missing from the text.'
      : 'The message is empty.',
    next: [
      'Get the whole report: from the line "panic(cpu …" to the end, in /Library/Logs/DiagnosticReports.',
    ],
  }
}

function cautions(panic: PanicView, finding: Finding): string[] {
  const { facts } = panic
  const list = [...(finding.cautions ?? [])]
  const families = facts.backtraceKexts.filter(({ id }) => isFamily(id))
  if (
    finding.backtrace !== 'reporter' &&
    families.length > 0 &&
    !list.some((text) => text.includes('family'))
  ) {
    list.push(
      `${families[0]!.id} is a family: it runs for the drivers built on it, and one of those is the `
        + 'likelier cause.',
    )
  }
  const process = facts.panickedTask?.name ?? facts.processName
  if (
    process !== null &&
    process !== 'kernel_task' &&
    !list.some((text) => /panicked (?:task|process|thread)|bystander/iu.test(text))
  ) {
    list.push(`${process} is the process that happened to be running; that alone does not make it the cause.`)
  }
  const { lastStartedKext: last, derived } = facts
  if (last !== null && derived.secondsSinceLastKext !== null && derived.secondsSinceLastKext > 30) {
    list.push(
      `${last.id} was started last, ${Math.round(derived.secondsSinceLastKext)} seconds before: that is no `
        + 'evidence against it.',
    )
  }
  return list
}

function notUnderstood({ facts }: PanicView): string[] {
  const list: string[] = []
  const { linesTotal, linesUnderstood } = facts.coverage
  if (linesUnderstood < linesTotal)
    list.push(`${linesTotal - linesUnderstood} of ${linesTotal} lines were not understood: see the problems.`)
  if (facts.firstLine === null) list.push('The panic line is missing.')
  if (facts.backtrace.length === 0) list.push('There is no backtrace.')
  else if (facts.derived.firstFrame === null)
    list.push('Where in the backtrace the panic machinery ends cannot be told without symbols.')
  else if (facts.backtrace.every(({ symbol }) => symbol === null)) list.push('The frames have no symbols.')
  if (facts.loadedKexts.length === 0) list.push('There is no list of loaded kexts.')
  return list
}

function confidence(finding: Finding, best: string | undefined): PanicVerdict['confidence'] {
  if (finding.class === 'unknown' || finding.confidence === 'low') return 'low'
  if (finding.confidence === 'high' && (best === 'strong' || finding.backtrace === 'reporter')) return 'high'
  return best === undefined || best === 'weak' ? 'low' : 'medium'
}

/** Where Intel kernels before macOS 11 load kexts; the kernel itself lies above. */
const INTEL_KEXTS = /^0xffffff7f/u

function reasonForNobody(panic: PanicView, finding: Finding, suspects: readonly PanicSuspect[]): string {
  if (finding.cannotTell !== undefined) return finding.cannotTell
  if (suspects.length > 0)
    return 'All that speaks for the suspects is weak: none of them can be named as the cause.'
  const instruction = panic.facts.derived.fault?.instruction ?? ''
  if (INTEL_KEXTS.test(instruction)) {
    return `The instruction at ${instruction} is a kext's (kexts lie at 0xffffff7f…), but the report does `
      + 'not list whose range that is.'
  }
  if (panic.facts.backtrace.length === 0)
    return 'The report holds no backtrace, and its message names nobody.'
  if (
    panic.facts.backtraceKexts.length === 0 &&
    panic.facts.backtrace.every(({ symbol }) => symbol === null)
  ) {
    return 'The backtrace has neither symbols nor the ranges of kexts: its addresses cannot be given to '
      + 'anybody.'
  }
  return 'Only the kernel\'s own code is in the backtrace, and the message names nobody.'
}

function extraNext(panic: PanicView): string[] {
  const { facts } = panic
  const list: string[] = []
  const woke = panic.justWoke()
  if (woke !== null)
    list.push(`It happened ${Math.round(woke)} seconds after a wake: see whether it always does.`)
  if (facts.derived.uptimeSeconds !== null && facts.derived.uptimeSeconds < 60)
    list.push('It happened within a minute of booting: start once without third-party kexts (safe mode).')
  const named = facts.backtraceKexts.find(({ id }) => isThirdParty(id))
  if (named !== undefined)
    list.push(
      `Look for a newer version of ${named.id} (this is ${named.version ?? 'unknown'}), or remove it and `
        + 'try again.',
    )
  if (
    facts.backtrace.length > 0 &&
    facts.backtrace.every(({ symbol }) => symbol === null) &&
    facts.kernelUuid !== null
  ) {
    list.push(`Symbolicate the backtrace with the kernel of UUID ${facts.kernelUuid}.`)
  }
  return list
}

/** Whose panic a report is about: of a T2's report with the panic of macOS in it, that of macOS. */
export function subjectOf(facts: PanicFacts): PanicFacts {
  const { companion } = facts
  return companion === null || companion.firstLine === null ? facts : companion
}

/**
 * Judges a panic: what kind it is, who may have caused it and on what evidence, how sure that is, and what
 * to do next.
 */
export function judgePanic(facts: PanicFacts, lines: readonly string[]): PanicVerdict {
  const verdict = judgeOne(facts, lines)
  const subject = subjectOf(facts)
  if (subject === facts || verdict.rule !== 'bridge') return verdict
  const inner = judgeOne(subject, lines)
  return {
    ...inner,
    evidence: [...verdict.evidence, ...inner.evidence],
    cautions: [
      ...inner.cautions,
      'The T2 chip only brought this report: the panic is that of macOS inside it.',
    ],
  }
}

function judgeOne(facts: PanicFacts, lines: readonly string[]): PanicVerdict {
  const panic = new PanicView(facts, lines)
  let rule = 'none'
  let finding: Finding | null = null
  for (const candidate of RULES) {
    finding = candidate.find(panic)
    if (finding === null) continue
    rule = candidate.name
    break
  }
  finding ??= unknown(panic)
  const found = suspectsOf(panic, finding)
  const suspects = found.length > 0 || finding.backtrace !== 'culprit' ? found : kernelSuspect(panic)
  return {
    class: finding.class,
    title: finding.title,
    rule,
    sentence: finding.sentence,
    cause: finding.cause,
    evidence: finding.evidence,
    suspects,
    cannotTell: suspects.some(({ weight }) => weight !== 'weak')
      ? null
      : reasonForNobody(panic, finding, suspects),
    confidence: confidence(finding, suspects[0]?.weight),
    cautions: cautions(panic, finding),
    notUnderstood: notUnderstood(panic),
    next: [...finding.next, ...extraNext(panic)],
  }
}
