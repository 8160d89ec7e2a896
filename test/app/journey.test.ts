/// <reference lib="dom" />
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drop as dropOn } from './support/drop.ts'
import { launchBrowser, openApp, picture, Shell } from './support/shell.ts'

let folder = ''
let shell: Shell
let browser: Browser
let page: Page
let complaints: string[] = []
const id = (name: string) => page.getByTestId(name)
const nav = (view: string): Promise<void> => id(`nav-${view}`).click()
const drop = (name: string, bytes: Uint8Array): Promise<void> => dropOn(page, name, bytes)
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
    await id('part-pci.function').click()
    const added = await id('device-id').inputValue()
    await id(`device-${added}`).waitFor()
    await id('remove-device').click()
    await id(`device-${added}`).waitFor({ state: 'hidden' })
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

  it('plug a drive into a hot-plug port and pull it out while the machine runs', async () => {
    const entries = async (): Promise<number> => Number.parseInt(await id('entries').innerText(), 10)
    const before = await entries()
    await nav('machines')
    await id('device-dsb01').click()
    await id('part-nvme.controller').click()
    await id('plug-in').click()
    await expect.poll(entries, { timeout: 10_000 }).toBeGreaterThan(before)
    await picture(page, 'hot-plug')
    await id('pull-out').click()
    await expect.poll(entries, { timeout: 10_000 }).toBe(before)
    await id('remove-device').click()
  })

  it('give every terminal a shell of the new session after reboot', async () => {
    await nav('terminal')
    await id('terminal').click()
    await page.keyboard.type('sudo reboot\n')
    await expect.poll(() => id('terminal').innerText(), { timeout: 10_000 }).toMatch(/Process completed[^]*%/u)
    await id('terminal').click()
    await page.keyboard.type('echo "$((6 * 7)) again"\n')
    await expect.poll(() => id('terminal').innerText(), { timeout: 10_000 }).toMatch(/^42 again/mu)
  })

  it('mark devices that no driver took, and lead to them', async () => {
    await id('without-driver').click()
    await id('no-driver').waitFor({ timeout: 10_000 })
    await picture(page, 'without-driver')
  })

  it('draw charts and drivers in Activity Monitor', async () => {
    await nav('activity')
    await id('activity-table').waitFor()
    await expect.poll(() => id('activity-table').innerText()).toMatch(/kernel_task[^]*IONVMeController/u)
    await expect.poll(() => id('activity-table').innerText(), { timeout: 5_000 }).toContain('-zsh')
    await picture(page, 'activity-monitor')
  })

  it('end in a panic that a faulty sample kext caused, and its report survives kill -9 of everything', async () => {
    await nav('terminal')
    await id('terminal').click()
    await page.keyboard.type('sudo kextload /Library/Extensions/NullDereference.kext\n')
    await id('open-report').waitFor({ timeout: 15_000 })
    await nav('crash-reports')
    await id('report-list').getByText('Page fault').first().click()
    await expect.poll(() => id('report-detail').innerText(), { timeout: 10_000 }).toContain('NullDereference')
    await picture(page, 'crash-reports')
    await page.close()
    await shell.kill('SIGKILL')
    shell = await Shell.start(join(folder, 'workbench.db'))
    ;({ page, complaints } = await openApp(browser, shell.address))
    await nav('crash-reports')
    await expect.poll(() => id('report-list').innerText(), { timeout: 10_000 }).toMatch(/page fault/iu)
  })

  it('go back to just before the panic, and the machine panics again at the same instant', async () => {
    await id('report-list').getByText('Page fault').first().click()
    const panicked = await id('report-detail').locator('.c-purple').first().innerText()
    await id('rewind').click()
    await expect.poll(() => id('transport').getAttribute('data-power'), { timeout: 10_000 }).toBe('paused')
    await picture(page, 'rewound')
    await id('pause').click()
    await id('rewind-newest').waitFor({ timeout: 10_000 })
    expect(await id('clock').innerText()).toBe(panicked)
    await expect.poll(() => id('report-list').innerText(), { timeout: 5_000 }).toMatch(/Page fault[^]*2/u)
  })

  it('take a registry dump that is dropped in, beside live machines', async () => {
    await drop('dropped.ioreg.txt', readFileSync(join(SAMPLE, 'modern.txt')))
    await id('import-1').waitFor({ timeout: 10_000 })
    await expect.poll(() => id('registry-tree').innerText(), { timeout: 10_000 }).toContain('Root')
    await picture(page, 'imported-registry')
  })

  it('name every fault of a machine file, and refuse what is no dump, changing nothing', async () => {
    const faulty = { format: 'workbench-machine/1', name: 'No Name', memoryBytes: 'much', devices: [5] }
    await drop('faulty.json', Buffer.from(JSON.stringify(faulty)))
    await id('file-problems').waitFor({ timeout: 10_000 })
    const faults = await id('file-problems').innerText()
    for (const place of ['name', 'memoryBytes', 'devices[0]', '"No Name"', 'platform']) {
      expect(faults).toContain(place)
    }
    await picture(page, 'faulty-machine')
    await page.keyboard.press('Escape')
    await drop('cut-off.json', Buffer.from('{"format": "workbench-machine/1", "name": "x'))
    await expect.poll(() => id('file-problems').innerText(), { timeout: 5_000 }).toContain('cut off')
    await page.keyboard.press('Escape')
    const noise = Uint8Array.from({ length: 200_000 }, (_, index) => (index * 7919) & 0xff)
    await drop('noise.bin', noise)
    await page.getByText('noise.bin could not be imported').waitFor({ timeout: 10_000 })
    expect(await page.locator('[data-testid^=import-]').count()).toBe(1)
  })

  it('show one machine in two windows, and both may write', async () => {
    const other = await page.context().newPage()
    await other.goto(new URL(page.url()).origin)
    await expect.poll(() => other.getByTestId('clock').innerText(), { timeout: 10_000 }).toBe(await id('clock').innerText())
    await nav('machines')
    await id('save-machine').click()
    await other.getByTestId('nav-machines').click()
    await other.getByTestId('all-machines').click()
    await other.getByTestId('saved-intel-desktop').waitFor()
    await other.getByTestId('template-apple-silicon-laptop').click()
    await other.getByTestId('save-machine').click()
    await other.close()
    await id('all-machines').click()
    await id('saved-apple-silicon-laptop').waitFor()
  })

  it('notice within three seconds that the kernel process hangs, and start it again on request', async () => {
    const began = performance.now()
    process.kill(await shell.kernelPid(), 'SIGSTOP')
    await id('kernel-banner').waitFor({ timeout: 5_000 })
    expect(performance.now() - began).toBeLessThan(3_500)
    expect(await id('kernel-banner').innerText()).toContain('no sign of life')
    await id('restart-kernel').click()
    await id('kernel-banner').waitFor({ state: 'hidden', timeout: 15_000 })
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
