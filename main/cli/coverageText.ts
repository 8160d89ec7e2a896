import type { CoverageReport, CoverageVerdict, CoveredDevice, CoveredInterface } from '../../kernel/index.ts'
import { columns, counted } from './columns.ts'

const WORDS: Readonly<Record<CoverageVerdict, string>> = {
  kext: 'kext', native: 'macOS', attached: 'in the dump', maybe: 'maybe', none: 'NO DRIVER',
  notNeeded: 'needs none', unknown: 'not known',
}
const SUMS: Readonly<Record<CoverageVerdict,
  string>> = { ...WORDS, kext: 'by kext', native: 'by macOS', none: 'without driver' }
const MAX_NAME = 44

/** A coverage report to read: devices without a driver first in the sum, every device with its reason. */
export function coverageText(report: CoverageReport): string {
  const sum = Object.entries(report.counts).filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${SUMS[verdict as CoverageVerdict]}`)
  const { bundles, personalities } = report.kexts
  const head = `${counted(report.devices.length, 'device')}: ${sum.join(', ') || 'none'}\n`
    + `${counted(bundles, 'kext')}, ${counted(personalities, 'personality', 'personalities')}\n`
  return [head, section(report, 'pci', 'PCI'), section(report, 'usb', 'USB'), conflicts(report),
    ports(report), notes(report)].join('')
}

function section({ devices }: CoverageReport, kind: 'pci' | 'usb', title: string): string {
  const own = devices.filter((one) => one.kind === kind)
  return own.length === 0 ? '' : `\n${title}\n${columns(own.flatMap(rows), 2)}`
}

function rows(device: CoveredDevice): string[][] {
  const { address, ids, name, verdict, driver, reason } = device
  const bundle = driver?.bundle == null ? '' : ` (${driver.bundle})`
  const who = driver === null ? reason : `${driver.ioClass ?? driver.personality}${bundle}. ${reason}`
  const tells = (one: CoveredInterface): boolean => one.verdict !== 'none' && one.verdict !== 'maybe'
    && (one.driver === null || one.driver.ioClass !== driver?.ioClass)
  const inner = device.interfaces.filter(tells).map((one) => [
    '', '', `  interface ${one.configuration}.${one.number} ${one.interfaceClass ?? ''}`, WORDS[one.verdict],
    one.driver?.ioClass ?? one.reason,
  ])
  return [[address ?? '–', ids ?? '–', clip(name ?? '', MAX_NAME), WORDS[verdict], who], ...inner]
}

function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}

function conflicts(report: CoverageReport): string {
  if (report.conflicts.length === 0) return ''
  const lines = report.conflicts.map((one) => [one.address ?? '–', one.ids ?? '–', one.category, one.text])
  return `\nClaimed by more than one kext\n${columns(lines, 2)}`
}

function ports({ usbPorts }: CoverageReport): string {
  if (usbPorts.length === 0) return ''
  const lines = usbPorts.map(({ controller, ports: count, limit, isOver }) => [
    controller, `${count}/${limit} ports`, isOver
      ? `${count - limit} too many: macOS uses ${limit}, map the ones you need` : '',
  ])
  return `\nUSB ports\n${columns(lines, 2)}`
}

function notes(report: CoverageReport): string {
  const lines = [...report.notes, ...report.problems.map(({ where, message }) => `${where}: ${message}`)]
  return lines.length === 0 ? '' : `\nNotes\n${lines.map((line) => `  ${line}\n`).join('')}`
}
