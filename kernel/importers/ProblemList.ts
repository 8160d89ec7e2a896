import type { Problem } from '../api/index.ts'
import { MAX_PROBLEMS, MAX_QUOTE } from './limits.ts'

/** Collects what is wrong with a dump: the first ones in full, the rest counted. */
export class ProblemList {
  private readonly list: Problem[] = []
  private unlisted = 0

  add(line: number, column: number, message: string, seen: string): void {
    if (this.list.length >= MAX_PROBLEMS) {
      this.unlisted++
      return
    }
    const quote = seen.length > MAX_QUOTE ? `${seen.slice(0, MAX_QUOTE)}…` : seen
    this.list.push({ where: `line ${line}`, message, line, column, seen: quote })
  }

  /** A fault of the dump as a whole. */
  addGeneral(message: string): void {
    this.list.push({ where: 'the dump', message })
  }

  finish(): readonly Problem[] {
    if (this.unlisted > 0) this.addGeneral(`${this.unlisted} more problems are not listed one by one.`)
    return this.list
  }
}
