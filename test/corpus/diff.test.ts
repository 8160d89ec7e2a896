// Dumps of one machine in two forms hold the same entries; two dumps differ the same way from either side.
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { diffRegistries } from '../../kernel/explain/index.ts'
import { readRegistry, type ImportedRegistry } from '../../kernel/importers/index.ts'
import { CORPUS_ABSENT, corpusBytes, corpusFolder } from './corpusFolder.ts'

const folder = corpusFolder()
const read = (name: string): ImportedRegistry => readRegistry(corpusBytes(join(folder!, 'ioreg', name)))

describe('real registries compared', () => {
  test('a text and an archive of one machine agree but for what came and went between', () => {
    if (folder === null) {
      console.log(CORPUS_ABSENT)
      return
    }
    const [text, archive] = [read('xserve2_1-10d573.txt.gz'), read('xserve2_1-10d573-rex.ioreg.gz')]
    const { added, removed, changed } = diffRegistries(text, archive)
    expect(added.length + removed.length).toBeLessThan(10)
    expect(changed.length).toBeLessThan(15)
  })

  test('two systems on one Mac differ the same way from either side', () => {
    if (folder === null) return
    const [old, recent] = [read('macbookpro8_2-11g63.txt.gz'), read('macbookpro8_2-14c106a.txt.gz')]
    const [there, back] = [diffRegistries(old, recent), diffRegistries(recent, old)]
    expect([there.added.length, there.removed.length, there.changed.length, there.driverChanged.length])
      .toEqual([back.removed.length, back.added.length, back.changed.length, back.driverChanged.length])
    expect(diffRegistries(old, old)).toMatchObject({ added: [], removed: [], changed: [], driverChanged: [] })
  })
})
