import type { DeviceList, ListedPci, ListedUsb } from '../../api/index.ts'
import { pciDraft, usbDraft, type UsbDraft } from '../deviceList/drafts.ts'
import { MAX_DEVICES } from '../limits.ts'
import { ProblemList } from '../ProblemList.ts'

/** What Windows says of one device: members of Win32_PnPEntity, as ConvertTo-Json writes them. */
interface PnpRow {
  readonly DeviceID: string
  readonly Name: string | null
  readonly Service: string | null
  readonly texts: readonly string[]
}

/**
 * Reads the devices of a Windows computer: what
 * `Get-CimInstance Win32_PnPEntity | Select-Object DeviceID,Name,Service,HardwareID,CompatibleID |
 * ConvertTo-Json` prints. Null when it is something else. Total.
 */
export function readPnp(text: string): DeviceList | null {
  const rows = rowsOf(text)
  if (rows === null) return null
  const pci: ListedPci[] = []
  const usb = new Map<string, UsbDraft>()
  for (const row of rows.slice(0, MAX_DEVICES)) {
    if (row.DeviceID.startsWith('PCI\\')) pci.push(pciOf(row))
    else if (/^USB\\VID_/iu.test(row.DeviceID)) addUsb(row, usb)
  }
  const problems = new ProblemList()
  problems.addGeneral('Windows tells no places here: devices stand without an address.')
  const listed: ListedUsb[] = [...usb.values()]
  return { formats: ['PnP'], pci, usb: listed, linesTotal: 0, linesUnderstood: 0,
    problems: problems.finish() }
}

function rowsOf(text: string): PnpRow[] | null {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\ufeff/u, ''))
  } catch {
    return null
  }
  const list: unknown[] = Array.isArray(value) ? value : [value]
  const rows = list.flatMap((one) => {
    if (typeof one !== 'object' || one === null) return []
    const row = one as Record<string, unknown>
    if (typeof row['DeviceID'] !== 'string') return []
    const textOf = (key: string): string | null => (typeof row[key] === 'string' ? row[key] : null)
    const texts = ['DeviceID', 'HardwareID', 'CompatibleID'].flatMap((key) => [row[key]].flat())
    return [{
      DeviceID: row['DeviceID'], Name: textOf('Name'), Service: textOf('Service'),
      texts: texts.filter((item) => typeof item === 'string'),
    }]
  })
  return rows.length === 0 ? null : rows
}

/** The first number that one of a device's names gives for a pattern. */
function hexIn({ texts }: PnpRow, pattern: RegExp): number | null {
  for (const text of texts) {
    const digits = pattern.exec(text)?.[1]
    if (digits !== undefined) return Number.parseInt(digits, 16)
  }
  return null
}

function pciOf(row: PnpRow): ListedPci {
  const full = hexIn(row, /CC_([0-9a-f]{6})/iu)
  const classCode = full === null ? hexIn(row, /CC_([0-9a-f]{4})\b/iu) : full >>> 8
  const subsystem = hexIn(row, /SUBSYS_([0-9a-f]{8})/iu)
  const hasSubsystem = subsystem !== null && subsystem !== 0
  return {
    ...pciDraft(null), vendorId: hexIn(row, /VEN_([0-9a-f]{4})/iu),
    deviceId: hexIn(row, /DEV_([0-9a-f]{4})/iu), classCode,
    programmingInterface: full === null ? null : full & 0xff, revision: hexIn(row, /REV_([0-9a-f]{2})/iu),
    subsystemVendorId: hasSubsystem ? subsystem & 0xffff : null, subsystemId: hasSubsystem ? subsystem >>> 16
      : null,
    name: row.Name, driverInUse: row.Service,
  }
}

/** Interfaces of a composite device are devices of their own to Windows; here they stand in theirs. */
function addUsb(row: PnpRow, usb: Map<string, UsbDraft>): void {
  const number = hexIn(row, /&MI_([0-9a-f]{2})/iu)
  const ids = /^USB\\(VID_[0-9a-f]{4}&PID_[0-9a-f]{4})/iu.exec(row.DeviceID)?.[1]?.toUpperCase()
  if (ids === undefined) return
  const key = number === null ? row.DeviceID.toUpperCase()
    : [...usb.keys()].findLast((one) => one.includes(ids)) ?? ids
  let device = usb.get(key)
  if (device === undefined) {
    device = usbDraft(null)
    usb.set(key, device)
    device.vendorId = hexIn(row, /VID_([0-9a-f]{4})/iu)
    device.productId = hexIn(row, /PID_([0-9a-f]{4})/iu)
    device.bcdDevice = hexIn(row, /REV_([0-9a-f]{4})/iu)
    device.name = row.Name
  }
  const classes = {
    usbClass: hexIn(row, /Class_([0-9a-f]{2})/iu), subClass: hexIn(row, /SubClass_([0-9a-f]{2})/iu),
    protocol: hexIn(row, /Prot_([0-9a-f]{2})/iu),
  }
  const isComposite = number === null && row.texts.some((text) => /USB\\COMPOSITE|DevClass_00/iu.test(text))
  if (isComposite) {
    device.deviceClass ??= 0
    device.subClass ??= 0
    device.protocol ??= 0
    device.name = row.Name
  } else {
    device.interfaces.push({
      configuration: 1, number: number ?? 0, interfaceClass: classes.usbClass, subClass: classes.subClass,
      protocol: classes.protocol, driverInUse: row.Service,
    })
    if (number === null) device.deviceClass ??= 0
  }
}
