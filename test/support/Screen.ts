/** The text of a terminal screen after the output it was given: enough of xterm for what the shell sends. */
export class Screen {
  private rows: string[][] = [[]]
  private row = 0
  private column = 0

  constructor(private readonly columns: number) {}

  /** Takes output, complete escape sequences only. */
  write(text: string): void {
    for (const [part] of text.matchAll(/\x1b\[[0-9;?]*[A-Za-z]|[\s\S]/gu)) {
      if (part.length > 1 && part.startsWith('\x1b')) this.control(part)
      else this.put(part)
    }
  }

  /** The lines, without blanks at their ends and empty lines at the end. */
  text(): string {
    return this.rows.map((row) => Array.from(row, (cell) => cell ?? ' ').join('').trimEnd()).join('\n').trimEnd()
  }

  get cursor(): { row: number; column: number } {
    return { row: this.row, column: this.column }
  }

  private put(character: string): void {
    if (character === '\r') this.column = 0
    else if (character === '\n') this.moveRow(1)
    else if (character === '\b') this.column = Math.max(0, this.column - 1)
    else if (character === '\t') this.column = Math.min(this.columns - 1, (Math.floor(this.column / 8) + 1) * 8)
    else if (character >= ' ') this.print(character)
  }

  private print(character: string): void {
    const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]|[\u{1f300}-\u{1f9ff}]/u.test(character)
    const width = wide ? 2 : 1
    if (this.column + width > this.columns) {
      this.column = 0
      this.moveRow(1)
    }
    const cells = this.rows[this.row]!
    while (cells.length < this.column) cells.push(' ')
    cells[this.column] = character
    if (wide) cells[this.column + 1] = ''
    this.column += width
  }

  private moveRow(by: number): void {
    this.row = Math.max(0, this.row + by)
    while (this.rows.length <= this.row) this.rows.push([])
  }

  private control(sequence: string): void {
    const count = Number(sequence.slice(2, -1).split(';')[0] || 1)
    switch (sequence.at(-1)) {
      case 'A': return this.moveRow(-count)
      case 'B': return this.moveRow(count)
      case 'C':
        this.column += count
        return
      case 'D':
        this.column = Math.max(0, this.column - count)
        return
      case 'H':
        this.row = 0
        this.column = 0
        return
      case 'J': return this.clear(sequence)
      case 'K':
        this.rows[this.row]!.length = Math.min(this.rows[this.row]!.length, this.column)
        return
      default:
    }
  }

  private clear(sequence: string): void {
    if (sequence === '\x1b[2J') {
      this.rows = [[]]
      this.moveRow(0)
      return
    }
    this.rows.length = this.row + 1
    this.rows[this.row]!.length = Math.min(this.rows[this.row]!.length, this.column)
  }
}
