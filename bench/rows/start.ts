import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { findChromium } from '../../scripts/lib/chromium.mjs'
import { whyNoBrowser } from '../browserPage.ts'
import type { Measurement, Row } from '../Row.ts'

const TIMES = 5
const root = join(import.meta.dirname, '../..')

/** The command that people run, from the moment it is given to the first template that can be clicked. */
async function start(folder: string, browser: Awaited<ReturnType<typeof chromium.launch>>): Promise<number> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  const began = performance.now()
  const args = ['start', '--silent', '--', '--db', join(folder, `${began}.db`)]
  const child = spawn('npm', args, { cwd: root, detached: true })
  try {
    const address = await new Promise<string>((resolve, reject) => {
      let text = ''
      child.stdout.on('data', (chunk) => {
        text += String(chunk)
        const ready = /^READY (\S+)$/mu.exec(text)
        if (ready !== null) resolve(ready[1]!)
      })
      child.on('exit', (code) => reject(new Error(`npm start ended with ${code}: ${text}`)))
    })
    await page.goto(address, { waitUntil: 'commit' })
    await page.getByTestId('template-intel-desktop').waitFor()
    return performance.now() - began
  } finally {
    child.removeAllListeners('exit')
    process.kill(-child.pid!, 'SIGTERM')
    await page.close()
  }
}

async function measure(): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), 'workbench-start-'))
  const args = ['--no-sandbox', '--disable-gpu']
  const browser = await chromium.launch({ executablePath: findChromium()!, args })
  try {
    const taken: number[] = []
    for (let time = 0; time <= TIMES; time++) taken.push(await start(folder, browser))
    const sorted = taken.slice(1).sort((a, b) => a - b)
    const median = sorted[Math.floor(sorted.length / 2)]!
    return { ms: median, minMs: sorted[0]!, maxMs: sorted.at(-1)!, check: null }
  } finally {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

export const startRow: Row = {
  id: 'START', title: 'npm start, built, to the first template that can be clicked', maxRatio: 1,
  ours: { name: 'npm start', isThere: whyNoBrowser, measure },
  peer: {
    name: 'none', isThere: () => 'the goal is absolute, 2000 ms, and has no peer.',
    measure: () => Promise.reject(new Error('no peer')),
  },
}
