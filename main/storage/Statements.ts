import type { Statement } from 'better-sqlite3'
import type { Sqlite } from './Database.ts'

/** Statements that are kept; a search puts its own together, so there is no end of different ones. */
const MAX_KEPT = 64

/** Statements of one database, each compiled once: compiling one costs more than most of them take to run. */
export class Statements {
  private readonly kept = new Map<string, Statement>()

  constructor(private readonly database: Sqlite) {}

  prepare<Values extends unknown[] = unknown[], Result = unknown>(sql: string): Statement<Values, Result> {
    let found = this.kept.get(sql)
    if (found === undefined) {
      if (this.kept.size === MAX_KEPT) this.kept.clear()
      found = this.database.prepare(sql)
      this.kept.set(sql, found)
    }
    return found as Statement<Values, Result>
  }
}
