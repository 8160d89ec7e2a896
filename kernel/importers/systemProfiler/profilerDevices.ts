import type { DeviceList, ListedPci, ListedUsb } from '../../api/index.ts'
import { pciDraft, usbAddress, usbDraft } from '../deviceList/drafts.ts'
import { MAX_DEVICES } from '../limits.ts'
import { ProblemList } from '../ProblemList.ts'
import type { ProfilerNode, ProfilerReport } from './ProfilerNode.ts'

const APPLE_USB = 0x05ac
const USB_CONTROLLER = 0x0c03
/** Programming interfaces of USB host controllers, by the driver's name. */
const CONTROLLER_INTERFACES: readonly (readonly [pattern: RegExp, code: number])[] = [
  [/XHCI/u, 0x30], [/EHCI/u, 0x20], [/OHCI/u, 0x10], [/UHCI/u, 0x00],
]

/**
 * The devices that a system_profiler report lists. USB buses stand for the PCI functions of their
 * controllers.
 */
export function profilerDevices(report: ProfilerReport): DeviceList {
  const pci: ListedPci[] = []
  const usb: ListedUsb[] = []
  for (const { kind, items } of report.sections) {
    const listed = [...pci]
    for (const item of items) {
      if (kind === 'usb') collectUsb(item, { pci, usb })
      else {
        const device = pciOf(item)
        if (device !== null && !listed.some((one) => isSame(one, device))) pci.push(device)
      }
    }
  }
  const problems = new ProblemList()
  if (pci.length + usb.length === 0) {
    problems.addGeneral('No PCI or USB device is listed: the report needs SPPCIDataType or SPUSBDataType.')
  }
  const { linesTotal, linesUnderstood } = report
  return {
    formats: ['system_profiler'], pci: pci.slice(0, MAX_DEVICES), usb: usb.slice(0, MAX_DEVICES), linesTotal,
    linesUnderstood, problems: problems.finish(),
  }
}

function collectUsb(node: ProfilerNode,
  into: { readonly pci: ListedPci[]; readonly usb: ListedUsb[] }): void {
  const controller = controllerOf(node)
  if (controller !== null && !into.pci.some((one) => isSame(one, controller))) into.pci.push(controller)
  const device = usbOf(node)
  if (device !== null) into.usb.push(device)
  for (const child of node.children) collectUsb(child, into)
}

/** Whether two rows can be one function: a function that several sections or buses tell of stands once. */
function isSame(one: ListedPci, other: ListedPci): boolean {
  return one.vendorId === other.vendorId && one.deviceId === other.deviceId
    && (one.address === other.address || other.address === null)
}

function pciOf({ title, fields }: ProfilerNode): ListedPci | null {
  const vendorId = numberIn(fields.get('vendorid'))
  const deviceId = numberIn(fields.get('deviceid'))
  if (vendorId === null || deviceId === null) return null
  const place = /@(\d{1,3}),(\d{1,2}),(\d)$/u.exec(fields.get('slot') ?? fields.get('slotname') ?? '')
  const hex = (text: string): string => Number(text).toString(16).padStart(2, '0')
  const address = place === null ? null
    : `${hex(place[1]!)}:${hex(place[2]!)}.${Number(place[3]).toString(16)}`
  return {
    ...pciDraft(address), vendorId, deviceId, name: title,
    subsystemVendorId: numberIn(fields.get('subsystemvendorid')),
    subsystemId: numberIn(fields.get('subsystemid')),
    revision: numberIn(fields.get('revisionid')), driverInUse: fields.get('kextname') ?? null,
  }
}

function controllerOf({ title, fields }: ProfilerNode): ListedPci | null {
  const vendorId = numberIn(fields.get('pcivendorid') ?? fields.get('pcivendor'))
  const deviceId = numberIn(fields.get('pcideviceid') ?? fields.get('pcidevice'))
  if (vendorId === null || deviceId === null) return null
  const driverInUse = fields.get('hostcontrollerdriver') ?? fields.get('hostcontroller') ?? null
  const programmingInterface = CONTROLLER_INTERFACES.find(([pattern]) => pattern.test(driverInUse ?? ''))?.[1]
    ?? null
  const revision = numberIn(fields.get('pcirevisionid') ?? fields.get('pcirevision'))
  return { ...pciDraft(null), vendorId, deviceId, classCode: USB_CONTROLLER, programmingInterface, revision,
    name: title, driverInUse }
}

function usbOf({ title, fields }: ProfilerNode): ListedUsb | null {
  const vendor = fields.get('vendorid') ?? ''
  const vendorId = vendor.startsWith('apple_vendor_id') ? APPLE_USB : numberIn(vendor)
  const productId = numberIn(fields.get('productid'))
  if (vendorId === null || productId === null) return null
  const place = /^0x([0-9a-f]{1,8})(?: \/ (\d+))?/iu.exec(fields.get('locationid') ?? '')
  const isPlaced = place?.[2] !== undefined
  const bus = Number.parseInt(place?.[1] ?? '0', 16) >>> 24
  const version = /^([0-9a-f]{1,2})[.,]([0-9a-f]{2})$/iu.exec(fields.get('bcddevice') ?? fields.get('version')
    ?? '')
  return {
    ...usbDraft(isPlaced ? usbAddress(bus, Number(place[2])) : null), vendorId, productId, name: title,
    bcdDevice: version === null ? null : (Number.parseInt(version[1]!, 16) << 8)
      | Number.parseInt(version[2]!, 16),
    serial: fields.get('serialnumber') ?? fields.get('serialnum') ?? null,
    speed: fields.get('speed') ?? fields.get('devicespeed') ?? null,
  }
}

/** The first hexadecimal number of a text such as `0x05ac  (Apple Inc.)`. */
function numberIn(text: string | undefined): number | null {
  const match = /0x([0-9a-f]{1,8})\b/iu.exec(text ?? '') ?? /^([0-9a-f]{4})$/iu.exec(text ?? '')
  return match === null ? null : Number.parseInt(match[1]!, 16)
}
