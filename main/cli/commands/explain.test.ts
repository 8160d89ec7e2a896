// What `workbench rematch` and `workbench explain` print of a small dump and a kext, and their exit codes.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RematchAttachment } from '../../../kernel/api/index.ts'
import { UsageError, type CliCommand } from '../Command.ts'
import { explainCommand } from './explain.ts'
import { rematchCommand } from './rematch.ts'

const samples = join(import.meta.dirname, '../../../test/samples/matching')
const dump = join(samples, 'pearbook.txt')
const golden = (name: string): string => join(import.meta.dirname, 'golden', name)

async function run(command: CliCommand, ...args: string[]): Promise<{ status: number; out: string }> {
  let out = ''
  const write = (data: string | Uint8Array): void => {
    out += String(data)
  }
  const io = { out: write, error: () => {}, isErrorTerminal: false }
  return { status: await command.run(args, io), out }
}

describe('workbench rematch', () => {
  it('says what agrees and why the rest does not', async () => {
    await expect((await run(rematchCommand, dump)).out).toMatchFileSnapshot(golden('rematch.txt'))
  })

  it('tells of a kext that was not loaded there', async () => {
    const { out } = await run(rematchCommand, dump, '--kexts', samples, '--json')
    const { attachments } = JSON.parse(out) as { attachments: RematchAttachment[] }
    const differing = attachments.filter((one) => one.in !== 'both')
    expect(differing.map((one) => [one.IOClass, one.in, one.reason?.code])).toEqual([
      ['PlumGigabit', 'ours', 'GATE'], ['PearGraphics', 'dump', 'FAMILY'],
    ])
    expect(attachments[0]).toMatchObject({ IOClass: 'PearNet', providerId: '0x100000102', closedRule: false })
  })

  it('refuses a file that is no dump', async () => {
    await expect(run(rematchCommand, join(samples, 'PlumDrivers-Info.plist'))).rejects.toThrow(UsageError)
  })
})

describe('workbench explain', () => {
  it('shows the winner, the losers with their keys, the sums and the edits', async () => {
    const { out, status } = await run(explainCommand, dump, '--provider', 'USB0@5', '--kexts', samples)
    expect(status).toBe(0)
    await expect(out).toMatchFileSnapshot(golden('explain-usb.txt'))
  })

  it('answers 1 where no driver comes, and turns the fate of the personality that is named', async () => {
    const named = ['--provider', '0x100000106', '--personality', 'PearGraphics']
    const { out, status } = await run(explainCommand, dump, ...named)
    expect(status).toBe(1)
    await expect(out).toMatchFileSnapshot(golden('explain-nothing.txt'))
  })

  it('says what is near when a provider or a personality does not exist', async () => {
    const nothing = run(explainCommand, dump, '--provider', 'nothing@0')
    await expect(nothing).rejects.toThrow('There is no entry nothing@0')
    const unknown = run(explainCommand, dump, '--provider', 'ETH0@1', '--personality', 'Nobody')
    await expect(unknown).rejects.toThrow('There is no personality Nobody; near ones: PearNet, PlumNet')
  })
})
