import type { CrashFrame, CrashReport, CrashThread } from '../../../kernel/api/index.ts'
import { columns, counted } from '../columns.ts'
import { formatProblems } from '../problemText.ts'

const MAX_FRAMES = 24
const MAX_PROBLEMS = 10

/** How much of a report is printed. */
export interface CrashTextOptions {
  /** Every thread with all its frames. */
  readonly allThreads: boolean
  readonly registers: boolean
}

/** ` [12]`; nothing where the number is not known. */
const pidText = (pid: number | null): string => pid === null ? '' : ` [${pid}]`

function heading({ process, pid, version, verdict }: CrashReport): string {
  const name = `${process ?? 'A process'}${pidText(pid)}`
  return `${version === null ? name : `${name} ${version}`}: ${verdict.title}\n`
}

function exceptionText({ exception }: CrashReport): string | null {
  if (exception === null) return null
  const signal = exception.signal === null || exception.signal === exception.type ? '' : ` (${exception.signal})`
  const what = exception.subtype ?? exception.codes
  return `${exception.type ?? '?'}${signal}${what === null ? '' : `, ${what}`}`
}

function endText({ termination }: CrashReport): string | null {
  if (termination === null) return null
  const by = termination.byProcess === null ? '' : ` by ${termination.byProcess}${pidText(termination.byPid)}`
  const reason = [termination.namespace, termination.codeText, termination.indicator].filter((part) => part !== null)
  return `${reason.join(' ')}${by}`.trim()
}

function sureText({ verdict }: CrashReport): string {
  const says = [...new Set(verdict.evidence.map((one) => one.says))].filter((one) => one !== verdict.sentence && one !== verdict.cause)
  return says.length === 0 ? verdict.confidence : `${verdict.confidence}: ${says.join(' ')}`
}

function factRows(report: CrashReport): string[][] {
  const { verdict } = report
  const where = [report.osVersion, report.model, report.codeType].filter((part) => part !== null).join(', ')
  const facts: (readonly [string, string | null])[] = [
    ['What', verdict.sentence],
    ['Why', verdict.cause],
    ['Sure', sureText(report)],
    ...verdict.suspects.map(({ rank, bundle, kind, weight, evidence }) =>
      [rank === 1 ? 'Suspects' : '', `${rank}. ${bundle} (${kind}, ${weight}): ${evidence[0]?.text ?? ''}`] as const),
    ...verdict.next.map((step, index) => [index === 0 ? 'Next' : '', step] as const),
    ['Exception', exceptionText(report)],
    ['Ended', endText(report)],
    ['System', where],
    ['Date', report.date],
  ]
  return facts.flatMap(([label, text]) => text === null || text === '' ? [] : [[label, text]])
}

function placeText(frame: CrashFrame): string {
  if (frame.symbol === null) return frame.imageOffset === null ? '' : `+ ${frame.imageOffset}`
  return frame.symbolOffset === null ? frame.symbol : `${frame.symbol} + ${frame.symbolOffset}`
}

function frameRow(frame: CrashFrame): string[] {
  const marks = `${frame.isInline ? ' [inlined]' : ''}${frame.source === null ? '' : ` (${frame.source})`}`
  const index = String(frame.index).padStart(3)
  return [index, frame.image ?? '???', frame.address ?? '', `${placeText(frame)}${marks}`]
}

/** Frames as columns; what comes again and again is told once. */
function framesText(frames: readonly CrashFrame[], limit: number): string {
  const rows: string[][] = []
  let repeated = 0
  const tellRepeated = (): void => {
    if (repeated > 0) rows.push(['', '', '', `… ${repeated} more of the same`])
    repeated = 0
  }
  for (const [at, frame] of frames.entries()) {
    const before = frames[at - 1]
    if (before !== undefined && before.symbol === frame.symbol && before.address === frame.address) {
      repeated++
      continue
    }
    tellRepeated()
    if (rows.length >= limit) {
      rows.push(['', '', '', `… ${counted(frames.length - at, 'more frame')}`])
      return columns(rows, 2)
    }
    rows.push(frameRow(frame))
  }
  tellRepeated()
  return columns(rows, 2)
}

function threadText(thread: CrashThread, limit: number): string {
  const label = [thread.name, thread.queue].filter((part) => part !== null).join(', ')
  const title = `Thread ${thread.index}${thread.isTriggered ? ' crashed' : ''}`
  return `\n${label === '' ? title : `${title}: ${label}`}\n${framesText(thread.frames, limit)}`
}

function registersText(report: CrashReport): string {
  const crashed = report.threads.find(({ index }) => index === report.faultingThread)
  const registers = crashed?.registers ?? report.registers
  if (registers === null) return ''
  const rows = Object.entries(registers.values)
    .map(([name, value]) => [name.padStart(6), value, registers.notes[name] ?? ''])
  return `\n${registers.flavor ?? 'Registers'}\n${columns(rows)}`
}

function problemsText({ problems }: CrashReport): string {
  if (problems.length === 0) return ''
  const more = problems.length - MAX_PROBLEMS
  const rest = more > 0 ? `  … ${counted(more, 'more problem')}\n` : ''
  return `Problems\n${formatProblems(problems.slice(0, MAX_PROBLEMS))}${rest}`
}

/** A report for people: verdict and evidence, the stack that tells, and what was not understood. */
export function crashText(report: CrashReport, options: CrashTextOptions): string {
  const { coverage, threads, lastException } = report
  const limit = options.allThreads ? Number.POSITIVE_INFINITY : MAX_FRAMES
  const shown = options.allThreads ? threads
    : threads.filter(({ index, isTriggered }) => isTriggered || index === report.faultingThread)
  const others = threads.length - shown.length
  const counts = [
    ...others > 0 ? [counted(others, 'more thread')] : [],
    counted(report.images.length, 'image'),
    `${coverage.linesUnderstood} of ${counted(coverage.linesTotal, 'line')} understood`,
  ]
  return [
    heading(report),
    columns(factRows(report), 2),
    lastException.length === 0 ? '' : `\nStack of the exception\n${framesText(lastException, limit)}`,
    ...shown.map((thread) => threadText(thread, limit)),
    options.registers ? registersText(report) : '',
    `\n${counts.join(', ')}.\n`,
    problemsText(report),
  ].join('')
}
