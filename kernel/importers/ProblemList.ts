import type { Problem } from '../api/index.ts'
import { MAX_PROBLEMS, MAX_QUOTE } from './limits.ts'

/** Collects what is wrong with a dump: the first ones in full, the rest counted. */
export class ProblemList {
  private readonly list: Problem[] = []
  private unlisted = 0

  add(line: number, column: number, message: string, seen: string): void {
    const quote = seen.length > MAX_QUOTE ? `${seen.slice(0, MAX_QUOTE)}…` : seen
    this.push({ where: `line ${line}`, message, line, column, seen: quote })
  }

  /** A fault of one part of a dump that has no lines. */
  addIn(where: string, message: string): void {
    this.push({ where, message })
  }

  private push(problem: Problem): void {
    if (this.list.length < MAX_PROBLEMS) this.list.push(problem)
    else this.unlisted++
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
