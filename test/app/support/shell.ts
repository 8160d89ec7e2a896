import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'

const root = join(import.meta.dirname, '../../..')
export const screenshots = join(root, 'test/app/screenshots')

/** The browser shell as people start it: the built program on a database of its own. */
export class Shell {
  private constructor(private readonly child: ChildProcess, readonly address: string) {}

  static start(databasePath: string): Promise<Shell> {
    const child = spawn(process.execPath, [join(root, 'out/main/web.js'), '--db', databasePath], { stdio: ['ignore', 'pipe', 'inherit'] })
    return new Promise((resolve, reject) => {
      let text = ''
      child.stdout.on('data', (chunk) => {
        text += String(chunk)
        const ready = /^READY (\S+)$/mu.exec(text)
        if (ready !== null) resolve(new Shell(child, ready[1]!))
      })
      child.on('exit', (code) => reject(new Error(`the browser shell ended with ${code}: ${text}`)))
    })
  }

  /** Process id of the kernel process: the child of the server. */
  async kernelPid(): Promise<number> {
    const { readFileSync } = await import('node:fs')
    const children = readFileSync(`/proc/${this.child.pid}/task/${this.child.pid}/children`, 'utf8').trim()
    if (children === '') throw new Error('the browser shell has no kernel process')
    return Number(children.split(' ')[0])
  }

  kill(signal: NodeJS.Signals): Promise<void> {
    return new Promise((resolve) => {
      this.child.removeAllListeners('exit')
      this.child.on('exit', () => resolve())
      this.child.kill(signal)
    })
  }
}

/** A real Chromium: the one that the test script found. */
export function launchBrowser(): Promise<Browser> {
  mkdirSync(screenshots, { recursive: true })
  return chromium.launch({
    executablePath: process.env.WORKBENCH_BROWSER ?? '/usr/bin/chromium', headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic'],
  })
}

/** Opens the app; complaints of the page (errors, policy violations) are collected. */
export async function openApp(browser: Browser, address: string): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.goto(address)
  return { page, complaints }
}

/** One picture of a view in light and one in dark. */
export async function picture(page: Page, name: string): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    await page.waitForTimeout(150)
    await page.screenshot({ path: join(screenshots, `${name}-${scheme}.png`) })
  }
  await page.emulateMedia({ colorScheme: 'light' })
}
