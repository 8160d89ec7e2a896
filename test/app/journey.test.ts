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
const nav = (view: string): Promise<void> => id(`nav-${view}`).click()
const SAMPLE = join(import.meta.dirname, '../samples/ioreg')

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'workbench-app-'))
  browser = await launchBrowser()
  shell = await Shell.start(join(folder, 'workbench.db'))
  ;({ page, complaints } = await openApp(browser, shell.address))
})
afterAll(async () => {
  await browser.close()
  await shell.kill('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
})

describe('the first five minutes', () => {
  it('begin with the templates', async () => {
    await id('template-intel-desktop').waitFor()
    await id('template-apple-silicon-laptop').waitFor()
    await picture(page, 'first-run')
  })

  it('let a machine be changed, undone and powered on, and its registry fills', async () => {
    await id('template-intel-desktop').click()
    await id('device-tree').waitFor()
    await picture(page, 'machines')
    await id('power-on').click()
    await expect.poll(() => id('entries').innerText(), { timeout: 20_000 }).toMatch(/3\d\d/u)
    await nav('registry')
    await id('registry-tree').waitFor()
    await expect.poll(() => id('registry-tree').innerText(), { timeout: 10_000 }).toContain('AppleACPIPlatformExpert')
    await id('registry-filter').fill('NVMe')
    await expect.poll(() => id('registry-tree').innerText()).toContain('IONVMeController')
    await picture(page, 'registry')
    await id('registry-filter').fill('')
  })

  it('show System Information', async () => {
    await nav('system-information')
    await id('profile-SPNVMeDataType').click()
    await expect.poll(() => id('profile-page').innerText(), { timeout: 10_000 }).toContain('APPLE SSD')
    await picture(page, 'system-information')
  })

  it('answer ioreg -l | grep IOClass in the terminal', async () => {
    await nav('terminal')
    await id('terminal').waitFor()
    await page.waitForTimeout(1000)
    await id('terminal').click()
    await page.keyboard.type('ioreg -l | grep IOClass | head -3\n')
    await expect.poll(() => id('terminal').innerText(), { timeout: 15_000 }).toContain('"IOClass" = "')
    await picture(page, 'terminal')
  })

  it('draw charts and drivers in Activity Monitor', async () => {
    await nav('activity')
    await id('driver-table').waitFor()
    await page.waitForTimeout(800)
    await picture(page, 'activity-monitor')
  })

  it('end in a panic that a faulty sample kext caused, and its report survives kill -9 of everything', async () => {
    await nav('terminal')
    await id('terminal').click()
    await page.keyboard.type('sudo kextload /Library/Extensions/NullDereference.kext\n')
    await id('open-report').waitFor({ timeout: 15_000 })
    await nav('crash-reports')
    await id('report-list').getByText('page fault').first().click()
    await expect.poll(() => id('report-detail').innerText(), { timeout: 10_000 }).toContain('NullDereference')
    await picture(page, 'crash-reports')
    await page.close()
    await shell.kill('SIGKILL')
    shell = await Shell.start(join(folder, 'workbench.db'))
    ;({ page, complaints } = await openApp(browser, shell.address))
    await nav('crash-reports')
    await expect.poll(() => id('report-list').innerText(), { timeout: 10_000 }).toContain('page fault')
  })

  it('take a registry dump that is dropped in, beside live machines', async () => {
    const file = join(SAMPLE, 'modern.txt')
    const text = readFileSync(file).toString('base64')
    await page.evaluate(([name, data]) => {
      const bytes = Uint8Array.from(atob(data!), (character) => character.charCodeAt(0))
      const transfer = new DataTransfer()
      transfer.items.add(new File([bytes], name!))
      for (const kind of ['dragenter', 'dragover', 'drop']) {
        document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: transfer }))
      }
    }, ['dropped.ioreg.txt', text])
    await id('import-1').waitFor({ timeout: 10_000 })
    await expect.poll(() => id('registry-tree').innerText(), { timeout: 10_000 }).toContain('Root')
    await picture(page, 'imported-registry')
  })

  it('say so when the kernel process is lost, and start it again on request', async () => {
    process.kill(await shell.kernelPid(), 'SIGKILL')
    await id('kernel-banner').waitFor({ timeout: 5_000 })
    await picture(page, 'kernel-gone')
    await id('restart-kernel').click()
    await id('kernel-banner').waitFor({ state: 'hidden', timeout: 15_000 })
  })

  it('leave no complaint in the page', () => {
    expect(complaints.filter((text) => !/WebSocket/u.test(text))).toEqual([])
  })
})
