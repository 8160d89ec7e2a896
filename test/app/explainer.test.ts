/// <reference lib="dom" />
// A nub of the sample is explained, a change turns the result, and it is taken back; coverage of the sample.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, openApp, picture, Shell } from './support/shell.ts'

let folder = ''
let shell: Shell
let browser: Browser
let page: Page
let complaints: string[] = []
const id = (name: string) => page.getByTestId(name)
const candidate = (name: string) => id('candidate').filter({ hasText: name })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'workbench-explainer-'))
  browser = await launchBrowser()
  shell = await Shell.start(join(folder, 'workbench.db'))
  ;({ page, complaints } = await openApp(browser, shell.address))
})
afterAll(async () => {
  await browser.close()
  await shell.kill('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
})

describe('the Match Explainer', () => {
  it('explains a nub of the sample in one click', async () => {
    await id('nav-match-explainer').click()
    await picture(page, 'explainer-empty')
    await id('explainer-sample').click()
    await id('explanation').waitFor({ timeout: 10_000 })
    expect(await id('verdict').innerText()).toMatch(/^LumenScopeSerial drives Lumen Scope with 109.000/u)
    expect(await id('identity').innerText()).toContain('0x1d50')
    expect(await candidate('ScopeLegacy').innerText()).toContain('FAMILY')
    await picture(page, 'explainer')
  })

  it('turns the result by a change that it proposes, says what changed, and takes it back', async () => {
    await candidate('ScopeLink').click()
    await id('chance').filter({ hasText: 'own IOMatchCategory' }).click()
    await expect
      .poll(() => candidate('ScopeLink').innerText(), { timeout: 5_000 })
      .toMatch(/Won[^]*was SCORE/u)
    expect(await id('verdict-before').innerText()).toBe('Comes: ScopeLink.')
    await picture(page, 'explainer-what-if')
    await page.keyboard.press('Control+z')
    await expect.poll(() => candidate('ScopeLink').innerText(), { timeout: 5_000 }).toContain('SCORE')
    await id('what-if-bar').waitFor({ state: 'hidden' })
  })

  it('matches with keys that were written by hand, from the keyboard alone', async () => {
    await candidate('Vendor Bridge').focus()
    await page.keyboard.press('e')
    await id('what-if-sheet').waitFor()
    expect(await id('what-if-subject').inputValue()).toBe('Vendor Bridge')
    await page.getByLabel('Value of bInterfaceProtocol').fill('7')
    await picture(page, 'explainer-sheet')
    await page.keyboard.press('Control+Enter')
    await expect
      .poll(() => candidate('Vendor Bridge').innerText(), { timeout: 5_000 })
      .toMatch(/FAMILY[^]*was SCORE/u)
    await id('what-if-reset').click()
    await expect.poll(() => candidate('Vendor Bridge').innerText(), { timeout: 5_000 }).toContain('SCORE')
  })

  it('finds a device without a driver and names the nearest', async () => {
    await id('choose-nub').click()
    await id('nub-kind').getByText('Without a Driver').click()
    await picture(page, 'explainer-picker')
    await id('nub-query').fill('HDEF')
    await page.keyboard.press('Enter')
    await expect.poll(() => id('verdict').innerText(), { timeout: 5_000 }).toMatch(/^No driver for HDEF/u)
    await picture(page, 'explainer-no-driver')
  })

  it('matches the dump anew: all its drivers come out again', async () => {
    await id('explainer-page').getByText('Match Anew').click()
    expect(await id('rematch').innerText()).toContain('100 %')
    expect(await id('rematch-agree').innerText()).toBe('18')
    await picture(page, 'explainer-rematch')
  })

  it('is reached from the registry', async () => {
    await id('import-1').click()
    await id('registry-tree').getByText('Kestrel Keyboard').first().click({ button: 'right' })
    await id('entry-explain').click()
    await expect
      .poll(() => id('verdict').innerText(), { timeout: 5_000 })
      .toContain('AppleUSBHostCompositeDevice')
  })
})

describe('Coverage', () => {
  it('shows what drives each device of the sample, what is missing, conflicts and ports', async () => {
    await id('nav-coverage').click()
    await id('coverage-sample').click()
    await id('coverage').waitFor({ timeout: 10_000 })
    expect(await id('coverage-summary').innerText()).toContain(
      '3 devices without a driver, 1 device claimed twice',
    )
    expect(await id('coverage-ports').first().innerText()).toMatch(/of 15/u)
    await id('coverage-none').click()
    expect(await id('coverage-device').count()).toBe(3)
    await id('coverage-none').click()
    await id('coverage-device').filter({ hasText: 'Lumen Scope' }).click()
    expect(await id('coverage-details').innerText()).toContain('2 interfaces')
    await picture(page, 'coverage')
  })

  it('takes a list away and puts it back', async () => {
    const devices = (): Promise<number> => id('coverage-device').count()
    const before = await devices()
    await id('coverage-sources').click()
    await page.getByLabel('Remove lumen-desk.lsusb.txt').click()
    await expect.poll(devices, { timeout: 5_000 }).toBeLessThan(before)
    await page.keyboard.press('Escape')
    await id('notice').filter({ hasText: 'was removed' }).getByTestId('notice-action').click()
    await expect.poll(devices, { timeout: 5_000 }).toBe(before)
  })

  it('leaves no complaint in the page', () => {
    expect(complaints).toEqual([])
  })
})
