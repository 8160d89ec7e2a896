// What `workbench diff` prints of two dumps, and how it ends.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UsageError } from '../Command.ts'
import { diffCommand } from './diff.ts'

const samples = join(import.meta.dirname, '../../../test/samples')
const dump = join(samples, 'matching/pearbook.txt')
let folder = ''
let later = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'workbench-diff-'))
  later = join(folder, 'later.txt')
  const text = readFileSync(dump, 'utf8')
  writeFileSync(later, text.replace('+-o USB0@5', '+-o USB0@6').replaceAll('PearNet', 'PlumNet'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function run(...args: string[]): Promise<{ status: number; out: string }> {
  let out = ''
  const write = (data: string | Uint8Array): void => {
    out += String(data)
  }
  return { status: await diffCommand.run(args, { out: write, error: write, isErrorTerminal: false }), out }
}

describe('workbench diff', () => {
  it('ends with 0 and says so where nothing differs', async () => {
    expect(await run(dump, dump)).toEqual({ status: 0, out: 'No difference.\n' })
  })

  it('shows drivers that changed, then the tree, and ends with 1', async () => {
    const { out, status } = await run(dump, later)
    expect(status).toBe(1)
    await expect(out).toMatchFileSnapshot(join(import.meta.dirname, 'golden/diff.txt'))
  })

  it('--json has the four lists', async () => {
    const report = JSON.parse((await run(dump, later, '--json')).out) as Record<string, unknown[]>
    expect(Object.keys(report)).toEqual(['kind', 'added', 'removed', 'changed', 'driverChanged', 'notes'])
    expect(report['driverChanged']).toMatchObject([{ before: { ioClass: 'PearNet' }, after: { ioClass: 'PlumNet' } }])
  })

  it('compares machines by their files, and refuses what has no like', async () => {
    expect((await run('intel-desktop', 'intel-desktop')).status).toBe(0)
    expect((await run('intel-desktop', 'apple-silicon-laptop')).status).toBe(1)
    await expect(run(dump, join(samples, 'devices/pear-lsusb-v.txt'))).rejects.toThrow(UsageError)
    await expect(run(dump)).rejects.toThrow('diff takes two')
  })
})
