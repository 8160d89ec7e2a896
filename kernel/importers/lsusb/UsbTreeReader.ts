import type { AddressBook } from '../deviceList/AddressBook.ts'
import { usbAddress, type UsbDraft } from '../deviceList/drafts.ts'
import { classNumbers } from './classNames.ts'

const ROOT = /^\/:\s+Bus (\d+)\.Port (\d+): Dev (\d+), Class=([^,]*), Driver=([^,]*)(?:, ([\d.]+[MG]?))?/u
const NODE = /^\s*\|__ Port (\d+): Dev (\d+), If (\d+), Class=(.*?), Driver=([^,]*)(?:, ([\d.]+[MG]?))?$/u
const IDS = /^\s+(?:\|__\s+)?ID ([0-9a-f]{4}):([0-9a-f]{4})\s*(.*)$/iu

/** Reads `lsusb -t`: one line an interface, the device's address in each. */
export class UsbTreeReader {
  private bus: number | null = null
  private current: UsbDraft | null = null

  constructor(private readonly book: AddressBook<UsbDraft>) {}

  /** Takes one line; false when it is none of a tree. */
  read(line: string): boolean {
    const root = ROOT.exec(line)
    if (root !== null) return this.root(root)
    const node = NODE.exec(line.trimEnd())
    if (node !== null && this.bus !== null) return this.node(node, this.bus)
    const ids = this.current === null ? null : IDS.exec(line)
    if (ids === null || this.current === null)
      return this.current !== null && /^\s+\/(?:sys|dev)\//u.test(line)
    this.current.vendorId ??= Number.parseInt(ids[1]!, 16)
    this.current.productId ??= Number.parseInt(ids[2]!, 16)
    if (ids[3] !== '') this.current.name ??= ids[3]!
    return true
  }

  /** Ends the tree. */
  end(): void {
    this.bus = null
    this.current = null
  }

  private root([, bus, , device, , driver, speed]: RegExpExecArray): boolean {
    this.bus = Number(bus)
    const hub = this.book.at(usbAddress(this.bus, Number(device)))
    hub.isRootHub = true
    hub.deviceClass ??= 9
    hub.ports ??= portsOf(driver)
    hub.speed ??= speed ?? null
    this.current = hub
    return true
  }

  private node([, , device, number, className, driver, speed]: RegExpExecArray, bus: number): boolean {
    const nub = this.book.at(usbAddress(bus, Number(device)))
    nub.speed ??= speed ?? null
    nub.ports ??= portsOf(driver)
    const known = nub.interfaces.find((one) => one.number === Number(number))
    const driverInUse = driver === '' || driver === '[none]' ? null : driver!.replace(/\/\d+p$/u, '')
    if (known !== undefined) known.driverInUse ??= driverInUse
    else {
      nub.interfaces.push({
        configuration: 1, number: Number(number), interfaceClass: classNumbers.get(className!) ?? null,
        subClass: null,
        protocol: null, driverInUse,
      })
    }
    this.current = nub
    return true
  }
}

/** `hub/4p`: four ports. */
function portsOf(driver: string | undefined): number | null {
  const match = /\/(\d+)p$/u.exec(driver ?? '')
  return match === null ? null : Number(match[1])
}
