// Kexts are found in bundles, their PlugIns and as plain files; what is no kext is passed over, loops end.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readKexts } from './readKexts.ts'

const sample = join(import.meta.dirname, '../../../test/samples/kexts/PearNet-Info.plist')
let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'workbench-kexts-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function bundle(...path: string[]): void {
  const contents = join(root, ...path, 'Contents')
  mkdirSync(contents, { recursive: true })
  cpSync(sample, join(contents, 'Info.plist'))
}

it('finds bundles, plug-ins, plain files and flat dexts in the order of their names', () => {
  bundle('b', 'Pear.kext')
  bundle('b', 'Pear.kext', 'Contents', 'PlugIns', 'Seed.kext')
  mkdirSync(join(root, 'c.dext'))
  cpSync(sample, join(root, 'c.dext', 'Info.plist'))
  cpSync(sample, join(root, 'a-Info.plist'))
  writeFileSync(join(root, 'config.plist'), '<plist><dict><key>Kernel</key><dict/></dict></plist>')
  symlinkSync(root, join(root, 'loop'))
  const { kexts, problems } = readKexts([root])
  expect(kexts.map((one) => [relative(root, one.path), one.bundlePath === null])).toEqual([
    ['a-Info.plist', true], [join('b', 'Pear.kext', 'Contents', 'Info.plist'), false],
    [join('b', 'Pear.kext', 'Contents', 'PlugIns', 'Seed.kext', 'Contents', 'Info.plist'), false],
    [join('c.dext', 'Info.plist'), false],
  ])
  expect(problems).toEqual([])
})

it('takes a bundle or a file by itself, and says what is missing', () => {
  bundle('Pear.kext')
  mkdirSync(join(root, 'Empty.kext'))
  expect(readKexts([join(root, 'Pear.kext'), sample]).kexts).toHaveLength(2)
  expect(readKexts([join(root, 'Empty.kext'), join(root, 'nowhere')]).problems.map((one) => one.message)).toEqual([
    'The bundle has no Info.plist.', 'There is no such folder or file; kexts were wanted from it.',
  ])
})
