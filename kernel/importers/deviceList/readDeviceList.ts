import type { DeviceList } from '../../api/index.ts'
import { decodeLatin1, decodeUtf8Lossless, parsePlist } from '../../formats/index.ts'
import { readLspci } from '../lspci/readLspci.ts'
import { readLsusb } from '../lsusb/readLsusb.ts'
import { readPnp } from '../pnp/readPnp.ts'
import { profilerDevices } from '../systemProfiler/profilerDevices.ts'
import { looksLikeProfilerText, readProfilerText } from '../systemProfiler/readProfilerText.ts'
import { readProfilerJson, readProfilerPlist } from '../systemProfiler/readProfilerTree.ts'

/** Which list a text without other marks is taken for. */
export type DeviceListHint = 'lspci' | 'lsusb'

/**
 * Reads a list of devices, its kind found by content: what lspci, lsusb, system_profiler or Windows print,
 * also lists one after the other in one file. `hint` decides for a text that shows nothing. Null for a
 * registry dump or another property list.
 */
export function readDeviceList(bytes: Uint8Array, hint: DeviceListHint = 'lspci'): DeviceList | null {
  const head = decodeLatin1(bytes.subarray(0, 512))
  if (head.startsWith('bplist') || /^(?:\xef\xbb\xbf)?\s*<(?:\?xml|!DOCTYPE plist|plist)/u.test(head)) {
    const parsed = parsePlist(bytes)
    const report = parsed.ok ? readProfilerPlist(parsed.value) : null
    return report === null ? null : profilerDevices(report)
  }
  const text = decodeUtf8Lossless(bytes)
  if (/^(?:\xef\xbb\xbf)?\s*[{[]/u.test(head)) {
    const report = readProfilerJson(text)
    if (report !== null) return profilerDevices(report)
    const windows = readPnp(text)
    if (windows !== null) return windows
  }
  if (/^\s*\+-o /mu.test(head)) return null
  if (looksLikeProfilerText(text)) return profilerDevices(readProfilerText(text))
  return readLists(text, hint)
}

const PCI_ROW = /^(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7](?:\s|$)|^Slot:\t/iu
const PCI_TREE = /^\s*-\+?-?\[[0-9a-f]{4,8}:[0-9a-f]{2}\]/iu
const USB_LINE = /^Bus \d+ Device \d+: ID |^\/:\s+Bus \d/u

/** A text of lists: where a line of the other program stands, its list begins. */
function readLists(text: string, hint: DeviceListHint): DeviceList {
  const parts: { kind: DeviceListHint; lines: string[] }[] = []
  for (const line of text.split(/\r?\n/u)) {
    const kind = PCI_ROW.test(line) || PCI_TREE.test(line) ? 'lspci' : USB_LINE.test(line) ? 'lsusb' : null
    const last = parts.at(-1)
    if (last !== undefined && (kind === null || kind === last.kind)) last.lines.push(line)
    else parts.push({ kind: kind ?? hint, lines: [line] })
  }
  const isBlank = (lines: readonly string[]): boolean => lines.every((line) => line.trim() === '')
  const first = parts[0]
  if (first !== undefined && parts.length > 1 && isBlank(first.lines)) {
    parts.shift()
    parts[0]!.lines.unshift(...first.lines)
  }
  return joinLists(parts.map(({ kind, lines }) =>
    (kind === 'lspci' ? readLspci : readLsusb)(lines.join('\n'))))
}

/** Several lists of one computer as one. */
export function joinLists(lists: readonly DeviceList[]): DeviceList {
  return {
    formats: [...new Set(lists.flatMap((one) => one.formats))],
    pci: lists.flatMap((one) => one.pci),
    usb: lists.flatMap((one) => one.usb),
    linesTotal: lists.reduce((sum, one) => sum + one.linesTotal, 0),
    linesUnderstood: lists.reduce((sum, one) => sum + one.linesUnderstood, 0),
    problems: lists.flatMap((one) => one.problems),
  }
}
