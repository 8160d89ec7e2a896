import type { NameMatch } from '../../../iokit/registry/index.ts'
import {
  OSData, OSSymbol, defineMetaClass, toOSObject, type OSMetaClass, type OSString,
} from '../../../libkern/index.ts'
import { IODeviceMemory } from '../../../iokit/memory/index.ts'
import { IODTCompareNubName, IOPlatformDevice } from '../../../iokit/platform/index.ts'
import type { AcpiObject } from '../acpi.ts'

/** Controller of the inputs that `_CRS` names. */
const IO_APIC_CONTROLLER = 'io-apic-0'

/** The nub of a device or processor object of the ACPI namespace. */
export class IOACPIPlatformDevice extends IOPlatformDevice {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOACPIPlatformDevice', IOACPIPlatformDevice, IOPlatformDevice)

  private object: AcpiObject | null = null

  /** Second stage of construction: everything the object says of itself. */
  initWithObject(object: AcpiObject): boolean {
    if (!this.init()) return false
    this.object = object
    this.setName(object.name)
    this.setTexts('name', [object.hid ?? object.name])
    if (object.cids !== undefined) this.setTexts('compatible', object.cids)
    if (object.uid !== undefined) this.setProperty('_UID', String(object.uid))
    if (object.adr !== undefined) {
      this.setProperty('_ADR', object.adr, 64)
      this.setLocation(object.adr.toString(16).toUpperCase())
    }
    for (const [key, value] of Object.entries(object.properties ?? {})) {
      const made = toOSObject(value)
      this.setProperty(key, made)
      made.release()
    }
    this.setResources(object)
    return true
  }

  /** The object behind this nub. */
  acpiObject(): AcpiObject | null {
    return this.object
  }

  /** The object's name, `_HID` and `_CID`s all name the nub. */
  override compareName(name: OSString, matched: NameMatch | null = null): boolean {
    return IODTCompareNubName(this, name, matched) || super.compareName(name, matched)
  }

  /** Several texts as one data property, each with its NUL. */
  setTexts(key: string, texts: readonly string[]): void {
    const text = `${texts.join('\0')}\0`
    const bytes = new Uint8Array(text.length)
    for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index)
    const data = OSData.withBytes(bytes)
    this.setProperty(key, data)
    data.release()
  }

  private setResources(object: AcpiObject): void {
    const { irqs = [], memory = [], io = [] } = object.resources ?? {}
    const ranges = [...io, ...memory].map(({ base, sizeBytes }) => ({ address: base, length: sizeBytes }))
    if (ranges.length > 0) {
      const array = IODeviceMemory.arrayFromList(ranges)
      this.setDeviceMemory(array)
      array.release()
    }
    if (irqs.length === 0) return
    const names = irqs.map(() => OSSymbol.withCString(IO_APIC_CONTROLLER))
    this.setProperty('IOInterruptControllers', toOSObject(names))
    this.setProperty('IOInterruptSpecifiers',
      toOSObject(irqs.map((irq) => Uint8Array.of(irq, 0, 0, 0, 0, 0, 0, 0))))
  }
}
