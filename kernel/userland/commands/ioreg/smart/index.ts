/** What `ioreg` makes of well-known properties of the device tree. */
import type { KernelThread } from '../../../../sim/index.ts'
import type { PrinterSetting, Property } from '../EntryPrinter.ts'
import { CFData } from '../../../CoreFoundation/index.ts'
import type { Entry } from '../RegistryReader.ts'
import { dataLines } from './dataLines.ts'
import { interruptMapLines, interruptParentText, interruptsLines } from './interrupts.ts'
import { physicalAddressLines } from './physicalAddress.ts'
import { rangesLines } from './ranges.ts'
import { slotNameLines } from './slotNames.ts'

/**
 * -f: device tree properties in words and tables, other data as strings or a dump of bytes. True when the
 * value has been printed; false leaves it to the common rules.
 */
export function* printSmart(
  setting: PrinterSetting,
  entry: Entry,
  property: Property,
): KernelThread<boolean> {
  if (!(property.value instanceof CFData)) return false
  const lines = yield* smartLines(setting, entry, property, property.value.bytes)
  const [first = '', ...rest] = lines
  const { writer } = setting
  writer.print(first)
  writer.endLine()
  for (const line of rest) {
    writer.print(property.prefix + line)
    writer.endLine()
  }
  return true
}

function* smartLines(
  setting: PrinterSetting,
  entry: Entry,
  property: Property,
  bytes: Uint8Array,
): KernelThread<readonly string[]> {
  const { reader } = setting
  switch (property.key) {
    case 'assigned-addresses':
      return physicalAddressLines(bytes)
    case 'reg': {
      const parent = yield* reader.deviceTreeParent(entry)
      if (parent === null || !(yield* reader.name(parent)).startsWith('pci')) break
      return physicalAddressLines(bytes)
    }
    case 'slot-names':
      return slotNameLines(bytes)
    case 'ranges':
      return yield* rangesLines(reader, entry, bytes)
    case 'interrupt-map':
      return yield* interruptMapLines(reader, entry, bytes)
    case 'interrupts':
      return interruptsLines(bytes)
    case 'interrupt-parent':
      return yield* interruptParentText(reader, bytes)
    default:
  }
  return dataLines(bytes, setting.width, property.depth)
}
