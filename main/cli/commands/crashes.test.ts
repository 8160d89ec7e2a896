import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ReportSummary } from '../../../kernel/index.ts'
import { UsageError, type CliIo } from '../Command.ts'
import { crashesCommand } from './crashes.ts'

const samples = join(import.meta.dirname, '../../../test/samples')
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'workbench-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function run(...args: string[]): Promise<{ status: number; out: string }> {
  let out = ''
  const io: CliIo = { out: (data) => { out += typeof data === 'string' ? data : Buffer.from(data).toString() }, error: () => {}, isErrorTerminal: false }
  const status = await crashesCommand.run([...args, '--db', join(folder, 'library.db')], io)
  return { status, out }
}

it('brings reports in, finds them again and gives them back byte for byte', async () => {
  const panic = join(samples, 'panics/x86-12-nx.txt')
  const rubbish = join(folder, 'rubbish.bin')
  writeFileSync(rubbish, Buffer.from([0, 1, 2, 3]))
  const brought = await run('import', panic, join(samples, 'crashes/watchdog.crash'), rubbish, panic, '--json')
  expect(brought.status).toBe(1)
  expect(JSON.parse(brought.out)).toMatchObject({ imported: 3, failed: 1, files: [{ kind: 'panic', isNew: true }, { kind: 'crash' }, { id: null }, { isNew: false }] })
  const { reports } = JSON.parse((await run('search', 'kind:panic', '--json')).out) as { reports: ReportSummary[] }
  expect(reports.map(({ name }) => name)).toEqual(['x86-12-nx.txt'])
  const copy = join(folder, 'copy')
  await run('export', String(reports[0]!.id), copy)
  expect(Buffer.compare(readFileSync(copy), readFileSync(panic))).toBe(0)
  await run('tag', String(reports[0]!.id), 'lab')
  expect((await run('search', 'tag:lab')).out).toContain('#lab')
})

it('shows what a redacted copy loses before it leaves, and makes it', async () => {
  const file = join(folder, 'crash.crash')
  writeFileSync(file, readFileSync(join(samples, 'crashes/null-dereference.crash'), 'utf8') + '\nPath: /Users/jane/Scope.app\nmail jane@example.org\n')
  await run('import', file)
  expect((await run('export', '1', '--redact', 'all', '--preview')).out).toMatch(/user +jane -> user\d/u)
  const { out } = await run('export', '1', '--redact', 'user,email')
  expect(out).not.toContain('jane')
  await expect(run('export', '1', '--redact', 'everything')).rejects.toThrow(UsageError)
})
