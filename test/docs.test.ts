import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { withoutComment } from '../scripts/docs/folderTour.ts'
import { madePages } from '../scripts/docs/pages.ts'
import { readTags } from '../scripts/docs/XnuTag.ts'

const root = join(import.meta.dirname, '..')

describe('the pages made from the sources', () => {
  it('are what `npm run docs` makes now', () => {
    const stale = madePages(root).filter(({ path, text }) => readFileSync(join(root, path), 'utf8') !== text)
    expect(stale.map(({ path }) => `${path} is stale: npm run docs`)).toEqual([])
  })

  it('find a line to say about each folder that has an index', () => {
    expect(withoutComment(root)).toEqual([])
  })
})

describe('@xnu tags', () => {
  it('run over several lines and end where the next one begins', () => {
    expect(readTags(`/**
     * Sleeps. Thread context.
     * @xnu IOLib.cpp IOSleep — simplified: nanoseconds
     * instead of milliseconds
     * @xnu a.cpp Class::* — faithful
     *
     * More to know.
     */`)).toEqual([
      { tag: { place: 'IOLib.cpp IOSleep', fidelity: 'simplified', why: 'nanoseconds instead of milliseconds' } },
      { tag: { place: 'a.cpp Class::*', fidelity: 'faithful', why: '' } },
    ])
  })

  it('need a reason for everything but faithful', () => {
    expect(readTags('/** @xnu a.cpp f — absent @xnu ours: a helper of the tests @xnu b.cpp */')).toEqual([
      { malformed: 'a.cpp f — absent' },
      { tag: { place: '', fidelity: 'ours', why: 'a helper of the tests' } },
      { malformed: 'b.cpp' },
    ])
  })
})
