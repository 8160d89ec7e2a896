import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { build, preview } from 'vite'
import { findChromium } from '../scripts/lib/chromium.mjs'
import type { Measurement } from './Row.ts'

const configFile = join(import.meta.dirname, '../test/app/pages/vite.config.ts')

/** Why no row can be measured in a browser here, or null. */
export function whyNoBrowser(): string | null {
  return findChromium() === null ? 'there is no Chromium here (npm test installs one on Debian)' : null
}

/** Builds the pages that are measured, with the settings of the app's own renderer. */
export async function buildPages(): Promise<void> {
  if (whyNoBrowser() === null) await build({ configFile, logLevel: 'error' })
}

/** Runs `call` in the outline page of a fresh Chromium, first to warm up, and keeps the median of its times. */
export async function measureInPage(call: string): Promise<Measurement> {
  const server = await preview({ configFile, logLevel: 'error', preview: { port: 0, host: '127.0.0.1' } })
  const browser = await chromium.launch({ executablePath: findChromium()!, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 } })
    await page.goto(new URL('outline.html', server.resolvedUrls!.local[0]).href)
    await page.waitForFunction('window.mountTimes')
    await page.evaluate(call)
    const { ms, rows } = await page.evaluate<{ ms: number[]; rows: number }>(call)
    const sorted = ms.toSorted((a, b) => a - b)
    return { ms: sorted[Math.floor(sorted.length / 2)]!, minMs: sorted[0]!, maxMs: sorted.at(-1)!, check: `${rows} rows` }
  } finally {
    await browser.close()
    await server.close()
  }
}
