/**
 * Finds a mark at or after a place, and remembers where: asking again for a later place before that costs
 * nothing. So a dump without the mark is searched once, not once per line.
 */
export class MarkFinder {
  private from = 0
  private found = -1

  constructor(
    private readonly text: string,
    private readonly mark: string,
  ) {}

  /** Index of the first mark at or after `start`, or Infinity. */
  next(start: number): number {
    if (start > this.found || start < this.from) {
      const index = this.text.indexOf(this.mark, start)
      this.found = index < 0 ? Infinity : index
      this.from = start
    }
    return this.found
  }
}
