import type { ListedUsbInterface } from '../../api/index.ts'
import type { Draft, UsbDraft } from '../deviceList/drafts.ts'

/** Descriptors in which fields of these names are read; those of others have names of their own. */
type Section = 'device' | 'configuration' | 'interface' | 'hub' | 'other'

const SECTIONS: readonly (readonly [start: string, section: Section])[] = [
  ['Device Descriptor:', 'device'], ['Configuration Descriptor:', 'configuration'],
  ['Interface Descriptor:', 'interface'], ['Hub Descriptor:', 'hub'],
]
const OTHER = /Descriptor|Association|Qualifier|Status|Configuration|Capability|Store/u

/** The section that a line begins; undefined for a line of a section. */
function sectionOf(text: string): Section | undefined {
  const known = SECTIONS.find(([start]) => text.startsWith(start))
  if (known !== undefined) return known[1]
  const end = text.lastIndexOf(':')
  return end > 0 && /^[A-Z*]/u.test(text) && OTHER.test(text.slice(0, end)) ? 'other' : undefined
}

const FIELD = /^([bin][A-Z][A-Za-z0-9]*|idVendor|idProduct|bcd[A-Z][A-Za-z]*)\s+(\S+)\s*(.*)$/u
const MAX_INTERFACES = 1_024

/** Reads the descriptors that `lsusb -v` prints below a device. */
export class DescriptorReader {
  private section: Section = 'other'
  private configuration = 1
  private own: Draft<ListedUsbInterface> | null = null

  constructor(readonly device: UsbDraft) {}

  read(line: string): void {
    const text = line.trim()
    const section = sectionOf(text)
    if (section !== undefined) return this.begin(section)
    const [, name, value, rest] = FIELD.exec(text) ?? []
    if (name === undefined || value === undefined) return
    if (this.section === 'device') this.deviceField(name, value, rest ?? '')
    else if (this.section === 'configuration' && name === 'bConfigurationValue') {
      this.configuration = numberOf(value) ?? 1
    }
    else if (this.section === 'interface') this.interfaceField(name, value)
    else if (this.section === 'hub' && name === 'nNbrPorts') this.device.ports = numberOf(value)
  }

  private begin(section: Section): void {
    this.section = section
    if (section !== 'interface') return
    const { configuration } = this
    this.own = { configuration, number: -1, interfaceClass: null, subClass: null, protocol: null,
      driverInUse: null }
  }

  private deviceField(name: string, value: string, rest: string): void {
    const { device } = this
    const number = numberOf(value)
    switch (name) {
      case 'bDeviceClass': device.deviceClass = number; break
      case 'bDeviceSubClass': device.subClass = number; break
      case 'bDeviceProtocol': device.protocol = number; break
      case 'idVendor': device.vendorId ??= number; break
      case 'idProduct': device.productId ??= number; break
      case 'bcdDevice': device.bcdDevice = bcdOf(value); break
      case 'iProduct': if (rest !== '') device.name ??= rest; break
      case 'iSerial': if (rest !== '') device.serial = rest; break
      default:
    }
  }

  /** An interface counts by its first setting; the others are the same nub. */
  private interfaceField(name: string, value: string): void {
    const { own, device } = this
    const number = numberOf(value)
    if (own === null || number === null) return
    if (name === 'bInterfaceNumber') own.number = number
    else if (name === 'bAlternateSetting') {
      if (number === 0 && device.interfaces.length < MAX_INTERFACES) this.keep(own)
      else this.own = null
    } else if (name === 'bInterfaceClass') own.interfaceClass = number
    else if (name === 'bInterfaceSubClass') own.subClass = number
    else if (name === 'bInterfaceProtocol') own.protocol = number
  }

  private keep(own: Draft<ListedUsbInterface>): void {
    const { interfaces } = this.device
    const at = interfaces.findIndex((one) => one.number === own.number
      && one.configuration === own.configuration)
    if (at < 0) interfaces.push(own)
    else {
      own.driverInUse = interfaces[at]!.driverInUse
      interfaces[at] = own
    }
  }
}

function numberOf(text: string): number | null {
  if (/^0x[0-9a-f]{1,8}$/iu.test(text)) return Number.parseInt(text, 16)
  return /^\d{1,9}$/u.test(text) ? Number(text) : null
}

/** `4.12` as the four digits that the device holds: 0x0412. */
function bcdOf(text: string): number | null {
  const match = /^([0-9a-f]{1,2})\.([0-9a-f]{2})$/iu.exec(text)
  return match === null ? null : (Number.parseInt(match[1]!, 16) << 8) | Number.parseInt(match[2]!, 16)
}
