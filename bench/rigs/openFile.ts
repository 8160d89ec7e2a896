/// <reference lib="dom" />
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { findChromium } from '../../scripts/lib/chromium.mjs'
import { Shell } from '../../test/app/support/shell.ts'
import type { Measurement } from '../Row.ts'

const WARM_UPS = 2
const TIMES = 9
const SETTLE_MS = 1_500

/**
 * Opens a dump in the browser shell as people do, again and again: from the moment the page has the File (as
 * the drop hands it over) to the frame that shows the first rows of its tree.
 */
export async function openFileTimes(path: string): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), 'workbench-open-'))
  const shell = await Shell.start(join(folder, 'bench.db'))
  const browser = await chromium.launch({ executablePath: findChromium()!, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.goto(shell.address)
    await page.getByTestId('template-intel-desktop').waitFor()
    const ms: number[] = []
    let rows = 0
    for (let time = 0; time < WARM_UPS + TIMES; time++) {
      const opened = await openOnce(page, path)
      rows = opened.rows
      if (time >= WARM_UPS) ms.push(opened.ms)
      await page.getByTestId('nav-machines').click()
      await page.waitForTimeout(SETTLE_MS)
    }
    const sorted = ms.toSorted((a, b) => a - b)
    return { ms: sorted[sorted.length >> 1]!, minMs: sorted[0]!, maxMs: sorted.at(-1)!, check: `${rows} rows` }
  } finally {
    await browser.close()
    await shell.kill('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One drop of the file on the window of another view, and how many rows the tree then says it has. */
async function openOnce(page: Page, path: string): Promise<{ ms: number; rows: number }> {
  await page.evaluate(() => {
    document.querySelector('#bench-file')?.remove()
    document.body.append(Object.assign(document.createElement('input'), { id: 'bench-file', type: 'file' }))
  })
  await page.locator('#bench-file').setInputFiles(path)
  return page.evaluate(async () => {
    const file = document.querySelector<HTMLInputElement>('#bench-file')!.files![0]!
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(file)
    const frame = (): Promise<number> => new Promise((resolve) => {
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now()), 0))
    })
    await frame()
    const start = performance.now()
    const event = new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer })
    document.body.dispatchEvent(event)
    await new Promise<void>((resolve) => {
      const seen = new MutationObserver(() => {
        if (document.querySelector('[data-testid=registry-rows] .trow') === null) return
        seen.disconnect()
        resolve()
      })
      seen.observe(document.body, { subtree: true, childList: true })
    })
    const ms = await frame() - start
    const tree = document.querySelector('[data-testid=registry-tree]')!
    return { ms, rows: Number(tree.getAttribute('aria-rowcount')) }
  })
}
