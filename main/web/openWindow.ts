import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'microsoft-edge', 'brave-browser']
const MAC = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
]

/** A Chromium-like browser on this machine, or null. */
export function findBrowser(environment: NodeJS.ProcessEnv = process.env): string | null {
  const places = [
    ...(environment.PATH ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name))),
    ...(process.platform === 'darwin' ? MAC : []),
  ]
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK)
      return true
    } catch {
      return false
    }
  }) ?? null
}

/** Opens the address as an app window of its own where a browser and a display are there; says whether it did. */
export function openAppWindow(address: string, environment: NodeJS.ProcessEnv = process.env): boolean {
  const hasDisplay = process.platform !== 'linux' || Boolean(environment.DISPLAY ?? environment.WAYLAND_DISPLAY)
  const browser = findBrowser(environment)
  if (!hasDisplay || browser === null) return false
  const child = spawn(browser, [`--app=${address}`], { stdio: 'ignore', detached: true })
  child.on('error', () => {})
  child.unref()
  return true
}
