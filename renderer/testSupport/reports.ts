import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StoredReport } from '../../kernel/api/index.ts'
import { readFile } from '../../kernel/explain/index.ts'

/** Text of one of the hand-written samples. */
export function sampleText(path: string): string {
  return readFileSync(join(import.meta.dirname, '../../test/samples', path), 'utf8')
}

/** A report as the library would hold it, read and judged from its text. */
export function storedReport(id: number, text: string): StoredReport {
  const read = readFile('sample', new TextEncoder().encode(text))?.read
  if (read === undefined) throw new Error('the text is no report')
  return {
    id,
    kind: read.kind,
    name: `sample-${id}`,
    title: read.title,
    subtitle: read.subtitle,
    machine: read.model,
    model: read.model,
    osVersion: read.osVersion,
    className: read.className,
    storedAt: '2026-01-01T00:00:00Z',
    happenedAt: read.happenedAt,
    timeNs: 0,
    kexts: read.kexts,
    unread: false,
    tags: [],
    hasNotes: false,
    group: read.group ?? `one:${id}`,
    groupedBy: 'fingerprint',
    mergedFrom: null,
    sizeBytes: text.length,
    record: JSON.parse(read.record) as StoredReport['record'],
    notes: '',
    run: null,
  }
}
