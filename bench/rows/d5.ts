import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { readPanicFile } from '../../kernel/explain/index.ts'
import { CrashLogStore, openDatabase } from '../../main/storage/index.ts'
import { decodeLatin1 } from '../data/decodeLatin1.ts'
import { panicText } from '../data/panics.ts'
import { readByRegexes } from '../peers/panicRegexes.ts'
import { cpuMs, type Measurement, type Row } from '../Row.ts'

const FILES = 10_000
const BATCH = 200
const encoder = new TextEncoder()

/** Once per process: a second import would find its files there already. */
function once(work: (folder: string) => number): Measurement {
  const folder = mkdtempSync(join(tmpdir(), 'workbench-bench-'))
  try {
    const began = cpuMs()
    const count = work(folder)
    const ms = cpuMs() - began
    return { ms, minMs: ms, maxMs: ms, check: `${count} texts` }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function importAll(folder: string): number {
  const database = openDatabase(join(folder, 'library.db'))
  const store = new CrashLogStore(database)
  for (let at = 0; at < FILES; at += BATCH) {
    store.together(() => {
      for (let number = at; number < at + BATCH; number++) {
        const bytes = encoder.encode(panicText(number))
        store.import({ name: `${number}.panic`, bytes, read: readPanicFile(bytes, { decodeLatin1 }) })
      }
    })
  }
  const { count } = database.prepare('SELECT count(*) AS count FROM reports').get() as { count: number }
  database.close()
  return count
}

function importBare(folder: string): number {
  const database = new BetterSqlite3(join(folder, 'bare.db'))
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = NORMAL')
  database.exec(
    'CREATE TABLE panics (id INTEGER PRIMARY KEY, name TEXT, record TEXT); CREATE VIRTUAL TABLE texts USING fts5 (body)',
  )
  const row = database.prepare('INSERT INTO panics (id, name, record) VALUES (?, ?, ?)')
  const text = database.prepare('INSERT INTO texts (rowid, body) VALUES (?, ?)')
  for (let at = 0; at < FILES; at += BATCH) {
    database.transaction(() => {
      for (let number = at; number < at + BATCH; number++) {
        const body = panicText(number)
        row.run(number, `${number}.panic`, JSON.stringify(readByRegexes(body)))
        text.run(number, body)
      }
    })()
  }
  const { count } = database.prepare('SELECT count(*) AS count FROM panics').get() as { count: number }
  database.close()
  return count
}

/** Ours also judges each panic, makes its fingerprint and keeps the file byte for byte. */
export const d5: Row = {
  id: 'D5',
  title: `import of ${FILES} panic files into the library`,
  maxRatio: 1.3,
  ours: { name: 'library', measure: () => once(importAll) },
  peer: { name: 'bare FTS5 and expressions', measure: () => once(importBare) },
}
