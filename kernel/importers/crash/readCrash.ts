import type { CrashRecord } from '../../api/index.ts'
import { bugType } from '../../abi/index.ts'
import { asNumber, asObject, decodeUtf8Lossless, LooseJsonReader,
  type LooseDocument } from '../../formats/index.ts'
import type { CrashDraft } from './CrashDraft.ts'
import { deriveCrash } from './deriveCrash.ts'
import { linkFrames } from './linkFrames.ts'
import { readIpsHeader } from './ips/ipsHead.ts'
import { readCrashIps } from './ips/readCrashIps.ts'
import { readCrashText } from './text/readCrashText.ts'

const MAX_CRASH_BYTES = 64 * 1024 * 1024
const MAX_LISTED_UNREAD = 100

const readJson = (text: string, start: number): LooseDocument => new LooseJsonReader(text, start).document()

/** How a report is laid out. */
interface Layout {
  /** Offset of the JSON header or body; null when there is none. */
  readonly json: number | null
  /** Where the report's text begins; null when there is none. */
  readonly text: number | null
}

/** Finds the parts of a report by what stands in it. */
function layoutOf(text: string): Layout {
  const start = text.search(/\S/u)
  if (start < 0 || text[start] !== '{') {
    const full = /^\{"(?:app_name|bug_type|timestamp|name)"/mu.exec(text)
    return { json: full?.index ?? null, text: Math.max(0, start) }
  }
  const header = readJson(text, start)
  const secondLine = text.indexOf('\n', start) + 1
  if (header.faults.length > 0 && secondLine > 0 && /^\s*[A-Z][\w /]+: /u.test(text.slice(secondLine,
    secondLine + 200))) {
    return { json: start, text: secondLine }
  }
  const behind = header.faults.length === 0 ? text.slice(header.end, header.end + 1_000).search(/\S/u) : -1
  if (behind < 0 || text[header.end + behind] === '{') return { json: start, text: null }
  return { json: start, text: header.end }
}

/** Labels of which a report has two at least. */
const LABELS = new RegExp(`^[> ]*(?:${[
  'Process', 'Command', 'Exception Type', 'Exception Codes', 'Crashed Thread', 'Triggered by Thread',
  'Binary Images',
  'Identifier', 'Incident Identifier', 'OS Version',
].join('|')}):?`, 'gimu')

/** A piece of a report that has no head: the stack of the thread that crashed. */
const CRASHED_THREAD = /^[> ]*Thread \d{1,5}(?: name: .{1,80}[\r\n]+[> ]*Thread \d{1,5})? Crashed:.*[\r\n]+[> ]*0 +\S.* 0x[0-9a-f]+ /imu

/** Whether a file looks like a report about a process, in Apple's text or JSON form or one like it. */
export function looksLikeCrash(bytes: Uint8Array): boolean {
  const head = decodeUtf8Lossless(bytes, 0, Math.min(bytes.length, 64 * 1024))
  const start = head.search(/\S/u)
  if (head[start] === '{') {
    const code = asNumber(asObject(readJson(head, start).value)?.['bug_type'])
    const family = code === null ? null : bugType(code)?.family ?? null
    if (family !== null) return family === 'crash' || family === 'memory' || family === 'resource'
      || family === 'hang'
    return /"(?:procName|usedImages|largestProcess)"/u.test(head)
  }
  const isPanic = /^panic\(cpu \d+ caller 0x/mu.test(head)
  return !isPanic && ((head.match(LABELS)?.length ?? 0) >= 2 || CRASHED_THREAD.test(head))
}

/** Takes what `from` knows and `to` does not. */
function fill(to: CrashDraft, from: CrashDraft): void {
  const fields = to as unknown as Record<string, unknown>
  for (const [key, value] of Object.entries(from)) {
    const has = fields[key]
    const isEmpty = has === null || (Array.isArray(has) && has.length === 0)
    if (isEmpty && key !== 'unread' && key !== 'problems') fields[key] = value
  }
  to.unread.push(...from.unread)
  to.problems.push(...from.problems)
  to.coverage.linesTotal += from.coverage.linesTotal
  to.coverage.linesUnderstood += from.coverage.linesUnderstood
}

/** Whether the text tells of more than its JSON, which people cut off where it gets long. */
function knowsMore(words: CrashDraft, ips: CrashDraft): boolean {
  const size = ({ threads, images, faultingThread }: CrashDraft): number =>
    threads.length + images.length + (faultingThread === null ? 0 : 1)
  return ips.problems.length > 0 && size(words) > size(ips)
}

function readParts(text: string): CrashDraft {
  const layout = layoutOf(text)
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length
  if (layout.text === null) return readCrashIps({ text, start: layout.json ?? 0,
    firstLine: lineOf(layout.json ?? 0) })
  if (layout.json === null) return readLinked(text, 1)
  if (layout.json < layout.text) {
    const header = asObject(readJson(text, layout.json).value)
    const draft = readLinked(text.slice(layout.text), lineOf(layout.text))
    if (header !== null) readIpsHeader(draft, header)
    return draft
  }
  const ips = readCrashIps({ text, start: layout.json, firstLine: lineOf(layout.json) })
  const words = readLinked(text.slice(0, layout.json), 1)
  const [fuller, other] = knowsMore(words, ips) ? [words, ips] : [ips, words]
  fill(fuller, other)
  fuller.container = 'text-and-ips'
  return fuller
}

function readLinked(text: string, firstLine: number): CrashDraft {
  const draft = readCrashText({ text, firstLine })
  linkFrames(draft)
  return draft
}

/** Reads a report about a process in any of its forms. Total: what was not understood is kept and listed. */
export function readCrash(source: Uint8Array): CrashRecord {
  const bytes = source.subarray(0, MAX_CRASH_BYTES)
  const draft = readParts(decodeUtf8Lossless(bytes))
  if (bytes.length < source.length) {
    draft.problems.push({
      where: 'file', message: `Only the first ${MAX_CRASH_BYTES} bytes were read.`,
        seen: `${source.length} bytes`,
    })
  }
  for (const { line, text } of draft.unread.slice(0, MAX_LISTED_UNREAD)) {
    draft.problems.push({ where: 'report', line, message: 'This was not understood.', seen: text })
  }
  if (draft.exception?.namespace === null) draft.exception.namespace = draft.termination?.namespace ?? null
  if (draft.kind === 'user-crash' && draft.exception === null && draft.termination === null
    && draft.threads.length === 0) {
    draft.kind = 'diagnostic'
    draft.problems.push({
      where: 'file',
        message: 'There is no exception, no reason of an end and no thread: the report may be cut off.',
      wanted: 'Exception Type:, Termination Reason: or Thread 0:',
    })
  }
  deriveCrash(draft)
  return draft
}
