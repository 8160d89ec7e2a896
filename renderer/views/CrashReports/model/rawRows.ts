import type { RawPlace } from './locate.ts'

/** One row of the screen: a piece of a line of the file. */
export interface RawRow {
  /** Line of the file, from 0. */
  readonly line: number
  readonly from: number
  readonly to: number
}

const TAB = 8
const LEAST_COLUMNS = 20
/** From here on characters of a fixed-width face are two columns wide. */
const WIDE_FROM = 0x2e80

/** Lines cut into rows of at most `columns` columns, so that all have one height. Nothing is changed. */
export function rawRows(lines: readonly string[], columns: number): readonly RawRow[] {
  const width = Math.max(LEAST_COLUMNS, columns)
  const rows: RawRow[] = []
  lines.forEach((text, line) => {
    let from = 0
    do {
      const to = endOfRow(text, from, width)
      rows.push({ line, from, to })
      from = to
    } while (from < text.length)
  })
  return rows
}

function endOfRow(text: string, from: number, width: number): number {
  let at = from
  for (let column = 0; at < text.length; ) {
    const code = text.codePointAt(at) ?? 0
    column += code === 9 ? TAB - (column % TAB) : code < WIDE_FROM ? 1 : 2
    if (column > width) break
    at += code > 0xffff ? 2 : 1
  }
  return at
}

/** A piece of a row, marked or not. */
export interface RawPiece {
  readonly text: string
  readonly isMarked: boolean
}

/** A row's text with the places in it marked. */
export function rawPieces(
  text: string,
  { line, from, to }: RawRow,
  places: readonly RawPlace[],
): readonly RawPiece[] {
  const cuts = places
    .filter((place) => place.line === line && place.from < to && place.to > from)
    .map((place) => ({ from: Math.max(from, place.from), to: Math.min(to, place.to) }))
    .sort((a, b) => a.from - b.from)
  const pieces: RawPiece[] = []
  let at = from
  for (const cut of cuts) {
    if (cut.to <= at) continue
    const start = Math.max(at, cut.from)
    if (start > at) pieces.push({ text: text.slice(at, start), isMarked: false })
    pieces.push({ text: text.slice(start, cut.to), isMarked: true })
    at = cut.to
  }
  if (at < to || pieces.length === 0) pieces.push({ text: text.slice(at, to), isMarked: false })
  return pieces
}

/** The text of a panic that a reporter's JSON holds; null for a file that is text itself. */
export function textInside(file: string): string | null {
  const start = file.trimStart()
  if (!start.startsWith('{')) return null
  for (const candidate of [start.slice(start.indexOf('\n') + 1), start]) {
    const body = parsed(candidate)
    const text = body?.['panicString'] ?? body?.['macOSPanicString']
    if (typeof text === 'string') return text
  }
  return null
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
