import type { LineReader, PanicDraft, PanicLine } from './PanicDraft.ts'

const PANIC = /panic\(cpu (\d{1,5}) caller (0x[0-9a-f]{1,16})\): ?(.*)$/iu
const UNFINISHED = /^panic\(cpu (\d{1,5})(?: caller (0x[0-9a-f]{1,16}))?/iu
const NESTED = /^Nested panic detected - entry count: \d+ panic_caller: 0x[0-9a-f]+/u

/** A coprocessor's own panic, as the driver of it repeats it: `DCP PANIC - …`, `SEP Panic: …`; `GPU Panic:` is a driver's. */
const COPROCESSOR = new RegExp(
  '^"?(?:\\[[^\\]]{0,40}\\] ?)?(?!GPU )([A-Z][A-Za-z0-9]{1,11}(?:EXT\\d)?)'
  + ' (?:Recoverable )?P(?:ANIC|anic)\\b ?[-:]? ?(.*)$', 'u')

function trapOf(draft: PanicDraft, message: string, line: number): void {
  const trap = /type (?:= )?(\d{1,3})=([^,#)]{1,40}?)(?: #0x[0-9a-f]+)?[,)]/iu.exec(message)
  if (trap !== null) draft.trap = { type: Number(trap[1]), name: trap[2]!.trim(), hint: null, line }
}

function readMessage(draft: PanicDraft, message: string, line: number): void {
  draft.keep(draft.message, message)
  trapOf(draft, message, line)
  const coprocessor = COPROCESSOR.exec(message)
  if (coprocessor !== null) {
    draft.coprocessor = { name: coprocessor[1]!, message: coprocessor[2]!, firmware: null, line }
  }
  draft.isLongMessage = coprocessor !== null || /watchdog/iu.test(message.slice(0, 200))
}

function anotherPanic(line: PanicLine, draft: PanicDraft, message: string): boolean {
  if (draft.blocks > 0 && draft.loaded.length > 0) draft.secondPanicLine ??= line.number
  draft.keep(draft.nestedPanics, { message, line: line.number })
  return true
}

/** What the kernel says when it panics while it writes a panic. */
export const nestedPanicLine: LineReader = (line, draft) =>
  NESTED.test(line.text) && anotherPanic(line, draft, line.text)

/** The line that begins a panic, and those of panics inside it. */
export const panicLine: LineReader = (line, draft) => {
  const match = PANIC.exec(line.text)
  if (match === null) return unfinishedPanicLine(line, draft)
  if (draft.firstLine !== null) return anotherPanic(line, draft, match[3]!)
  draft.firstLine = line.text.slice(match.index)
  draft.panicLine = line.number
  draft.cpu = Number(match[1])
  draft.caller = match[2]!
  draft.part = 'message'
  readMessage(draft, match[3]!, line.number)
  return true
}

/** A panic line that stops before its message. */
const unfinishedPanicLine: LineReader = (line, draft) => {
  const match = UNFINISHED.exec(line.text)
  if (match === null || draft.firstLine !== null) return false
  draft.firstLine = line.text
  draft.panicLine = line.number
  draft.cpu = Number(match[1])
  draft.caller = match[2] ?? null
  return true
}

/** A further line of the panic's own words. */
export const messageLine: LineReader = (line, draft) => {
  if (draft.part !== 'message') return false
  draft.keep(draft.message, line.text)
  const firmware = /^RTKit: ?(.*)$/u.exec(line.text)
  if (firmware !== null && draft.coprocessor !== null) draft.coprocessor.firmware ??= firmware[1]!
  return true
}

/** The source file and line that a message ends with, in any of the three spellings. */
export function sourceOf(message: string | null): { file: string; line: number } | null {
  const match = /@ ?([^\s@"]{1,300}):(\d{1,7})$/u.exec((message ?? '').slice(-320).trimEnd())
  return match === null ? null : { file: match[1]!, line: Number(match[2]) }
}
