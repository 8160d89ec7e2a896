import { allMatches, type Regex } from '../../libsystem/regex/index.ts'
import { codePointColumns } from '../../libsystem/tty/width.ts'

export interface RowOptions {
  readonly columns: number
  /** -S: one row a line; what is too long is reached by moving sideways. */
  readonly chop: boolean
  /** -R: colour sequences go to the terminal as they are. */
  readonly raw: boolean
  /** -N: the number before the line. */
  readonly number: number | null
  /** Columns left of the window. */
  readonly shift: number
  /** What matches is shown in reverse video. */
  readonly highlight: Regex | null
}

const TAB_COLUMNS = 8
const NUMBER_COLUMNS = 7
const REVERSE = '\x1b[7m'
const NORMAL = '\x1b[27m'
const COLOUR = /^\x1b\[[0-9;:]*m/u

/** One thing that stands in a row: its text and how wide it is. */
interface Cell {
  readonly text: string
  readonly columns: number
  readonly marked: boolean
}

function marksOf(line: string, highlight: Regex | null): Uint8Array | null {
  if (highlight === null) return null
  const marks = new Uint8Array(line.length)
  for (const { start, end } of allMatches(highlight, line)) marks.fill(1, start, end)
  return marks
}

/** The cells of a line: tabs as blanks, control characters as ^X, colours without width. */
function cellsOf(line: string, { raw, highlight }: RowOptions): Cell[] {
  const cells: Cell[] = []
  const marks = marksOf(line, highlight)
  let column = 0
  for (let at = 0; at < line.length;) {
    const character = String.fromCodePoint(line.codePointAt(at)!)
    const colour = raw && character === '\x1b' ? COLOUR.exec(line.slice(at)) : null
    const marked = marks !== null && marks[at] === 1
    if (colour !== null) {
      cells.push({ text: colour[0], columns: 0, marked: false })
      at += colour[0].length
      continue
    }
    at += character.length
    const cell = cellOf(character, column, marked)
    cells.push(cell)
    column += cell.columns
  }
  return cells
}

function cellOf(character: string, column: number, marked: boolean): Cell {
  const code = character.codePointAt(0)!
  if (character === '\t') {
    const columns = TAB_COLUMNS - (column % TAB_COLUMNS)
    return { text: ' '.repeat(columns), columns, marked }
  }
  if (code < 0x20) return { text: `^${String.fromCharCode(code + 64)}`, columns: 2, marked: true }
  if (code === 0x7f) return { text: '^?', columns: 2, marked: true }
  return { text: character, columns: codePointColumns(code), marked }
}

/** The rows of the screen that a line takes; at least one. */
export function rowsOf(line: string, options: RowOptions): string[] {
  const prefix = options.number === null ? '' : `${String(options.number).padStart(NUMBER_COLUMNS)} `
  const width = Math.max(1, options.columns - prefix.length)
  const cells = cellsOf(line, options)
  if (options.chop) return [prefix + drawn(windowOf(cells, options.shift, width))]
  const rows: string[] = []
  let row: Cell[] = []
  let used = 0
  for (const cell of cells) {
    if (used + cell.columns > width) {
      rows.push(drawn(row))
      row = []
      used = 0
    }
    row.push(cell)
    used += cell.columns
  }
  return [...rows, drawn(row)].map((text, index) => (index === 0 ? prefix : ' '.repeat(prefix.length)) + text)
}

/** The cells that lie in the window; those cut by its edge are left out. */
function windowOf(cells: readonly Cell[], shift: number, width: number): Cell[] {
  let column = -shift
  return cells.filter((cell) => {
    const start = column
    column += cell.columns
    return cell.columns === 0 || (start >= 0 && column <= width)
  })
}

function drawn(cells: readonly Cell[]): string {
  let text = ''
  let marked = false
  for (const cell of cells) {
    if (cell.marked !== marked && cell.columns > 0) text += cell.marked ? REVERSE : NORMAL
    if (cell.columns > 0) marked = cell.marked
    text += cell.text
  }
  return marked ? text + NORMAL : text
}
