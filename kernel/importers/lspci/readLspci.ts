import type { DeviceList, DeviceListFormat, ListedPci } from '../../api/index.ts'
import { AddressBook } from '../deviceList/AddressBook.ts'
import { pciAddress, pciDraft, type Draft } from '../deviceList/drafts.ts'
import { ProblemList } from '../ProblemList.ts'
import { MAX_DEVICES } from '../limits.ts'
import { ConfigBytes } from './configSpace.ts'
import { lastIds, readTerse } from './headerLine.ts'
import { readMachineLine, setField } from './machineReadable.ts'
import { TreeReader } from './TreeReader.ts'

const ADDRESS = /^((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])(?:\s+|$)(.*)$/iu
const FIELD = /^([A-Z][A-Za-z]+):\t(.*)$/u

/**
 * Reads what `lspci` prints, of any verbosity and in any mixture: lists (`-n`, `-nn`, `-v`), dumps (`-x` to
 * `-xxxx`), trees (`-t`), and the forms for machines (`-mm`, `-vmm`). Total.
 */
export function readLspci(text: string): DeviceList {
  const reader = new LspciReader()
  const lines = text.split(/\r?\n/u)
  lines.forEach((line, index) => reader.line(line, index + 1))
  return reader.finish(lines.at(-1) === '' ? lines.length - 1 : lines.length)
}

class LspciReader {
  private readonly book = new AddressBook<Draft<ListedPci>>(pciDraft, MAX_DEVICES)
  private readonly problems = new ProblemList()
  private readonly formats = new Set<DeviceListFormat>()
  private readonly tree = new TreeReader()
  private readonly config = new ConfigBytes()
  private current: Draft<ListedPci> | null = null
  private understood = 0

  line(line: string, number: number): void {
    if (this.take(line)) this.understood++
    else this.problems.add(number, 1, 'The line is none that lspci prints.', line)
  }

  finish(linesTotal: number): DeviceList {
    this.open(null)
    const { all } = this.book
    const withoutIds = all.filter((one) => one.vendorId === null).length
    if (withoutIds > 0) {
      const what = `${withoutIds} of ${all.length} functions have no numbers`
      this.problems.addGeneral(`${what}: print the list with lspci -nn or -nnvv.`)
    }
    return {
      formats: [...this.formats], pci: all, usb: [], linesTotal,
      linesUnderstood: Math.min(this.understood, linesTotal),
      problems: this.problems.finish(),
    }
  }

  private take(line: string): boolean {
    if (line.trim() === '') return true
    const header = ADDRESS.exec(line)
    if (header !== null) return this.header(header[1]!, header[2]!)
    if (TreeReader.looksLike(line)) return this.treeLine(line)
    if (this.current !== null && this.config.read(line)) return true
    const field = FIELD.exec(line)
    if (field !== null) return this.field(field[1]!, field[2]!)
    return this.current !== null && /^\s/u.test(line) && this.detail(line.trim())
  }

  /** Ends the function that was being read and begins another. */
  private open(address: string | null): void {
    if (this.current !== null) this.config.complete(this.current)
    this.config.clear()
    this.current = address === null ? null : this.book.at(pciAddress(address))
  }

  private header(address: string, rest: string): boolean {
    this.open(address)
    const isForMachines = rest.startsWith('"')
    this.formats.add(isForMachines ? 'lspci -mm' : 'lspci')
    if (isForMachines) readMachineLine(rest, this.current!)
    else readTerse(rest, this.current!)
    return true
  }

  private treeLine(line: string): boolean {
    this.open(null)
    this.formats.add('lspci tree')
    for (const { address, name, ids, buses } of this.tree.read(line)) {
      const device = this.book.at(pciAddress(address))
      device.name ??= name
      device.buses ??= buses
      device.vendorId ??= ids?.vendor ?? null
      device.deviceId ??= ids?.device ?? null
    }
    return true
  }

  private field(name: string, value: string): boolean {
    const isAddress = ADDRESS.test(value)
    if (name === 'Slot' || (name === 'Device' && isAddress)) {
      if (!isAddress) return false
      this.formats.add('lspci -vmm')
      this.open(value)
      return true
    }
    return this.current !== null && setField(this.current, name, value)
  }

  /** An indented line of `-v`: most are told as they are and mean nothing to matching. */
  private detail(line: string): boolean {
    const device = this.current!
    const [, key = '', value = ''] = /^([A-Za-z][^:]*):\s*(.*)$/u.exec(line) ?? []
    if (key === 'Subsystem') {
      const ids = lastIds(value) ?? lastIds(`[${value}]`)
      device.subsystemVendorId ??= ids?.vendor ?? null
      device.subsystemId ??= ids?.device ?? null
    } else if (key === 'Kernel driver in use') device.driverInUse = value
    else if (key === 'Bus') {
      const buses = /secondary=([0-9a-f]{2}), subordinate=([0-9a-f]{2})/iu.exec(value)
      if (buses !== null) {
        device.buses ??= { secondary: Number.parseInt(buses[1]!, 16),
          subordinate: Number.parseInt(buses[2]!, 16) }
      }
    }
    return true
  }
}
