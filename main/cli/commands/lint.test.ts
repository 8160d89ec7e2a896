// What `workbench lint` prints of an OpenCore folder, entitlements and a template, and how it ends.
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { UsageError } from '../Command.ts'
import { lintCommand } from './lint.ts'

const root = join(import.meta.dirname, '../../..')
const sample = (name: string): string => relative(process.cwd(), join(root, 'test/samples', name))
const golden = (name: string): string => join(import.meta.dirname, 'golden', name)

async function run(...args: string[]): Promise<{ status: number; out: string }> {
  let out = ''
  const write = (data: string | Uint8Array): void => {
    out += String(data)
  }
  return { status: await lintCommand.run(args, { out: write, error: write, isErrorTerminal: false }), out }
}

describe('workbench lint', () => {
  it('tells each finding with its place and what to do, and ends with 1 for an error', async () => {
    const { out, status } = await run(sample('lint/EFI'), sample('lint/plum.entitlements'))
    expect(status).toBe(1)
    await expect(out).toMatchFileSnapshot(golden('lint.txt'))
  })

  it('ends with 0 where nothing is wrong', async () => {
    const { out, status } = await run(sample('kexts/PearNet-Info.plist'), relative(process.cwd(), join(root, 'resources/machines/intel-desktop.json')))
    expect([status, out]).toEqual([0, '0 errors, 0 warnings, 0 for information in 2 files\n'])
  })

  it('--json and --sarif: paths from the folder of the call, with forward slashes', async () => {
    const json = JSON.parse((await run(sample('lint/plum.entitlements'), '--json')).out) as { findings: { path: string; rule: string }[] }
    expect(json.findings[0]).toMatchObject({ path: 'test/samples/lint/plum.entitlements', rule: 'WB401', severity: 'error', line: 4 })
    const sarif = (await run(sample('lint/EFI'), '--sarif')).out
    const uris = [...sarif.matchAll(/"uri": "([^"]*)"/gu)].map(([, uri]) => uri!)
    expect(uris.length).toBeGreaterThan(10)
    expect(uris.filter((uri) => uri.startsWith('/') || uri.includes('\\'))).toEqual([])
  })

  it('refuses what it does not know', async () => {
    await expect(run(sample('devices/pear-lsusb-v.txt'))).rejects.toThrow(UsageError)
    await expect(run(sample('devices'))).rejects.toThrow('holds no kext')
    await expect(run()).rejects.toThrow('lint takes')
  })
})
