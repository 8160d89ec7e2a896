/// <reference lib="dom" />
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
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

interface DroppedFile {
  readonly name: string
  readonly text: string
}

/** Drops files on the window, all at once, as from the desktop. */
async function drop(files: readonly DroppedFile[]): Promise<void> {
  await page.evaluate((dropped) => {
    const transfer = new DataTransfer()
    for (const { name, text } of dropped) transfer.items.add(new File([text], name))
    for (const kind of ['dragenter', 'dragover', 'drop']) {
      const event = new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: transfer })
      document.body.dispatchEvent(event)
    }
  }, [...files])
}

/** Pictures of a state in the usual and in the smallest window, light and dark. */
async function pictures(name: string): Promise<void> {
  await picture(page, name)
  await page.setViewportSize({ width: 1024, height: 640 })
  await picture(page, `${name}-small`)
  await page.setViewportSize({ width: 1440, height: 900 })
}

const sample = (path: string): string => readFileSync(join(import.meta.dirname, '../samples', path), 'utf8')

/** Seven panics of one driver and three of another kind: other addresses and times, the same two troubles. */
function tenPanics(): readonly DroppedFile[] {
  const usb = sample('panics/x86-10.panic')
  const sleep = sample('panics/x86-11-sleep.txt')
  return Array.from({ length: 10 }, (_unused, index) => {
    const text = index < 7
      ? usb.replaceAll('0xffffff8021a4e', `0xffffff8021b${index}e`).replace('10:20:30', `10:2${index}:30`)
      : sleep.replaceAll('0x1a2b', `0x1a2${index}`).replace('caller 0xffffff80', `caller 0xffffff8${index}`)
    return { name: `panic-${index}.panic`, text: `${text}\n` }
  })
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'workbench-crashes-'))
  browser = await launchBrowser()
  shell = await Shell.start(join(folder, 'workbench.db'))
  ;({ page, complaints } = await openApp(browser, shell.address))
  await id('nav-crash-reports').click()
})
afterAll(async () => {
  await browser.close()
  await shell.kill('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
})

describe('whose fault was it', () => {
  it('begins with four samples at one click', async () => {
    await pictures('crash-reports-empty')
    await id('load-samples').click()
    await expect.poll(() => id('report-group').count(), { timeout: 10_000 }).toBe(4)
    await id('verdict').waitFor()
    await pictures('crash-reports-samples')
  })

  it('takes ten panics at once: two groups, one notice, a verdict with its evidence', async () => {
    await drop(tenPanics())
    const notice = page.getByTestId('notice').filter({ hasText: 'Imported 10 files' })
    await notice.waitFor({ timeout: 15_000 })
    expect(await notice.innerText()).toContain('10 panics in 2 groups')
    expect(await page.getByTestId('notice').count()).toBe(1)
    await expect.poll(() => id('report-list').innerText()).toMatch(/Bad memory access in the kernel\s+8/u)
    expect(await id('report-list').innerText()).toMatch(/Going to sleep timed out\s+4/u)
    await id('report-list').getByText('Bad memory access').first().click()
    await expect.poll(() => id('verdict-sentence').innerText()).toContain('PearUSB')
    expect(await id('suspects').innerText()).toContain('org.example.driver.PearUSB')
    await id('why-grouped').click()
    await expect.poll(() => id('why-grouped-text').innerText()).toContain('panic machinery')
    await pictures('crash-reports-why-grouped')
    await page.keyboard.press('Escape')
  })

  it('leads from a piece of evidence to its line in the raw text, which is one key away', async () => {
    await id('evidence').filter({ hasText: 'the fault is in its code' }).click()
    await expect.poll(() => page.locator('.line.now').first().innerText()).toContain('PearUSB12readComplete')
    await pictures('crash-reports-raw')
    await page.keyboard.press('r')
    await id('backtrace').waitFor()
    await page.keyboard.press('r')
    await id('raw-report').waitFor()
    for (const part of ['images', 'registers', 'facts', 'unread', 'notes']) {
      await page.locator(`[data-testid=report-page] [data-value=${part}]`).click()
      await picture(page, `crash-reports-${part}`)
    }
  })

  it('keeps tags and notes, and finds reports by them', async () => {
    await id('report-notes').fill('Happens with the quince hub only')
    await id('report-notes').blur()
    await id('add-tag').click()
    await id('new-tag').fill('fleet')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    await id('report-filter').fill('tag:fleet quince')
    await expect.poll(() => id('report-group').count(), { timeout: 5_000 }).toBe(1)
    await id('report-filter').fill('kind:crash')
    await expect.poll(() => id('report-list').innerText(), { timeout: 5_000 }).toContain('Orchard: Freed')
    await pictures('crash-reports-search')
    await id('report-filter').fill('')
    await expect.poll(() => id('report-group').count(), { timeout: 5_000 }).toBe(4)
  })

  it('shows the threads of a process, the one that crashed first', async () => {
    await id('report-list').getByText('Orchard: Freed').click()
    await expect.poll(() => id('verdict-sentence').innerText()).toContain('objc_msgSend')
    await pictures('crash-reports-process')
    await page.getByTestId('report-segment').getByText('Panics').click()
    await expect.poll(() => id('report-group').count()).toBe(3)
    await page.getByTestId('report-segment').getByText('All').click()
  })

  it('puts two reports side by side', async () => {
    await id('report-list').getByText('Bad memory access').first().click()
    await id('compare-report').click()
    await picture(page, 'crash-reports-choose')
    await id('pick-filter').fill('sleep')
    await id('pick').click()
    await id('compare').waitFor()
    await expect.poll(() => id('compare').innerText()).toContain('Backtrace')
    await pictures('crash-reports-compare')
    await id('compare-close').click()
    await id('group-member').nth(3).click({ modifiers: ['ControlOrMeta'] })
    await expect.poll(() => id('compare').innerText(), { timeout: 5_000 }).toContain('all the same')
    await id('compare-close').click()
    await id('report-detail').waitFor()
  })

  it('moves reports between groups, and every move can be undone', async () => {
    await id('report-list').getByText('Bad memory access').first().click()
    await id('report-menu').click()
    await id('split-report').click()
    await expect.poll(() => id('report-group').count(), { timeout: 5_000 }).toBe(5)
    await page.getByTestId('notice').filter({ hasText: 'stands alone' }).getByTestId('notice-action').click()
    await expect.poll(() => id('report-group').count(), { timeout: 5_000 }).toBe(4)
    await id('report-menu').click()
    await id('merge-group').click()
    await id('pick-filter').fill('sleep')
    await id('pick').click()
    await expect.poll(() => id('report-group').count(), { timeout: 5_000 }).toBe(3)
    await id('report-menu').click()
    await id('unmerge-group').click()
    await expect.poll(() => id('report-group').count(), { timeout: 5_000 }).toBe(4)
    await id('open-rules').click()
    await id('rule-name').fill('Fruit Drivers')
    await id('rule-field').selectOption('kext')
    await id('rule-contains').fill('org.example')
    await id('add-rule').click()
    await expect.poll(() => id('rules').innerText()).toContain('Fruit Drivers')
    await picture(page, 'crash-reports-rules')
    await page.getByLabel('Remove rule Fruit Drivers').click()
    await expect.poll(() => id('rules').innerText()).toContain('There are no rules')
    await page.keyboard.press('Escape')
    await expect.poll(() => id('report-group').count(), { timeout: 5_000 }).toBe(4)
  })

  it('exports a redacted copy that tells nothing of its owner, after showing what changes', async () => {
    await id('report-list').getByText('Bad memory access').first().click()
    await expect.poll(() => id('verdict-sentence').innerText()).toContain('PearUSB')
    await id('export-report').click()
    const secret = '11111111-2222-3333-4444-555555555555'
    await expect.poll(() => id('redaction-preview').innerText(), { timeout: 5_000 }).toContain(secret)
    await pictures('crash-reports-export')
    await page.locator('[data-testid=export-page] [data-value=lines]').click()
    await picture(page, 'crash-reports-export-lines')
    const [download] = await Promise.all([page.waitForEvent('download'), id('export').click()])
    expect(download.suggestedFilename()).toMatch(/-redacted\.panic$/u)
    const text = readFileSync(await download.path(), 'utf8')
    expect(text).not.toContain(secret)
    expect(text).toContain('org.example.driver.PearUSB')
  })

  it('is worked by the keyboard alone: arrows, delete with a way back, enter', async () => {
    await id('report-list').focus()
    await page.keyboard.press('Home')
    const before = await page.locator('[data-testid=report-group]').allInnerTexts()
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => page.locator('[data-testid=report-group][aria-selected=true]').count()).toBe(1)
    await page.keyboard.press('End')
    await page.keyboard.press('Delete')
    await expect.poll(() => id('report-group').count(), { timeout: 5_000 }).toBe(before.length - 1)
    const deleted = page.getByTestId('notice').filter({ hasText: 'Report deleted' })
    await deleted.getByTestId('notice-action').click()
    await expect.poll(() => id('report-group').count(), { timeout: 5_000 }).toBe(before.length)
    await id('report-list').focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('tab')
  })

  it('leaves no complaint in the page', () => {
    expect(complaints.filter((text) => !/WebSocket/u.test(text))).toEqual([])
  })
})
