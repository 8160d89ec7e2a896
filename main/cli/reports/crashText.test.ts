// What a person sees of a report is as the goldens have it.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { judgeCrash } from '../../../kernel/explain/index.ts'
import { readCrash } from '../../../kernel/importers/index.ts'
import { crashText } from './crashText.ts'

const samples = join(import.meta.dirname, '../../../test/samples/crashes')
const goldens = join(import.meta.dirname, '../../../test/golden/crashes')

describe('the summary of a crash', () => {
  it.each(readdirSync(samples))('%s', async (name) => {
    const report = judgeCrash(readCrash(readFileSync(join(samples, name))))
    await expect(crashText(report, { allThreads: false, registers: false })).toMatchFileSnapshot(join(goldens, `${name}.txt`))
  })

  it('shows every thread and the registers when it is asked to', async () => {
    const report = judgeCrash(readCrash(readFileSync(join(samples, 'null-dereference.crash'))))
    await expect(crashText(report, { allThreads: true, registers: true }))
      .toMatchFileSnapshot(join(goldens, 'null-dereference.crash.full.txt'))
  })

  it('tells a recursion once and says how many frames there are', () => {
    const frames = Array.from({ length: 100 }, (_, index) => `${index}  Plum  0x100001000 dive + 12`)
    const wide = Array.from({ length: 40 }, (_, index) => `${100 + index}  Plum  0x10000${2000 + index} step${index} + 1`)
    const text = `Process: Plum [5]\nException Type: EXC_BAD_ACCESS\n\nThread 0 Crashed:\n${[...frames, ...wide].join('\n')}\n`
    const printed = crashText(judgeCrash(readCrash(Buffer.from(text))), { allThreads: false, registers: false })
    expect(printed).toContain('… 99 more of the same')
    expect(printed).toContain('… 18 more frames')
  })
})
