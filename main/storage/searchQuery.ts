/** A search of the library, taken apart: words for the full text, and conditions on columns. */
export interface LibraryQuery {
  /** Expression for FTS5's MATCH; null when only conditions were given. */
  readonly match: string | null
  readonly conditions: readonly { readonly sql: string; readonly value: string }[]
}

const LIKE = "LIKE ? ESCAPE '\\'"

/** What may stand before a colon, and the condition that it makes. */
const FILTERS: Readonly<Record<string, string>> = {
  kind: `reports.kind ${LIKE}`,
  class: `reports.class ${LIKE}`,
  kext: `reports.kexts ${LIKE}`,
  model: `reports.model ${LIKE}`,
  os: `reports.osVersion ${LIKE}`,
  file: `reports.name ${LIKE}`,
  tag: `EXISTS (SELECT 1 FROM reportTags WHERE report = reports.id AND tag ${LIKE})`,
}

const MAX_WORDS = 32

/** `text` with the signs of a LIKE pattern taken as themselves, anywhere in the column. */
export function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/gu, '\\$&')}%`
}

/**
 * Words and "quoted phrases" must all be there, the last word may be unfinished; `tag:`, `kind:`, `class:`, `kext:`,
 * `model:`, `os:` and `file:` ask the columns. Nothing that is typed is a mistake: signs are taken as themselves.
 */
export function parseSearch(text: string): LibraryQuery {
  const words: string[] = []
  const conditions: { sql: string; value: string }[] = []
  for (const [, field, phrase, word] of text
    .slice(0, 1000)
    .matchAll(/(?:([a-z]+):)?(?:"([^"]*)"?|([^\s"]+))/gu)) {
    const sought = phrase ?? word ?? ''
    const filter = field === undefined ? undefined : FILTERS[field]
    if (filter !== undefined) conditions.push({ sql: filter, value: likePattern(sought) })
    else words.push(...wordsOf(field === undefined ? sought : `${field}:${sought}`))
  }
  const kept = words.slice(0, MAX_WORDS)
  const isOpen = !/[\s"]$/u.test(text)
  return {
    match:
      kept.length === 0
        ? null
        : kept.map((word, at) => quote(word, isOpen && at === kept.length - 1)).join(' '),
    conditions,
  }
}

/** A word as a phrase: `com.example.Driver` is the three words in a row. */
function wordsOf(text: string): string[] {
  return /[\p{L}\p{N}]/u.test(text) ? [text] : []
}

function quote(word: string, isPrefix: boolean): string {
  return `"${word.replaceAll('"', '""')}"${isPrefix ? '*' : ''}`
}
