import { bugType as bugTypeOf } from '../../abi/index.ts'
import type { PanicFacts } from '../../api/index.ts'
import { decodeUtf8Lossless } from '../../formats/index.ts'
import { ProblemList } from '../ProblemList.ts'
import { openContainer, type OpenedPanic, type PanicSection } from './container/openContainer.ts'
import { derivePanic } from './derive/derivePanic.ts'
import { panicFlagsOf, reporterOf, textMember, unknownKeys } from './json/readBody.ts'
import { readStackshot } from './json/readStackshot.ts'
import { layoutOf } from './layoutOf.ts'
import { sourceOf } from './text/headLines.ts'
import { readPanicLines, type ReadLines } from './text/readPanicLines.ts'

/** Bytes of a report that are read. */
export const MAX_PANIC_BYTES = 64 * 1024 * 1024
const MAX_LINES = 400_000
const MAX_UNREAD = 150

export interface ReadPanicOptions {
  /** The host's own quick decoder of Latin-1. */
  readonly decodeLatin1?: (bytes: Uint8Array) => string
}

/** A report as read, with its lines as they are numbered in it. */
export interface ReadPanic {
  readonly facts: PanicFacts
  readonly lines: readonly string[]
}

const SIGNS = new RegExp(
  'panic\\(cpu \\d|Panicked t(?:ask|hread)|Backtrace \\(CPU \\d|Debugger message: '
    + '|"panicString"|"macOSPanicString"' +
    '|Kernel Extensions in backtrace|Paniclog version: |CORE \\d+ is the one that panicked|Unresolved '
      + 'kernel trap|Sleep Wake failure in EFI',
  'iu',
)

/** Whether bytes look like a kernel panic at all, in any of its forms. Only their beginning is looked at. */
export function looksLikePanic(bytes: Uint8Array): boolean {
  const head = decodeUtf8Lossless(bytes, 0, Math.min(bytes.length, 1024 * 1024)).replaceAll('\0', '')
  if (SIGNS.test(head)) return true
  const bugType = /^[\s\u{feff}]{0,64}\{[^}]{0,2000}?"bug_type"\s?:\s?"(\d{1,4})"/u.exec(head)
  const family = bugType === null ? null : bugTypeOf(Number(bugType[1]))?.family
  return family === 'panic' || family === 'graphics' || family === 'firmware'
}

function tellUnread(read: ReadLines, name: string, problems: ProblemList): void {
  for (const { first, last, text } of read.unread.slice(0, MAX_UNREAD)) {
    const what = first === last ? 'This line was' : `Lines ${first} to ${last} were`
    problems.add(first, 1, `${what} not understood${name === 'text' ? '' : ` (${name})`}.`, text)
  }
  if (read.unread.length > MAX_UNREAD)
    problems.addGeneral(`${read.unread.length - MAX_UNREAD} more places were not understood.`)
  for (const line of read.cutLines)
    problems.add(line, 1, 'This line is longer than any report has: only its start was read.', '')
  if (read.draft.isFull) problems.addGeneral('There is more of one kind than any report has: the rest is left out.')
  if (read.draft.secondPanicLine !== null) {
    problems.add(read.draft.secondPanicLine, 1, 'Another report begins here: only the first is read.', '')
  }
}

/** Facts whose last ones are filled in when all texts of the report are read. */
type OpenFacts = Omit<PanicFacts, 'companion' | 'coverage' | 'problems'> & {
  companion: PanicFacts['companion']
  coverage: PanicFacts['coverage']
  problems: PanicFacts['problems']
}

