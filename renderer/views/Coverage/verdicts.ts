import type {
  CoverageDriver,
  CoverageReport,
  CoverageVerdict,
  CoveredDevice,
} from '../../../kernel/api/index.ts'
import { plural } from '../../format/text.ts'

/** How a verdict is shown. */
interface VerdictFacts {
  readonly title: string
  readonly tone: 'green' | 'amber' | 'red' | 'plain' | 'blue'
  readonly meaning: string
}

export const VERDICTS: Readonly<Record<CoverageVerdict, VerdictFacts>> = {
  none: { title: 'No Driver', tone: 'red', meaning: 'Nothing that is known takes it.' },
  maybe: { title: 'Maybe', tone: 'amber', meaning: 'A kext asks for it; its own code decides.' },
  kext: { title: 'Kext', tone: 'blue', meaning: 'A kext given takes it.' },
  native: { title: 'macOS', tone: 'green', meaning: 'A driver of macOS takes it.' },
  attached: { title: 'Running', tone: 'green', meaning: 'The dump shows a driver on it.' },
  notNeeded: { title: 'Needs None', tone: 'plain', meaning: 'It works without a driver.' },
  unknown: { title: 'Not Known', tone: 'plain', meaning: 'The list tells too little of it.' },
}

/** Verdicts in the order in which they need eyes. */
export const VERDICT_ORDER = Object.keys(VERDICTS) as readonly CoverageVerdict[]

/** A device with its place in the report. */
export interface DeviceRow {
  readonly index: number
  readonly device: CoveredDevice
  /** Two kexts claim it or one of its interfaces. */
  readonly hasConflict: boolean
}

/** The devices that hold every word and have the verdict; null is any. */
export function deviceRows(
  { devices, conflicts }: CoverageReport,
  text: string,
  verdict: CoverageVerdict | null,
): readonly DeviceRow[] {
  const words = text.toLowerCase().split(/\s+/u)
  const claimed = new Set(conflicts.map(({ address, ids }) => `${address} ${ids}`))
  return devices
    .map((device, index) => ({
      index,
      device,
      hasConflict: claimed.has(`${device.address} ${device.ids}`),
    }))
    .filter(({ device }) => verdict === null || device.verdict === verdict)
    .filter(({ device }) => words.every((word) => wordsOf(device).includes(word)))
}

function wordsOf({ address, ids, name, driver, reason, kind }: CoveredDevice): string {
  return [kind, address, ids, name, driver?.ioClass, driver?.personality, driver?.bundle, reason]
    .join(' ')
    .toLowerCase()
}

/** The name of a driver: its class, else what its personality is called. */
export function driverName({ ioClass, personality }: CoverageDriver): string {
  return ioClass ?? personality ?? 'unnamed'
}

/** The whole report in a sentence. */
export function summaryText({ devices, counts, conflicts, usbPorts }: CoverageReport): string {
  const needing = devices.length - counts.notNeeded
  const driven = counts.kext + counts.native + counts.attached
  const parts = [
    counts.none > 0 ? `${plural(counts.none, 'device')} without a driver` : '',
    counts.maybe > 0 ? `${counts.maybe} that a driver’s own code decides about` : '',
    conflicts.length > 0 ? `${plural(conflicts.length, 'device')} claimed twice` : '',
    ...usbPorts
      .filter(({ isOver }) => isOver)
      .map(({ controller }) => `${controller} has too many USB ports`),
  ].filter((part) => part !== '')
  const head = `${driven} of ${plural(needing, 'device')} that need a driver have one.`
  return parts.length === 0 ? head : `${head} ${parts.join(', ')}.`
}
