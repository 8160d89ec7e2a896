import type { ListedPci } from '../../api/index.ts'
import type { Draft } from '../deviceList/drafts.ts'
import { namedNumber } from './headerLine.ts'

/**
 * The words of an `lspci -mm` line: quoted ones with their quotes and backslashes undone, options as they
 * are.
 */
function wordsOf(text: string): string[] {
  const words: string[] = []
  for (const [, quoted, plain] of text.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/gu)) {
    words.push(quoted === undefined ? plain! : quoted.replaceAll(/\\(.)/gu, '$1'))
  }
  return words
}

/** `"Class" "Vendor" "Device" -rNN -pNN "SVendor" "SDevice"`, names, numbers or both. */
export function readMachineLine(text: string, into: Draft<ListedPci>): void {
  const words = wordsOf(text)
  const option = (letter: string): number | null => {
    const word = words.find((one) => new RegExp(`^-${letter}[0-9a-f]{2}$`, 'iu').test(one))
    return word === undefined ? null : Number.parseInt(word.slice(2), 16)
  }
  into.revision = option('r') ?? into.revision
  into.programmingInterface = option('p') ?? into.programmingInterface
  const [classWord = '', vendor = '', device = '', subVendor = '', subDevice = ''] =
    words.filter((word) => !/^-[rp][0-9a-f]{2}$/iu.test(word))
  setField(into, 'Class', classWord)
  setField(into, 'Vendor', vendor)
  setField(into, 'Device', device)
  setField(into, 'SVendor', subVendor)
  setField(into, 'SDevice', subDevice)
}

/** One field of `lspci -vmm` or its word in `-mm`; false for a field that says nothing here. */
export function setField(into: Draft<ListedPci>, field: string, text: string): boolean {
  const { name, number } = namedNumber(text)
  switch (field) {
    case 'Class': into.classCode = number ?? into.classCode; return true
    case 'Vendor':
      into.vendorId = number ?? into.vendorId
      into.name = name ?? into.name
      return true
    case 'Device':
      into.deviceId = number ?? into.deviceId
      if (name !== null) into.name = into.name === null ? name : `${into.name} ${name}`
      return true
    case 'SVendor': into.subsystemVendorId = number ?? into.subsystemVendorId; return true
    case 'SDevice': into.subsystemId = number ?? into.subsystemId; return true
    case 'Rev': into.revision = byteOf(text) ?? into.revision; return true
    case 'ProgIf': into.programmingInterface = byteOf(text) ?? into.programmingInterface; return true
    case 'Driver': into.driverInUse = text.trim() === '' ? into.driverInUse : text.trim(); return true
    default: return ['Module', 'PhySlot', 'NUMANode', 'IOMMUGroup', 'DTNode'].includes(field)
  }
}

function byteOf(text: string): number | null {
  return /^[0-9a-f]{2}$/iu.test(text.trim()) ? Number.parseInt(text.trim(), 16) : null
}
