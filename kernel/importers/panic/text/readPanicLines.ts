import { backtraceHead, frameLine, taskLine } from './backtraceLines.ts'
import { failureCodeLine, readSleepMessage, serviceLine } from './causeLines.ts'
import { messageLine, panicLine } from './headLines.ts'
import { backtraceKextLine, lastKextLine, loadedHead, loadedKextLine } from './kextLines.ts'
import { blockLine, coreLine, hardwareLine, knownLine, labelLine, momentLine } from './labelLines.ts'
import { PanicDraft, type LineReader, type PanicLine } from './PanicDraft.ts'
import { faultLine, registerLine } from './registerLines.ts'

/** Characters of a line that are looked at. */
const MAX_LINE = 16_384

/** Readers of a line, in the order in which they are asked. */
const READERS: readonly LineReader[] = [
  panicLine,
  faultLine,
  registerLine,
  taskLine,
  backtraceHead,
  frameLine,
  backtraceKextLine,
  lastKextLine,
  loadedHead,
  momentLine,
  coreLine,
  serviceLine,
  failureCodeLine,
  labelLine,
  blockLine,
  loadedKextLine,
  knownLine,
  hardwareLine,
  messageLine,
]

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

/** The readers after which a message is over. */
const WITHIN_MESSAGE: ReadonlySet<LineReader> = new Set([panicLine, serviceLine, messageLine, blockLine])

function readBlank(draft: PanicDraft): void {
  if (draft.nextLine !== null) return
  const goesOn =
    draft.part === 'loaded' || draft.part === 'hardware' || (draft.part === 'message' && draft.isLongMessage)
  if (!goesOn) draft.part = 'none'
}

function readLine(line: PanicLine, draft: PanicDraft): boolean {
  if (line.text.trim() === '') {
    readBlank(draft)
    return true
  }
  if (draft.nextLine !== null) {
    draft.set(draft.nextLine, line.text.trim())
    draft.nextLine = null
    return true
  }
  const wasMessage = draft.part === 'message'
  const reader = READERS.find((candidate) => candidate(line, draft))
  if (reader === undefined) return false
  if (wasMessage && draft.part === 'message' && !WITHIN_MESSAGE.has(reader)) draft.part = 'none'
  return true
}

/** Reads the lines of one panic text; they are numbered on from `firstNumber`. */
export function readPanicLines(lines: readonly string[], firstNumber: number): ReadLines {
  const draft = new PanicDraft()
  const unread: UnreadRun[] = []
  const cutLines: number[] = []
  let understood = 0
  for (const [index, full] of lines.entries()) {
    const number = firstNumber + index
    const isCut = full.length > MAX_LINE
    if (isCut && cutLines.length < 10) cutLines.push(number)
    const text = isCut ? full.slice(0, MAX_LINE) : full
    if (readLine({ text, number }, draft)) understood++
    else if (unread.at(-1)?.last === number - 1) unread.at(-1)!.last = number
    else unread.push({ first: number, last: number, text: text.slice(0, 80) })
  }
  readSleepMessage(draft)
  return { draft, understood, unread, cutLines }
}
