import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** Root of the corpus of real data: WORKBENCH_CORPUS, or beside the repository. Null when it is not there. */
export function corpusFolder(): string | null {
  const folder = process.env['WORKBENCH_CORPUS'] ?? resolve(import.meta.dirname, '../../../shared/corpus')
  return existsSync(join(folder, 'truth')) ? folder : null
}

/** One file of the corpus with what a correct reader must report of it. */
export interface CorpusFile<T> {
  readonly id: string
  readonly path: string
  readonly truth: T
}

/** Files of one kind that have a truth, by name. */
export function corpusFiles<T>(root: string, kind: string): CorpusFile<T>[] {
  const files: CorpusFile<T>[] = []
  for (const name of readdirSync(join(root, kind)).toSorted()) {
    const id = name.replace(/\.gz$/, '').replace(/\.[a-z]+$/, '')
    const truthPath = join(root, 'truth', `${id}.json`)
    if (!existsSync(truthPath)) continue
    files.push({
      id,
      path: join(root, kind, name),
      truth: JSON.parse(readFileSync(truthPath, 'utf8')) as T,
    })
  }
  return files
}

/** The file's bytes, decompressed if they are compressed. */
export function corpusBytes(path: string): Buffer {
  const bytes = readFileSync(path)
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
}

export const CORPUS_ABSENT =
  'The corpus of real dumps is not here (set WORKBENCH_CORPUS to its folder): nothing was compared.'
