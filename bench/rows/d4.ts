import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { readPanicFile } from '../../kernel/explain/index.ts'
import { CrashLogStore, openDatabase } from '../../main/storage/index.ts'
import { decodeLatin1 } from '../data/decodeLatin1.ts'
import { panicText, uniqueWord } from '../data/panics.ts'
import { repeat, type Measurement, type Row } from '../Row.ts'

const FILES = 10_000
const PAGE = 50
const encoder = new TextEncoder()

type Search = (text: string) => readonly string[]

function inFolder(
  prepare: (folder: string) => { search: Search; close: () => void },
  text: string,
): Measurement {
  const folder = mkdtempSync(join(tmpdir(), 'workbench-bench-'))
  try {
    const { search, close } = prepare(folder)
    const measured = repeat(9, () => search(text).join(','))
    close()
    return measured
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function library(folder: string): { search: Search; close: () => void } {
  const database = openDatabase(join(folder, 'library.db'))
  const store = new CrashLogStore(database)
  store.together(() => {
    for (let number = 0; number < FILES; number++) {
      const bytes = encoder.encode(panicText(number))
      store.import({ name: `${number}.panic`, bytes, read: readPanicFile(bytes, { decodeLatin1 }) })
    }
  })
  return { search: (text) => store.search(text, PAGE).map(({ name }) => name), close: () => database.close() }
}

function bare(folder: string): { search: Search; close: () => void } {
  const database = new BetterSqlite3(join(folder, 'bare.db'))
  database.exec(
    'CREATE TABLE panics (id INTEGER PRIMARY KEY, name TEXT); CREATE VIRTUAL TABLE texts USING fts5 (body)',
  )
  const row = database.prepare('INSERT INTO panics (id, name) VALUES (?, ?)')
  const text = database.prepare('INSERT INTO texts (rowid, body) VALUES (?, ?)')
  database.transaction(() => {
    for (let number = 0; number < FILES; number++) {
      row.run(number, `${number}.panic`)
      text.run(number, panicText(number))
    }
  })()
  const find = database.prepare<[string, number], { name: string }>(
    'SELECT name FROM texts JOIN panics ON id = texts.rowid WHERE texts MATCH ? ORDER BY texts.rowid DESC LIMIT ?',
  )
  return { search: (words) => find.all(words, PAGE).map(({ name }) => name), close: () => database.close() }
}

/** A word that one report has. */
export const d4: Row = {
  id: 'D4',
  title: `search of ${FILES} panics for one of them`,
  maxRatio: 1.3,
  ours: { name: 'library', measure: () => inFolder(library, `"${uniqueWord(4321)}"`) },
  peer: { name: 'bare FTS5', measure: () => inFolder(bare, `"${uniqueWord(4321)}"`) },
}

/** Words that every report has: the newest page, not ranked. */
export const d4c: Row = {
  id: 'D4c',
  title: `search of ${FILES} panics for common words, first page`,
  maxRatio: 1.3,
  ours: { name: 'library', measure: () => inFolder(library, '"kernel" "version"') },
  peer: { name: 'bare FTS5', measure: () => inFolder(bare, '"kernel" "version"') },
}