/** The facts of one text. */
function factsOf(read: ReadLines, opened: OpenedPanic): OpenFacts {
  const { draft } = read
  const { body } = opened
  const { texts } = draft
  const reporter = reporterOf(opened)
  if (texts.kernelVersion === undefined) {
    const kernel = textMember(body, 'kernel')
    if (kernel !== null) texts.kernelVersion = kernel
  }
  const derived = derivePanic(draft)
  const message = draft.message.length === 0 ? null : draft.message.join('\n').trimEnd()
  const isIntel = derived.arch === 'x86_64' || derived.arch === 'i386'
  return {
    kind: 'kernel-panic',
    layout: layoutOf(draft, derived.arch, derived.darwin),
    container: opened.container,
    wrapping: [...new Set([...opened.wrapping, ...draft.notes])],
    cpu: draft.cpu,
    caller: draft.caller,
    firstLine: draft.firstLine,
    message,
    source: sourceOf(message),
    panicLine: draft.panicLine,
    nestedPanics: draft.nestedPanics,
    panickedTask: draft.task,
    panickedThread: draft.thread,
    panickedThreadId: draft.threadId,
    processName: texts.processName ?? null,
    backtrace: draft.backtrace,
    backtraceKexts: draft.kexts,
    osVersion: texts.osVersion ?? reporter?.osVersion ?? null,
    macOSVersion: texts.macOSVersion ?? null,
    kernelVersion: texts.kernelVersion ?? null,
    kernelUuid: texts.kernelUuid ?? null,
    kernelCacheUuid: texts.kernelCacheUuid ?? null,
    model: texts.model ?? textMember(body, 'product', 'modelCode'),
    kernelSlide: texts.kernelSlide ?? null,
    kernelTextBase: texts.kernelTextBase ?? null,
    kernelCacheSlide: texts.kernelCacheSlide ?? null,
    kernelCacheBase: texts.kernelCacheBase ?? null,
    kernelTextExecSlide: texts.kernelTextExecSlide ?? null,
    kernelTextExecBase: texts.kernelTextExecBase ?? null,
    uptimeNs: texts.uptimeNs ?? null,
    machAbsoluteTime: texts.machAbsoluteTime ?? null,
    moments: draft.moments,
    bootArgs: texts.bootArgs ?? null,
    panicLogVersion: texts.panicLogVersion ?? null,
    debuggerMessage: texts.debuggerMessage ?? null,
    lastStartedKext: draft.lastStarted,
    lastStoppedKext: draft.lastStopped,
    loadedKexts: draft.loaded,
    registers: Object.fromEntries(draft.registers),
    trap: draft.trap,
    panicFlags: panicFlagsOf(body, isIntel),
    services: draft.services,
    sleepFailure: draft.sleepFailure,
    coprocessor: draft.coprocessor,
    details: draft.details,
    reporter,
    companion: null,
    derived,
    stackshot: readStackshot(body, { pid: draft.task?.pid ?? null, threadId: draft.threadId }),
    coverage: { linesUnderstood: 0, linesTotal: 0 },
    problems: [],
  }
}

function extraDetails(section: PanicSection, first: number, problems: ProblemList): ReadLines {
  const read = readPanicLines(section.lines, first, section.codes)
  tellUnread(read, section.name, problems)
  return read
}

/** What a reader of the main text says when there is no panic line in it. */
function tellMissing({ firstLine, container }: PanicFacts, lines: number, problems: ProblemList): void {
  if (firstLine !== null) return
  problems.addGeneral(
    lines === 0 && container !== 'text'
      ? 'The report holds no text of a panic.'
      : 'There is no panic line (panic(cpu N caller 0x…): message): the text may be a piece of a report.',
  )
}

/** Reads a kernel panic in any of its forms. Total: what was not understood is counted and listed. */
export function readPanic(source: Uint8Array, options: ReadPanicOptions = {}): ReadPanic {
  const problems = new ProblemList()
  const bytes = source.length > MAX_PANIC_BYTES ? source.subarray(0, MAX_PANIC_BYTES) : source
  if (bytes !== source)
    problems.addGeneral(`Only the first ${MAX_PANIC_BYTES} of ${source.length} bytes were read.`)
  const opened = openContainer(bytes, problems, options.decodeLatin1)
  const [main = { name: 'text', lines: [] }, ...others] = opened.sections
  const lines = main.lines.length > MAX_LINES ? main.lines.slice(0, MAX_LINES) : main.lines
  if (lines !== main.lines)
    problems.addGeneral(`Only the first ${MAX_LINES} of ${main.lines.length} lines were read.`)
  const read = extraDetails({ ...main, lines }, 1, problems)
  const facts = factsOf(read, opened)
  let all = lines
  let understood = read.understood
  for (const section of others) {
    const extra = extraDetails(section, all.length + 1, problems)
    understood += extra.understood
    if (section.name === 'macOSPanicString')
      facts.companion = factsOf(extra, { ...opened, header: null, body: null })
    else read.draft.details.push(...extra.draft.details)
    all = [...all, ...section.lines]
  }
  const keys = Object.keys(opened.header ?? {}).length + Object.keys(opened.body ?? {}).length
  const unknown = unknownKeys(opened)
  for (const key of unknown.slice(0, 50))
    problems.addIn(`JSON key ${key.slice(0, 80)}`, 'This key is not known: its value is kept as it is.')
  tellMissing(facts, all.length, problems)
  facts.coverage = { linesTotal: all.length + keys, linesUnderstood: understood + keys - unknown.length }
  facts.problems = problems.finish()
  return { facts, lines: all }
}
