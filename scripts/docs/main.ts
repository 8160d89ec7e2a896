// Writes the pages that are made from the sources and says which of them changed.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { madePages } from './pages.ts'

const root = join(import.meta.dirname, '../..')
for (const { path, text } of madePages(root)) {
  const file = join(root, path)
  const isNew = !existsSync(file) || readFileSync(file, 'utf8') !== text
  if (isNew) writeFileSync(file, text)
  process.stdout.write(`${path}: ${isNew ? 'written' : 'as it was'}\n`)
}
