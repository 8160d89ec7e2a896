import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readIoregText, readRegistry } from '../../importers/index.ts'
import { encodeUtf8Lossless } from '../../formats/utf8.ts'
import { runIoregOnDump } from './runIoregOnDump.ts'

const SAMPLES = join(import.meta.dirname, '../../../test/samples/ioreg')

function sample(name: string): string {
  return readFileSync(join(SAMPLES, `${name}.txt`)).toString('latin1')
}

/** What `ioreg` prints on a dump, one character per byte, and its exit status. */
function run(dump: string, ...options: string[]): { out: string; errors: string; status: number } {
  let out = ''
  let errors = ''
  const status = runIoregOnDump(readRegistry(Buffer.from(dump, 'latin1')), options, {
    stdout: (bytes) => (out += Buffer.from(bytes).toString('latin1')),
    stderr: (bytes) => (errors += Buffer.from(bytes).toString('latin1')),
  })
  return { out, errors, status }
}

describe('a dump served by a kernel prints back byte for byte', () => {
  test.each([
    ['tiger', '-l'],
    ['leopard', '-l'],
    ['modern', '-l'],
    ['inheritance', '-li'],
    ['fragment', '-l'],
    ['tree-only', ''],
  ])('%s %s', (name, options) => {
    const dump = sample(name)
    expect(run(dump, ...(options === '' ? [] : [options]), '-w0')).toEqual({
      out: dump,
      errors: '',
      status: 0,
    })
  })

  test('a clipped dump but for the tree lines that were cut themselves', () => {
    const uncut = (text: string): string[] => text.split('\n').filter((line) => !line.includes('+-o Fruit'))
    expect(uncut(run(sample('clipped'), '-l').out)).toEqual(uncut(sample('clipped')))
  })

  test('with keys blotted out alike, data of older rules, and bytes that are no text', () => {
    const dump = [
      '+-o Root  <class IORegistryEntry, retain 3>',
      '    {',
      '      "XX" = {"XX"=1,"XX"=2}',
      '      "XX" = <"old","",>',
      '      "padded" = <6162>',
      '      "UPPER" = <00AA>',
      '      "local" = "caf\xe9 \xc3\xa9"',
      '      "k\xe9y" = Yes',
      '    }',
      '    ',
      '',
    ].join('\n')
    expect(run(dump, '-l').out).toBe(dump)
  })
})

describe('ioreg asks a served dump as it asks a Mac', () => {
  test('-p shows one tree of several', () => {
    const { out } = run(sample('tiger'), '-p', 'IODeviceTree')
    expect(out.split('\n').map((line) => line.trim().split('  ')[0])).toEqual([
      '+-o Root',
      '+-o device-tree',
      '+-o chosen@0',
      '',
    ])
    expect(run(sample('modern'), '-p', 'IOUSB')).toEqual({
      out: '+-o Root  <class IORegistryEntry, id 0x100000100, retain 21>\n', errors: '', status: 0,
    })
  })

  test('-c knows the classes of a dump, their superclasses where it tells them, and IOService', () => {
    const names = (dump: string, ...options: string[]): string[] =>
      run(dump, '-rd1', ...options)
        .out.split('\n')
        .filter((line) => line.startsWith('+-o'))
        .map((line) => line.slice(4).split('  ')[0]!)
    expect(names(sample('modern'), '-c', 'FruitKeys')).toEqual(['keys@1,2', 'keys@1,2'])
    expect(names(sample('inheritance'), '-c', 'IOPlatformExpertDevice')).toEqual(['/'])
    expect(names(sample('tree-only'), '-c', 'IOService')).toEqual([
      'Orchard7,2',
      'FruitPE',
      'Core@0',
      'serial-0x1',
    ])
    expect(names(sample('modern'), '-k', 'HIDIdleTime')).toEqual(['Shared', 'Shared', 'Shared'])
    expect(names(sample('modern'), '-n', 'usb@14000000')).toEqual(['usb@14000000'])
  })

  test('-x shows numbers and data as hexadecimal, 32-bit negatives extended', () => {
    const { out } = run(sample('modern'), '-rx', '-d1', '-n', 'T0001AP')
    expect(out).toContain('"location" = 0xfffffffffd100000\n')
    expect(out).toContain('"model" = <4f726368617264392c3300>\n')
  })

  test('-w clips', () => {
    expect(run(sample('tree-only'), '-w', '20').out.split('\n')[0]).toBe('+-o Root  <class IO$')
  })

  test('-a gives a property list that reads back as the same tree', () => {
    const again = readRegistry(encodeUtf8Lossless(run(sample('modern'), '-la').out))
    const dump = readIoregText(sample('modern'))
    expect(again.rows.map((row) => [row.name, row.location, row.depth, row.id, row.state])).toEqual(
      dump.rows.map((row) => [row.name, row.location, row.depth, row.id, row.state]),
    )
    expect(again.rows[0]?.properties?.get('IORegistryPlanes')).toBeDefined()
  })

  test('bad options give the usage text on standard error and status 1', () => {
    const { out, errors, status } = run(sample('modern'), '-h')
    expect([out, status]).toEqual(['', 1])
    expect(errors.split('\n').slice(0, 2)).toEqual([
      'ioreg: illegal option -- h',
      'usage: ioreg [-abfilrtxy] [-c class] [-d depth] [-k key] [-n name] [-p plane] [-w width]',
    ])
  })
})

describe('dumps that are not one whole tree', () => {
  test('several trees without a root hang below one that says nothing', () => {
    const tree = sample('fragment')
    const { out } = run(`${tree}\n${tree}`, '-l')
    expect(out.startsWith('+-o Root  <class IORegistryEntry, id 0x100000100, retain ')).toBe(true)
    expect(out.match(/FruitBattery {2}</g)).toHaveLength(1)
  })

  test('where only some entries show properties, -l invents none for the others', () => {
    const dump =
      '+-o A  <class A, retain 1>\n  +-o B  <class B, retain 1>\n      {\n        "k" = 1\n      }\n      \n'
    expect(run(dump, '-l').out).toBe(dump)
  })

  test('nothing readable prints nothing but a root', () => {
    expect(run('hello\n', '-l').status).toBe(0)
  })
})
