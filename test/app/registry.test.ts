// Goal: somebody drops the dumps that people send, of whatever form, finds a value in them and holds two against each other.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parsePlist, writeBinaryPlist } from '../../kernel/formats/index.ts'
import { readRegistry } from '../../kernel/importers/index.ts'
import { ArchiveMaker } from '../../kernel/importers/testing/ArchiveMaker.ts'
import { runIoregOnDump } from '../../kernel/machine/importedRegistry/index.ts'
import { drop } from './support/drop.ts'
import { launchBrowser, openApp, picture, Shell } from './support/shell.ts'

const DUMP = readFileSync(join(import.meta.dirname, '../../resources/samples/intel-desktop.ioreg.txt.gz'))
const TEXT = gunzipSync(DUMP).toString('latin1')

let folder = ''
let shell: Shell
let browser: Browser
let page: Page
let complaints: string[] = []
const id = (name: string) => page.getByTestId(name)
const tree = (): Promise<string> => id('registry-tree').innerText()

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'workbench-registry-'))
  browser = await launchBrowser()
  shell = await Shell.start(join(folder, 'workbench.db'))
  ;({ page, complaints } = await openApp(browser, shell.address))
  await id('template-intel-desktop').waitFor()
})
afterAll(async () => {
  await browser.close()
  await shell.kill('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
})

/** The dump as `ioreg -al` prints it. */
function asXml(): Buffer {
  const pieces: Uint8Array[] = []
  const output = { stdout: (bytes: Uint8Array) => void pieces.push(bytes.slice()), stderr: () => undefined }
  expect(runIoregOnDump(readRegistry(DUMP.length > 0 ? Buffer.from(TEXT, 'latin1') : DUMP), ['-al'], output)).toBe(0)
  return Buffer.concat(pieces)
}

function asBinary(): Uint8Array {
  const parsed = parsePlist(asXml())
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message)
  return writeBinaryPlist(parsed.value)
}

/** A small file of IORegistryExplorer. */
function asArchive(): Uint8Array {
  const maker = new ArchiveMaker()
  const leaf = maker.entry('FruitKeys', {}, '<key>Product</key><string>Orchard</string>', [])
  const root = maker.entry('Root', { isRegistryRoot: true }, '', [['IOService', [leaf]]])
  return maker.bytes({
    registryEntries: maker.list([leaf, root]), registryPlanes: maker.list([maker.add('IOService')]),
  })
}

describe('a dump of any form', () => {
  it.each([
    ['desk.txt', () => Buffer.from(TEXT, 'latin1'), 'iMacPro1,1'], ['desk.plist', asXml, 'iMacPro1,1'],
    ['desk.bplist', asBinary, 'iMacPro1,1'], ['desk.txt.gz', () => gzipSync(TEXT), 'iMacPro1,1'],
    ['keys.ioreg', asArchive, 'FruitKeys'],
  ])('opens where it is dropped: %s', async (name, bytes, shows) => {
    await drop(page, name, bytes())
    await id('sidebar').getByText(name, { exact: true }).waitFor({ timeout: 20_000 })
    await expect.poll(tree, { timeout: 20_000 }).toContain(shows)
  })

  it('that cannot be read says what it looked like and what was tried', async () => {
    await drop(page, 'photo.png', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))
    const notice = page.getByTestId('notice').filter({ hasText: 'photo.png' })
    await notice.waitFor({ timeout: 10_000 })
    expect(await notice.innerText()).toMatch(/looks like a picture[^]*tried as an ioreg text/u)
  })
})

