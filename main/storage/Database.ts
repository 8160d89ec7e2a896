import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { migrations } from './migrations/index.ts'

export type Sqlite = BetterSqlite3.Database

/** Where the app keeps its database when nobody says otherwise: the system's own place for such things. */
export function defaultDatabasePath(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.WORKBENCH_DB) return environment.WORKBENCH_DB
  const folder = 'iokit-workbench'
  if (process.platform === 'darwin') return join(homedir(), 'Library/Application Support', folder, 'workbench.db')
  if (process.platform === 'win32') return join(environment.APPDATA ?? homedir(), folder, 'workbench.db')
  return join(environment.XDG_DATA_HOME ?? join(homedir(), '.local/share'), folder, 'workbench.db')
}

/**
 * Opens the database and brings its tables up to date. Several processes may have it open: write-ahead logging,
 * and every writer waits up to five seconds for its turn. Committed data survives `kill -9`.
 */
export function openDatabase(path: string): Sqlite {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
  const database = new BetterSqlite3(path, { timeout: 5000 })
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = NORMAL')
  database.pragma('foreign_keys = ON')
  migrate(database, path)
  return database
}

function migrate(database: Sqlite, path: string): void {
  database.transaction(() => {
    const version = database.pragma('user_version', { simple: true }) as number
    if (version > migrations.length) {
      throw new Error(`${path} was written by a newer version (tables ${version}, this program knows ${migrations.length}): `
        + 'update the program or choose another file with --db')
    }
    for (const migration of migrations.slice(version)) database.exec(migration.sql)
    database.pragma(`user_version = ${migrations.length}`)
  }).immediate()
}
