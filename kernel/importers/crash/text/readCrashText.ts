import type { Problem } from '../../../api/index.ts'
import type { CrashDraft } from '../CrashDraft.ts'
import { CrashTextReader } from './CrashTextReader.ts'

const MAX_LINES = 500_000
const MAX_LINE = 100_000
const MAX_UNREAD = 1_000
const MAX_QUOTE = 120

/** What is read: where the text begins in the file, for the line numbers of problems. */
export interface TextPart {
  readonly text: string
  /** Number of the part's first line in the file. */
  readonly firstLine: number
}

/** Whether most lines that say something are quoted as in a mail. */
function isQuoted(lines: readonly string[]): boolean {
  const some = lines.slice(0, 200).filter((line) => line.trim() !== '')
  return some.length > 0 && some.filter((line) => line.startsWith('>')).length * 2 > some.length
}

/** Reads a report in text form. Total: lines that nobody knows are kept and counted. */
export function readCrashText({ text, firstLine }: TextPart): CrashDraft {
  const reader = new CrashTextReader()
  const { draft } = reader
  const all = text.split('\n', MAX_LINES + 1)
  if (all.length > MAX_LINES) draft.problems.push(tooLong())
  const quoted = isQuoted(all)
  const lines = all.slice(0, MAX_LINES)
  for (const [index, raw] of lines.entries()) {
    const line = cleaned(raw, quoted)
    if (line === '' && index === lines.length - 1) break
    draft.coverage.linesTotal++
    if (line.length <= MAX_LINE && reader.line(line, firstLine + index)) draft.coverage.linesUnderstood++
    else keep(draft, firstLine + index, line)
  }
  for (const { lines: kept } of [...draft.sections, ...draft.messages]) {
    while (kept.at(-1)?.trim() === '') kept.pop()
  }
  nameMessages(draft)
  return draft
}

function cleaned(raw: string, quoted: boolean): string {
  const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
  return quoted ? line.replace(/^>+ ?/u, '') : line
}

function keep(draft: CrashDraft, line: number, text: string): void {
  if (draft.unread.length >= MAX_UNREAD) return
  const seen = text.length > MAX_QUOTE ? `${text.slice(0, MAX_QUOTE)}…` : text
  draft.unread.push({ line, text: seen })
}

const tooLong = (): Problem => ({ where: 'file', message: `Only the first ${MAX_LINES} lines were read.` })

/** `libsystem_c.dylib: abort() called`: the image in front of a message. */
function nameMessages(draft: CrashDraft): void {
  draft.messages = draft.messages.flatMap(({ lines }) => {
    const parts: CrashDraft['messages'] = []
    for (const line of lines) {
      const match = /^([\w.+-]{3,80}): (.+)$/u.exec(line.slice(0, 400))
      const isImage = match !== null && draft.images.some(({ name }) => name === match[1])
      if (isImage) parts.push({ image: match[1]!, lines: [line.slice(match[1]!.length + 2)] })
      else if (parts.length === 0) parts.push({ image: null, lines: [line] })
      else parts.at(-1)!.lines.push(line)
    }
    return parts
  }).filter(({ lines }) => lines.some((line) => line !== ''))
}
