/** The steps of the database, oldest first; released ones are never edited. */
import { sql as first } from './0001-first.ts'
import { sql as library } from './0002-library.ts'

/** All migrations in order. Append only: a released one is never edited. */
export const migrations: readonly { readonly name: string; readonly sql: string }[] = [
  { name: '0001-first', sql: first },
  { name: '0002-library', sql: library },
]
