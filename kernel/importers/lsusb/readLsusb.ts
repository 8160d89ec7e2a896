import type { DeviceList, DeviceListFormat } from '../../api/index.ts'
import { AddressBook } from '../deviceList/AddressBook.ts'
import { usbAddress, usbDraft, type UsbDraft } from '../deviceList/drafts.ts'
import { MAX_DEVICES } from '../limits.ts'
import { ProblemList } from '../ProblemList.ts'
import { DescriptorReader } from './DescriptorReader.ts'
import { UsbTreeReader } from './UsbTreeReader.ts'

const HEADER = /^Bus (\d+) Device (\d+): ID ([0-9a-f]{4}):([0-9a-f]{4})\s*(.*)$/iu
/** What `lsusb` says beside descriptors, on either stream. */
const REMARK = /^(?:can't get|couldn't open|cannot read|unable to|\(error|\(defined at|error:|lsusb)/iu
const BLOCK = /^(?:(?:Device|Hub|Debug) Descriptor|Binary Object Store|Device (?:Qualifier|Status))/u
const LINUX_FOUNDATION = 0x1d6b

/** Reads what `lsusb` prints, of any verbosity and in any mixture: lists, `-v`, `-t`. Total. */
export function readLsusb(text: string): DeviceList {
  const book = new AddressBook<UsbDraft>(usbDraft, MAX_DEVICES)
  const tree = new UsbTreeReader(book)
  const problems = new ProblemList()
  const formats = new Set<DeviceListFormat>()
  const lines = text.split(/\r?\n/u)
  let descriptors: DescriptorReader | null = null
  let understood = 0
  lines.forEach((line, index) => {
    const header = HEADER.exec(line)
    if (header !== null) {
      tree.end()
      formats.add('lsusb')
      descriptors = new DescriptorReader(deviceOf(header, book))
    } else if (tree.read(line)) {
      descriptors = null
      formats.add('lsusb tree')
    } else if (!belongs(line, descriptors)) {
      problems.add(index + 1, 1, 'The line is none that lsusb prints.', line)
      return
    }
    understood++
  })
  const withoutIds = book.all.filter((one) => one.vendorId === null).length
  if (withoutIds > 0) {
    problems.addGeneral(`${withoutIds} devices have no numbers: print the list with lsusb -v, or lsusb and lsusb -t.`)
  }
  const linesTotal = lines.at(-1) === '' ? lines.length - 1 : lines.length
  return {
    formats: [...formats], pci: [], usb: book.all, linesTotal,
    linesUnderstood: Math.min(understood, linesTotal),
    problems: problems.finish(),
  }
}

/** Whether a line is part of the descriptors of a device, which it is told. */
function belongs(line: string, descriptors: DescriptorReader | null): boolean {
  if (line.trim() === '' || REMARK.test(line)) return true
  if (descriptors === null || !(BLOCK.test(line) || /^\s/u.test(line))) return false
  descriptors.read(line)
  return true
}

function deviceOf(header: RegExpExecArray, book: AddressBook<UsbDraft>): UsbDraft {
  const device = book.at(usbAddress(Number(header[1]), Number(header[2])))
  device.vendorId ??= Number.parseInt(header[3]!, 16)
  device.productId ??= Number.parseInt(header[4]!, 16)
  const name = header[5]!.trim()
  if (name !== '') device.name = name
  if (device.vendorId === LINUX_FOUNDATION && /root hub/iu.test(device.name ?? '')) device.isRootHub = true
  return device
}
