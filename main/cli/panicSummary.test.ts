// Goal: somebody who has only a panic's text reads at once what happened, whom to suspect, on which lines, and what to do.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { explainPanic } from '../../kernel/explain/verdict/index.ts'
import { readPanic } from '../../kernel/importers/index.ts'
import { panicCommand } from './commands/panic.ts'
import { panicSummary } from './panicSummary.ts'

const samples = join(import.meta.dirname, '../../test/samples/panics')
const goldens = join(import.meta.dirname, '../../test/golden/panics')

async function run(...args: string[]): Promise<string> {
  let text = ''
  await panicCommand.run(args, {
    out: (data) => {
      text += typeof data === 'string' ? data : Buffer.from(data).toString()
    },
    error: () => {},
    isErrorTerminal: false,
  })
  return text
}

describe('a panic for reading', () => {
  test.each(readdirSync(samples))('%s is told as its golden tells it', async (name) => {
    const { facts, lines } = readPanic(readFileSync(join(samples, name)))
    await expect(panicSummary(explainPanic(facts, lines))).toMatchFileSnapshot(join(goldens, `${name}.txt`))
  })

  test('its lines fit a terminal, but for the words of the report itself', () => {
    const { facts, lines } = readPanic(readFileSync(join(samples, 'x86-10.panic')))
    const wide = panicSummary(explainPanic(facts, lines)).split('\n').filter((line) => line.length > 100)
    expect(wide.filter((line) => !/^ {2,10}(?:> |panic\()/u.test(line))).toEqual([])
  })
})

describe('workbench panic', () => {
  test('prints one document with --json, several under reports', async () => {
    const one = JSON.parse(await run(join(samples, 'arm64.txt'), '--json')) as Record<string, unknown>
    expect(one).toMatchObject({ kind: 'kernel-panic', verdict: { class: 'data-abort' }, layout: 'arm64-text' })
    const two = JSON.parse(await run(join(samples, 't2.ips'), join(samples, 'arm64.txt'), '--json')) as object
    expect(two).toMatchObject({ reports: [{ model: 'iBridge9,1' }, { cpu: 1 }] })
  })

  test('refuses what is no panic with a sentence that says what is wanted, and reads the others', async () => {
    await expect(run(join(import.meta.dirname, 'Command.ts'))).rejects.toThrow(/does not look like a kernel panic: a line "panic/u)
    const mixed = JSON.parse(await run(join(import.meta.dirname, 'Command.ts'), join(samples, 'arm64.txt'), '--json')) as object
    expect(mixed).toMatchObject({ reports: [{ cpu: 1 }] })
    await expect(run()).rejects.toThrow(/takes one or more panic reports/u)
  })
})