describe('in a dump', () => {
  it('the filter finds names at once and values too, and marks them', async () => {
    await id('import-1').click()
    await expect.poll(tree).toContain('iMacPro1,1')
    await id('registry-filter').fill('ionvmecon')
    await expect.poll(tree).toContain('IONVMeController')
    expect(await id('registry-tree').locator('mark').first().innerText()).toBe('IONVMeCon')
    await id('registry-filter').fill('wb0000000')
    await expect.poll(() => id('registry-note').innerText()).toMatch(/^\d+ match(es)?$/u)
    expect(await tree()).toContain('Serial Number')
    await expect.poll(() => id('value-pane').innerText()).toContain('WB00000000000001')
    await picture(page, 'registry-filter')
  })

  it('a result code typed into the filter is told by its name', async () => {
    await id('registry-filter').fill('-536870201')
    await expect.poll(() => id('decode-hint').innerText()).toContain('kIOReturnUnsupported (0xe00002c7)')
    await picture(page, 'registry-decode')
    await id('registry-filter').fill('usb')
    await id('decode-hint').waitFor({ state: 'detached' })
    await id('registry-filter').fill('')
  })

  it('planes switch without losing the entry, and all its parents are shown', async () => {
    await id('registry-filter').fill('')
    await page.keyboard.press('Control+g')
    await id('go-to-path-input').fill('ioreg -rn SSD0')
    await picture(page, 'go-to-path')
    await page.keyboard.press('Enter')
    const title = (): Promise<string> => id('registry-inspector').locator('h2').innerText()
    await expect.poll(title).toBe('SSD0@0')
    expect(await id('entry-parents').innerText()).toMatch(/Service[^]*IOPP[^]*Device Tree/u)
    await id('planes').getByText('Power').click()
    await expect.poll(title).not.toBe('SSD0@0')
    await id('planes').getByText('Device Tree').click()
    await expect.poll(title).toBe('SSD0@0')
    await id('planes').getByText('Service').click()
    await expect.poll(title).toBe('SSD0@0')
  })

  it('a value is told as bytes, number and words, and the place as an OpenCore path', async () => {
    await id('properties').getByText('vendor-id', { exact: true }).click()
    expect(await id('value-pane').innerText()).toMatch(/4203 \(0x106b\)[^]*0x106b · Apple[^]*6b 10 00 00/u)
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await id('entry-actions').click()
    await page.getByText('Copy OpenCore DevicePath').click()
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText()))
      .toBe('PciRoot(0x0)/Pci(0x1d,0x0)/Pci(0x0,0x0)')
    await picture(page, 'registry-value')
  })
})

describe('two dumps', () => {
  it('stand side by side, with each difference named and reached by keyboard', async () => {
    const other = TEXT.replaceAll(/\n[ |]*"Model Number" = "APPLE SSD WB1024P"/gu, (line) => line.replace('WB1024P', 'WB2048P'))
      .replaceAll('<class AppleRTC,', '<class FruitClock,')
    await drop(page, 'other.txt', Buffer.from(other, 'latin1'))
    await id('sidebar').getByText('other.txt').waitFor({ timeout: 20_000 })
    await expect.poll(tree).toContain('iMacPro1,1')
    await id('compare-with').click()
    await id('compare-import:1').click()
    await id('compare-table').waitFor()
    await expect.poll(() => id('compare-counts').innerText(), { timeout: 10_000 }).toMatch(/△\s*[1-9]/u)
    await expect.poll(() => id('compare-pane').innerText()).toMatch(/\S/u)
    await id('only-changes').check()
    const changes = await id('compare-rows').locator('.changed, .driver, .added, .removed').count()
    expect(changes).toBeGreaterThan(0)
    await id('compare-rows').focus()
    await expect.poll(async () => {
      await page.keyboard.press('n')
      return id('compare-pane').innerText()
    }, { timeout: 10_000 }).toMatch(/Model Number[^]*WB1024P[^]*WB2048P/u)
    await picture(page, 'registry-compare')
    await id('leave-compare').click()
    await id('registry-tree').waitFor()
  })

  it('leave no complaint in the page', () => {
    expect(complaints.filter((text) => !/WebSocket/u.test(text))).toEqual([])
  })
})
