// A Chromium-like browser for the app tests: an installed one, or the system's package where we may add it.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

/** Path of an installed browser, or null. WORKBENCH_BROWSER names one outright. */
export function findChromium() {
  const places = [process.env.WORKBENCH_BROWSER, ...PLACES,
    ...(process.env.PATH ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)))]
  return places.find((place) => {
    if (!place) return false
    try {
      accessSync(place, constants.X_OK)
      return true
    } catch {
      return false
    }
  }) ?? null
}

/** The browser, installed through apt on Debian as root; throws a sentence when there is none. */
export function ensureChromium() {
  const found = findChromium()
  if (found !== null) return found
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    process.stdout.write('Installing Chromium with apt-get …\n')
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const run = (args) => spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env })
    run(['update', '-q'])
    run(['install', '-y', '-q', '--no-install-recommends', 'chromium', 'fonts-liberation'])
    const installed = findChromium()
    if (installed !== null) return installed
  }
  throw new Error('The app tests need a real browser: install Chromium, Chrome or Edge '
    + '(on Debian: apt-get install chromium), or name one in WORKBENCH_BROWSER.')
}
