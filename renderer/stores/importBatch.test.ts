import { expect, it } from 'vitest'
import type { ImportSummary } from '../../kernel/api/index.ts'
import { batchNotice } from './importBatch.ts'

const summary = (kind: ImportSummary['kind'], linesUnderstood = 9): ImportSummary => ({
  id: 0,
  key: 'k',
  name: 'n',
  kind,
  title: '',
  format: '',
  entries: 0,
  model: null,
  osBuild: null,
  problems: [],
  linesTotal: 9,
  linesUnderstood,
})

it('tells in one notice what ten files were, where they went and which were not read', () => {
  const panics = Array.from({ length: 8 }, (_, index) => ({
    name: `p${index}`,
    summary: summary('panic', index === 0 ? 7 : 9),
  }))
  expect(
    batchNotice([...panics, { name: 'a.ips', summary: summary('crash') }], { groups: 2, known: 0, lost: 0 }),
  ).toEqual({
    tone: 'success',
    title: 'Imported 9 files',
    text: '8 panics, 1 crash report in 2 groups. 1 has lines that were not understood.',
  })
  const failures = ['w', 'x', 'y', 'z'].map((name) => ({ name, failure: 'no' }))
  expect(
    batchNotice([{ name: 'r', summary: summary('registry') }, ...failures], { groups: 0, known: 2, lost: 0 }),
  ).toEqual({
    tone: 'warning',
    title: 'Imported 1 of 5 files',
    text: '1 registry. 2 were there already. Not read: w, x, y and 1 more.',
  })
})
