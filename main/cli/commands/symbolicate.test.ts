// The command reads files, dSYM bundles and debug kits, and says what it did with each.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildMachO } from '../../../test/support/buildMachO.ts'
import { UsageError } from '../Command.ts'
import { symbolicateCommand } from './symbolicate.ts'

const report = join(import.meta.dirname, '../../../test/samples/crashes/null-dereference.crash')
let folder = ''

async function symbolicate(...args: string[]): Promise<{ status: number; out: string }> {
  let out = ''
  const io = { out: (data: string | Uint8Array) => { out += String(data) }, error: () => {}, isErrorTerminal: false }
  return { status: await symbolicateCommand.run(args, io), out: out.replaceAll(folder, 'DIR') }
}

function build(uuid: string): Uint8Array {
  return buildMachO({
    uuid, fileType: 10, segments: [{ name: '__TEXT', address: 0x100000000n, size: 0x10000n }],
    symbols: [{ name: '_high', address: 0x100004400n }],
  })
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'symbols-'))
  const dwarf = join(folder, 'Tide Table.dSYM/Contents/Resources/DWARF')
  mkdirSync(dwarf, { recursive: true })
  writeFileSync(join(dwarf, 'Tide Table'), build('A1A2A3A4-0000-3000-8000-0000000000A1'))
  writeFileSync(join(folder, 'Tide Table.dSYM/Contents/Info.plist'), '<plist/>')
  mkdirSync(join(folder, 'other'))
  writeFileSync(join(folder, 'other/Tide Table'), build('01A2A3A4-0000-3000-8000-000000000001'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('workbench symbolicate', () => {
  it('finds the DWARF file of a dSYM bundle by its UUID', async () => {
    const { status, out } = await symbolicate(report, '--symbols', join(folder, 'Tide Table.dSYM'))
    expect(status).toBe(0)
    expect(out).toContain('high + 40')
    expect(out).toContain('DIR/Tide Table.dSYM/Contents/Resources/DWARF/Tide Table  Tide Table  used')
    expect(out).toContain('Slide 0xa0000')
  })

  it('answers 1 and names both UUIDs when the file is of another build', async () => {
    const { status, out } = await symbolicate(report, '--symbols', join(folder, 'other/Tide Table'))
    expect(status).toBe(1)
    expect(out).toContain('It has 01A2A3A4-0000-3000-8000-000000000001, the report A1A2A3A4-0000-3000-8000-0000000000A1.')
    expect((await symbolicate(report, '--symbols', join(folder, 'other/Tide Table'), '--force')).status).toBe(0)
  })

  it('prints the report with symbols as one document', async () => {
    const { out } = await symbolicate(report, '--symbols', folder, '--json')
    expect(JSON.parse(out)).toMatchObject({
      kind: 'user-crash', verdict: { class: 'null-dereference' }, symbolication: { namelessFrames: 0 },
    })
  })

  it('says what is missing', async () => {
    await expect(symbolicate(report)).rejects.toBeInstanceOf(UsageError)
    await expect(symbolicate(report, '--symbols', join(folder, 'Tide Table.dSYM/Contents/Resources/none'))).rejects.toThrow(/does not exist/u)
  })
})
