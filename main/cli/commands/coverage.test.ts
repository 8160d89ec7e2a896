// What `workbench coverage` and `workbench kext` print, and what they refuse.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CoverageReport } from '../../../kernel/api/index.ts'
import { UsageError, type CliCommand } from '../Command.ts'
import { coverageCommand } from './coverage.ts'
import { kextCommand } from './kext.ts'

const samples = join(import.meta.dirname, '../../../test/samples')
const device = (name: string): string => join(samples, 'devices', name)
const kexts = join(samples, 'kexts')
const golden = (name: string): string => join(import.meta.dirname, 'golden', name)

async function run(command: CliCommand, ...args: string[]): Promise<{ status: number; out: string }> {
  let out = ''
  const write = (data: string | Uint8Array): void => {
    out += String(data)
  }
  return { status: await command.run(args, { out: write, error: write, isErrorTerminal: false }), out }
}

describe('workbench coverage', () => {
  const lists = ['--lspci', device('pear-lspci-nnvv.txt'), '--lsusb', device('pear-lsusb-v.txt')]

  it('tells every device with its driver and the reason, ports and notes', async () => {
    const { out, status } = await run(coverageCommand, ...lists, '--kexts', kexts)
    expect(status).toBe(0)
    await expect(out).toMatchFileSnapshot(golden('coverage.txt'))
  })

  it('--json: one document, addresses and numbers in their fixed form', async () => {
    const report = JSON.parse((await run(coverageCommand, ...lists, '--json')).out) as CoverageReport
    expect(report.devices.map(({ address, ids, verdict }) => [address, ids, verdict]).slice(3, 7)).toEqual([
      ['01:00.0', '10ec:8168', 'none'], ['0001:02:00.0', '1cc1:8201', 'native'], ['002:001', '1d6b:0003', 'notNeeded'],
      ['001:003', '0bda:8153', 'native'],
    ])
  })

  it('refuses what lists no device, and lists beside a dump', async () => {
    await expect(run(coverageCommand, join(kexts, 'PearNet-Info.plist'))).rejects.toThrow(UsageError)
    const dump = join(samples, 'matching/pearbook.txt')
    await expect(run(coverageCommand, '--from', dump, ...lists)).rejects.toThrow('registry dump')
    expect((await run(coverageCommand, '--from', dump)).status).toBe(0)
    await expect(run(coverageCommand)).rejects.toThrow('coverage takes')
  })
})

describe('workbench kext', () => {
  it('tells what a property list says', async () => {
    const { out } = await run(kextCommand, join(kexts, 'PearNet-Info.plist'))
    await expect(out.replaceAll(kexts, 'KEXTS')).toMatchFileSnapshot(golden('kext.txt'))
  })

  it('--json: one kext is one document, several are a list', async () => {
    const one = JSON.parse((await run(kextCommand, join(kexts, 'PearNet-Info.plist'), '--json')).out) as object
    expect(one).toMatchObject({
      bundle: 'org.example.PearNet', libraries: { 'com.apple.kpi.iokit': '8.10' },
      personalities: [{ name: 'Pear by Id', score: 1000, matchKeys: { IOPCIMatch: '0x816810ec' }, properties: { Seed: 'AAEC' } }, {}],
    })
    const all = JSON.parse((await run(kextCommand, kexts, '--json')).out) as { kexts: object[] }
    expect(all.kexts.map((kext) => (kext as { bundle: string }).bundle)).toEqual([
      'org.example.PearNet', '$(PRODUCT_BUNDLE_IDENTIFIER)',
    ])
  })
})
