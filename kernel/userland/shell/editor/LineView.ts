import { graphemeColumns, textColumns } from '../../libsystem/tty/width.ts'

interface Place {
  row: number
  column: number
}

/** Draws prompt and line on a terminal of some width, over what it drew before. */
export class LineView {
  private cursorRow = 0

  constructor(private readonly columns: () => number) {}

  /** Escape sequences that bring the screen from the last drawing to this one. `footer` stands below the line. */
  draw(prompt: string, characters: readonly string[], cursor: number, footer = ''): string {
    let output = this.backToStart()
    const place: Place = { row: 0, column: 0 }
    this.advanceBy(place, textColumns(stripEscapes(prompt)))
    let cursorPlace: Place = { ...place }
    let text = prompt
    characters.forEach((character, index) => {
      if (index === cursor) cursorPlace = this.settled(place)
      text += shown(character)
      this.advance(place, character)
    })
    if (cursor >= characters.length) cursorPlace = this.settled(place)
    output += text.replaceAll('\n', '\r\n')
    if (place.column === this.columns()) output += '\r\n'
    const end = this.settled(place)
    output += this.footerText(footer, end)
    output += up(end.row - cursorPlace.row) + '\r' + right(cursorPlace.column)
    this.cursorRow = cursorPlace.row
    return output
  }

  /** Moves to the line below everything that was drawn, and forgets it. */
  finish(prompt: string, characters: readonly string[]): string {
    const output = this.draw(prompt, characters, characters.length)
    this.cursorRow = 0
    return output + '\r\n'
  }

  /** The screen was cleared: the next drawing starts where the cursor is. */
  reset(): void {
    this.cursorRow = 0
  }

  private backToStart(): string {
    return up(this.cursorRow) + '\r\x1b[J'
  }

  private footerText(footer: string, end: Place): string {
    if (footer === '') return ''
    const lines = footer.split('\n')
    end.row += lines.length
    return '\r\n' + lines.join('\r\n')
  }

  private advance(place: Place, character: string): void {
    if (character === '\n') {
      place.row++
      place.column = 0
    } else this.advanceBy(place, isControl(character) ? 2 : graphemeColumns(character))
  }

  private advanceBy(place: Place, columns: number): void {
    const width = Math.max(this.columns(), 2)
    if (place.column + columns <= width) {
      place.column += columns
      return
    }
    if (columns <= 2) {
      place.row++
      place.column = columns
      return
    }
    const total = place.column + columns
    place.row += Math.floor(total / width)
    place.column = total % width
  }

  /** A full row means the start of the next one. */
  private settled(place: Place): Place {
    return place.column >= Math.max(this.columns(), 2) ? { row: place.row + 1, column: 0 } : { ...place }
  }
}

function isControl(character: string): boolean {
  return character < ' ' || character === '\x7f'
}

function shown(character: string): string {
  if (!isControl(character) || character === '\n') return character
  return '^' + String.fromCharCode(character.charCodeAt(0) ^ 0x40)
}

function up(rows: number): string {
  return rows > 0 ? `\x1b[${rows}A` : ''
}

function right(columns: number): string {
  return columns > 0 ? `\x1b[${columns}C` : ''
}

/** A prompt without its colour sequences. */
function stripEscapes(text: string): string {
  return text.replace(/\x1b\[[0-9;]*m/g, '')
}
