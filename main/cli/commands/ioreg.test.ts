// Goal: every option of ioreg works on a dump of any form, and each form can be turned into the others.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parsePlist, writeBinaryPlist } from '../../../kernel/formats/index.ts'
import { UsageError } from '../Command.ts'
import { ioregCommand } from './ioreg.ts'

const root = join(import.meta.dirname, '../../..')
const SAMPLE = join(root, 'resources/samples/intel-desktop.ioreg.txt.gz')
const SMALL = join(root, 'test/samples/ioreg/modern.txt')
let folder = ''
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'workbench-ioreg-')) })
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function ioreg(dump: string, ...options: string[]): Promise<{ status: number; out: string; errors: string }> {
  const pieces: Uint8Array[] = []
  let errors = ''
  const status = await ioregCommand.run(['--from', dump, ...options], {
    out: (data) => { pieces.push(typeof data === 'string' ? Buffer.from(data) : data) },
    error: (text) => { errors += text },
    isErrorTerminal: false,
  })
  return { status, out: Buffer.concat(pieces).toString('latin1'), errors }
}

/** Writes what ioreg printed to a file, so that it can be a dump again. */
function file(name: string, bytes: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  return path
}

/** The service plane of the sample, as one tree. */
const serviceTree = (): string => gunzipSync(readFileSync(SAMPLE)).toString('latin1').split('IODeviceTree:\n')[0]!
  .replace('IOService:\n', '')

describe('the options of ioreg, on a dump', () => {
  it.each([
    ['plane', ['-p', 'IODeviceTree', '-d', '3', '-w0']],
    ['subtree by name', ['-rn', 'SSD0', '-w0']],
    ['properties by name', ['-rl', '-n', 'SSD0', '-d1', '-w0']],
    ['smart', ['-rlf', '-n', 'SSD0', '-d1', '-w0']],
    ['hexadecimal', ['-rlx', '-n', 'SSD0', '-d1', '-w0']],
    ['class with inheritance', ['-rc', 'IOBlockStorageDriver', '-i', '-d2', '-w0']],
    ['key', ['-rk', 'NVMe Revision Supported', '-d1', '-w0']],
    ['ancestors', ['-rtn', 'SSD0', '-d1', '-w0']],
    ['width', ['-rln', 'SSD0', '-d1', '-w', '60']],
    ['archive', ['-ral', '-n', 'SSD0', '-d1']],
  ])('%s', async (name, options) => {
    const { status, out, errors } = await ioreg(SAMPLE, ...options)
    expect([status, errors]).toEqual([0, ''])
    await expect(out).toMatchFileSnapshot(`golden/ioreg/${name.replaceAll(' ', '-')}.txt`)
  })

  it('show names in bold where the terminal can', async () => {
    const before = process.env['TERM']
    process.env['TERM'] = 'xterm-256color'
    try {
      expect((await ioreg(SMALL, '-b', '-d1', '-w0')).out).toContain('+-o \x1b[1mRoot\x1b[m  <class')
    } finally {
      if (before === undefined) delete process.env['TERM']
      else process.env['TERM'] = before
    }
  })

  it('print a dump of several planes back byte for byte', async () => {
    expect((await ioreg(SAMPLE, '-l', '-w0')).out).toBe(gunzipSync(readFileSync(SAMPLE)).toString('latin1'))
  })

  it('look for entries in the service plane unless another is named', async () => {
    expect((await ioreg(SAMPLE, '-rn', 'SSD0', '-w0')).out).not.toContain('IODeviceTree')
    expect((await ioreg(SAMPLE, '-rn', 'nothing', '-w0')).out).toBe('')
  })
})

describe('one form turned into another', () => {
  it('text to a property list, XML and binary, and back to the same text', async () => {
    const xml = (await ioreg(file('tree.txt', serviceTree()), '-al')).out
    expect(xml.match(/<plist/gu)).toHaveLength(1)
    const parsed = parsePlist(Buffer.from(xml, 'latin1'))
    const binary = parsed.ok ? writeBinaryPlist(parsed.value) : new Uint8Array()
    for (const dump of [file('tree.plist', xml), file('tree.bplist.gz', gzipSync(binary))]) {
      const { out } = await ioreg(dump, '-l', '-w0')
      expect(names(out)).toEqual(names(serviceTree()))
      expect(lines(out, 'IONVMeController')).toEqual(lines(serviceTree(), 'IONVMeController'))
    }
  })

  it('keeps what the text says, value by value, and never its raw lines', async () => {
    const doubled = readFileSync(SMALL, 'latin1').replace('"wide" = 18446744073709551615', '"wide"   =   18446744073709551615')
    const { out } = await ioreg(file('odd.txt', doubled), '-l', '-w0')
    expect(out).not.toContain('"wide"   =')
  })

  it('light leaves the tables of HID out and nothing else', async () => {
    const noisy = `+-o Root  <class IORegistryEntry, id 0x100000100, retain 3>
    {
      "Elements" = ({"Usage"=1})
      "IOReportLegend" = ()
      "Product" = "Keys"
    }
    
`
    const { out } = await ioreg(file('noisy.txt', noisy), '--light', '-l', '-w0')
    expect(out).toBe(noisy.replace(/.*(Elements|Legend).*\n/gu, ''))
  })
})

it('says in one sentence what it cannot read', async () => {
  await expect(ioreg(file('none.txt', 'hello'), '-l')).rejects.toThrow(UsageError)
  await expect(ioreg(file('cut.gz', gzipSync('x'.repeat(99)).subarray(0, 20)), '-l')).rejects.toThrow(/cut off/u)
})

/** Tree lines without what the forms tell differently. */
function names(text: string): string[] {
  return text.split('\n').filter((line) => line.includes('+-o ')).map((line) => line.replace(/ *<.*$/u, ''))
}

/** The property lines of the first entry with that name, in the order of their keys. */
function lines(text: string, name: string): string[] {
  const block = text.slice(text.indexOf(`+-o ${name}`))
  return block.slice(0, block.search(/^[ |]*\}$/mu)).split('\n').filter((line) => line.includes('" = ')).map((line) => line.replace(/^[ |]*/u, '')).sort()
}
