const MAX_ENTRIES = 1000

/** The command lines of a session, oldest first. */
export class History {
  readonly entries: string[] = []
  /** Number of the first entry that is kept. */
  firstNumber = 1

  /** Adds a line unless it is blank or repeats the last one. */
  add(line: string): void {
    if (line.trim() === '' || line === this.entries.at(-1)) return
    this.entries.push(line)
    if (this.entries.length <= MAX_ENTRIES) return
    this.entries.shift()
    this.firstNumber++
  }
}
