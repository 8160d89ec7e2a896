import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { CrashReport, PanicReport } from '../../api/index.ts'
import { readFile } from './readFile.ts'

const samples = join(import.meta.dirname, '../../../test/samples')
const read = (path: string): ReturnType<typeof readFile> => readFile(path, readFileSync(join(samples, path)))

it.each([['panics', 'panic'], ['crashes', 'crash'], ['ioreg', 'registry']])('tells every sample of %s by its content', (folder, kind) => {
  const names = readdirSync(join(samples, folder))
  expect(names.length).toBeGreaterThan(0)
  expect(names.filter((name) => read(join(folder, name))?.read.kind !== kind)).toEqual([])
})

it('gives a panic the title of its verdict, a group that names who is blamed, and its whole record', () => {
  const file = read('panics/x86-12-nx.txt')!.read
  const record = JSON.parse(file.record) as PanicReport
  expect(file).toMatchObject({ title: record.verdict.title, className: record.verdict.class, fingerprint: record.fingerprint.id })
  expect(file.group).toBe(`${record.fingerprint.algorithm}/${record.fingerprint.group}/${record.verdict.suspects[0]?.bundle ?? 'nobody'}`)
  expect(file.words).toContain('panic(cpu')
})

it('names the process in the title of a crash', () => {
  for (const name of readdirSync(join(samples, 'crashes'))) {
    const file = read(join('crashes', name))!.read
    const record = JSON.parse(file.record) as CrashReport
    expect(file.title).toContain(record.verdict.title.slice(0, 60))
    expect(file.title.startsWith(record.process ?? record.identifier ?? 'Process')).toBe(true)
  }
})

it('reads nothing out of what is no report and no registry', () => {
  for (const text of ['', 'hello', '{}', '<?xml version="1.0"?><plist><dict/></plist>', '\0\0\0']) {
    expect(readFile('x', new TextEncoder().encode(text))).toBeNull()
  }
})
