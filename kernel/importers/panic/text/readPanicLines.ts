import { READERS_BY_SIGN } from './askedReaders.ts'
import { plainFrameLine } from './backtraceLines.ts'
import { readSleepMessage } from './causeLines.ts'
import { plainKextLine } from './kextLines.ts'
import { BEYOND_ASCII, codesOfLines, LineSigns } from './LineSigns.ts'
import { PanicDraft, type PanicLine } from './PanicDraft.ts'

/** Characters of a line that are looked at. */
const MAX_LINE = 16_384

/** Lines that were not understood, run by run. */
export interface UnreadRun {
  readonly first: number
  last: number
  readonly text: string
}

/** Facts of a panic's text and the lines that said nothing known. */
export interface ReadLines {
  readonly draft: PanicDraft
  readonly understood: number
  readonly unread: readonly UnreadRun[]
  readonly cutLines: readonly number[]
}

function readBlank(draft: PanicDraft): void {
  if (draft.nextLine !== null) return
  const goesOn =
    draft.part === 'loaded' || draft.part === 'hardware' || (draft.part === 'message' && draft.isLongMessage)
  if (!goesOn) draft.part = 'none'
}

function readLine(line: PanicLine, signs: LineSigns, draft: PanicDraft): boolean {
  if (draft.nextLine !== null) {
    draft.set(draft.nextLine, line.text.trim())
    draft.nextLine = null
    return true
  }
  const wasMessage = draft.part === 'message'
  for (const { read, needs, part, isWithinMessage } of READERS_BY_SIGN[signs.first]!) {
    if ((needs & ~signs.has) !== 0 || (part !== undefined && part !== draft.part)) continue
    if (!read(line, draft)) continue
    if (wasMessage && draft.part === 'message' && isWithinMessage !== true) draft.part = 'none'
    return true
  }
  return false
}

/** The two kinds of lines that most of a report is made of, in their plainest form. */
function readPlain(text: string, number: number, signs: LineSigns, draft: PanicDraft): boolean {
  if (draft.part === 'loaded') return plainKextLine(text, signs, draft)
  return draft.part === 'backtrace' && plainFrameLine(text, number, signs, draft)
}

function addUnread(unread: UnreadRun[], { number, text }: PanicLine): void {
  const run = unread.at(-1)
  if (run?.last === number - 1) run.last = number
  else unread.push({ first: number, last: number, text: text.slice(0, 80) })
}

/**
 * Reads the lines of one panic text; they are numbered on from `firstNumber`. `codes` are the characters of the
 * lines, each line followed by one more, where they are at hand.
 */
export function readPanicLines(
  lines: readonly string[],
  firstNumber: number,
  codes: Uint8Array | Uint16Array = codesOfLines(lines),
): ReadLines {
  const draft = new PanicDraft()
  const unread: UnreadRun[] = []
  const cutLines: number[] = []
  const signs = new LineSigns(codes)
  let understood = 0
  let start = 0
  for (let index = 0; index < lines.length; index++) {
    const full = lines[index]!
    signs.start = start
    signs.end = start + Math.min(full.length, MAX_LINE)
    start += full.length + 1
    const number = firstNumber + index
    if (draft.nextLine === null && readPlain(full, number, signs, draft)) {
      understood++
      continue
    }
    const text = full.length > MAX_LINE ? full.slice(0, MAX_LINE) : full
    if (full.length > MAX_LINE && cutLines.length < 10) cutLines.push(number)
    signs.look()
    const line = { text, number }
    if (signs.first < 0 || (signs.first === BEYOND_ASCII && text.trim() === '')) {
      readBlank(draft)
      understood++
    } else if (readLine(line, signs, draft)) understood++
    else addUnread(unread, line)
  }
  readSleepMessage(draft)
  return { draft, understood, unread, cutLines }
}
