import { execFileSync } from 'node:child_process'
import { readDeviceList } from '../../kernel/importers/index.ts'
import type { DeviceList } from '../../kernel/index.ts'
import { sysfsDevices } from './sysfsDevices.ts'

/**
 * The devices of this computer: a list, the bytes of its own registry on a Mac, or why they cannot be
 * told.
 */
export type HostDevices =
  | { readonly list: DeviceList }
  | { readonly registry: Uint8Array }
  | { readonly problem: string }

const MAX_BYTES = 512 * 1024 * 1024
const PNP_QUERY = 'Get-CimInstance Win32_PnPEntity -Filter "Present=TRUE" | '
  + 'Select-Object DeviceID,Name,Service,HardwareID,CompatibleID | ConvertTo-Json -Depth 3'

/** Asks the system on which this program runs for its PCI and USB devices. */
export function hostDevices(platform: NodeJS.Platform = process.platform): HostDevices {
  if (platform === 'linux') {
    const list = sysfsDevices()
    return list === null ? { problem: 'This system shows no PCI or USB bus below /sys.' } : { list }
  }
  try {
    if (platform === 'darwin') return { registry: run('/usr/sbin/ioreg', ['-l', '-w0', '-p', 'IOService']) }
    if (platform === 'win32') {
      const list = readDeviceList(run('powershell.exe',
        ['-NoProfile', '-NonInteractive', '-Command', PNP_QUERY]))
      return list === null ? { problem: 'PowerShell listed no devices.' } : { list }
    }
  } catch (error) {
    return { problem: `The devices of this computer cannot be listed: ${(error as Error).message}` }
  }
  return { problem: `Devices of ${platform} cannot be listed: give a list with --lspci or --lsusb.` }
}

function run(program: string, args: readonly string[]): Uint8Array {
  return execFileSync(program, args, { maxBuffer: MAX_BYTES, stdio: ['ignore', 'pipe', 'ignore'] })
}
