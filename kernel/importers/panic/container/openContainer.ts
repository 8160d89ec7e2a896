import type { PanicContainer } from '../../../api/index.ts'
import { isLooseObject, LooseJsonReader, type LooseObject } from '../../../formats/index.ts'
import type { ProblemList } from '../../ProblemList.ts'
import { textOfBytes, type Latin1Decoder } from './textOfBytes.ts'
import { splitLines, unwrapPanicLines, unwrapText } from './unwrapLines.ts'

/** The lines of one text of a report, with the name of the JSON key that held them. */
export interface PanicSection {
  readonly name: string
  readonly lines: readonly string[]
  /** The characters of the lines, each line followed by one more, where they are at hand. */
  readonly codes?: Uint8Array
}

/** A report taken out of what it came in. */
export interface OpenedPanic {
  readonly container: PanicContainer
  readonly wrapping: readonly string[]
  /** First line of a JSON report. */
  readonly header: LooseObject | null
  readonly body: LooseObject | null
  /** The panic's own text first. */
  readonly sections: readonly PanicSection[]
}

const TEXT_KEYS = ['panicString', 'string', 'macOSPanicString', 'otherString']
const PANIC_WORDS = /panic\(cpu |Panicked t(?:ask|hread)|Backtrace \(CPU|Debugger message:/u

function sectionsOf(body: LooseObject): PanicSection[] {
  const sections: PanicSection[] = []
  const take = (name: string): void => {
    const value = body[name]
    if (typeof value === 'string' && value !== '') sections.push({ name, lines: splitLines(value, []) })
  }
  TEXT_KEYS.forEach(take)
  if (sections.length > 0 && sections[0]!.name !== 'otherString') return sections
  const isPanic = (value: unknown): boolean => typeof value === 'string' && PANIC_WORDS.test(value)
  const other = Object.keys(body).find((key) => !TEXT_KEYS.includes(key) && isPanic(body[key]))
  if (other !== undefined) take(other)
  return sections.toReversed()
}

function fromBody(
  header: LooseObject | null,
  body: LooseObject,
  container: PanicContainer,
  notes: readonly string[],
): OpenedPanic {
  return { container, wrapping: notes, header, body, sections: sectionsOf(body) }
}

/** A report that begins with `{`: header line and body, or the body alone. */
function openJson(text: string, notes: readonly string[], problems: ProblemList): OpenedPanic | null {
  const first = new LooseJsonReader(text).document()
  if (!isLooseObject(first.value)) return null
  const rest = text.slice(first.end).trimStart()
  const tell = (faults: typeof first.faults, what: string): void => {
    for (const { message } of faults.slice(0, 3))
      problems.addIn(what, `${message} What was read before it is kept.`)
  }
  if (sectionsOf(first.value).length > 0) {
    tell(first.faults, 'JSON')
    return fromBody(
      null,
      first.value,
      first.faults.length > 0 && rest === '' ? 'ips-fragment' : 'ips-body',
      notes,
    )
  }
  tell(first.faults, 'JSON header')
  if (rest.startsWith('{')) {
    const second = new LooseJsonReader(rest).document()
    tell(second.faults, 'JSON body')
    if (isLooseObject(second.value)) return fromBody(first.value, second.value, 'ips', notes)
  }
  const lines = rest === '' ? [] : splitLines(rest, [])
  const isReport = first.value.bug_type !== undefined || lines.length > 0
  if (!isReport) return fromBody(null, first.value, 'ips-body', notes)
  return {
    container: 'ips',
    wrapping: notes,
    header: first.value,
    body: null,
    sections: [{ name: 'text', lines }],
  }
}

/** A report that is JSON, or a piece of it; null for any other. */
function openAnyJson(plain: string, notes: readonly string[], problems: ProblemList): OpenedPanic | null {
  const start = plain.slice(0, 4096).trimStart()
  if (start.startsWith('{')) {
    const opened = openJson(plain.trimStart(), notes, problems)
    if (opened !== null) return opened
  }
  if (/"(?:panicString|macOSPanicString|string)"\s{0,8}:\s{0,8}"/u.test(plain)) {
    const { value } = new LooseJsonReader(plain).members()
    if (isLooseObject(value) && sectionsOf(value).length > 0)
      return fromBody(null, value, 'ips-fragment', notes)
  }
  return null
}

/** Finds out what a report came in and takes it out. Total: anything at all is opened as text in the end. */
export function openContainer(
  bytes: Uint8Array,
  problems: ProblemList,
  decode?: Latin1Decoder,
): OpenedPanic {
  const { text, notes, isBytes } = textOfBytes(bytes, decode)
  const outer = unwrapText(text)
  const soFar = [...notes, ...outer.notes]
  if (outer.text.includes('{') || outer.text.includes('"')) {
    const opened = openAnyJson(outer.lines.join('\n'), soFar, problems)
    if (opened !== null) return opened
  }
  const inner = unwrapPanicLines(outer)
  const wrapping = [...soFar, ...inner.notes]
  const isAsItCame = isBytes && wrapping.length === 0 && !text.includes('\r') && inner.lines === outer.lines
  const main = { name: 'text', lines: inner.lines }
  return {
    container: 'text',
    wrapping,
    header: null,
    body: null,
    sections: [isAsItCame ? { ...main, codes: bytes } : main],
  }
}
