import {
  IODTPlatformExpert, IOPlatformDevice, kIOPlatformMapperPresentKey,
} from '../../../iokit/platform/index.ts'
import { IOPCIMessagedInterruptController } from '../../../iokit/interrupts/index.ts'
import {
  IORegistryEntry, getRegistryRoot, gIODTPlane, type IORegistryPlane,
} from '../../../iokit/registry/index.ts'
import { IOService } from '../../../iokit/service/index.ts'
import {
  OSData, defineMetaClass, toOSObject, type OSMetaClass, type OSString,
} from '../../../libkern/index.ts'
import { wait, type KernelThread } from '../../../sim/index.ts'
import { AppleVTD } from '../../IOPCIFamily/index.ts'
import { acpiTables, type AcpiObject, type AcpiTables } from '../acpi.ts'
import { APIC_BASE_VECTOR, MSI_BASE_VECTOR, MSI_MESSAGE_ADDRESS, MSI_VECTOR_COUNT } from './vectors.ts'
import { IOACPIPlatformDevice } from './IOACPIPlatformDevice.ts'

export const MESSAGED_CONTROLLER_NAME = 'IOPCIMessagedInterruptController'
const IO_APIC_BYTES = 0x1000
const BUS_CLOCK_HZ = 100_000_000
const TIMEBASE_HZ = 1_000_000_000

/** Base of platform experts that read ACPI. */
export class IOACPIPlatformExpert extends IODTPlatformExpert {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOACPIPlatformExpert', IOACPIPlatformExpert, IODTPlatformExpert, { abstract: true })
}

/** Drives a machine that ACPI describes: its processors, interrupt controllers and devices become nubs. */
export class AppleACPIPlatformExpert extends IOACPIPlatformExpert {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('AppleACPIPlatformExpert', AppleACPIPlatformExpert, IOACPIPlatformExpert)

  private acpiPlane: IORegistryPlane | null = null
  private systemBus: IORegistryEntry | null = null

  /**
   * Publishes processors and the I/O APIC and waits for their drivers, then the rest of the namespace:
   * whatever
   * asks for an interrupt finds its controller. Matching thread.
   */
  private *publishNamespace(provider: IOService): KernelThread<boolean> {
    const tables = acpiTables()
    this.acpiPlane = IORegistryEntry.makePlane('IOACPIPlane')
    this.describe(tables)
    yield* AppleVTD.install(this, tables.dmar, this.publishMessagedController())
    this.publishPlain('cpus', provider)
    const systemBus = tables.namespace.children[0]
    const objects = systemBus === undefined ? [] : [...systemBus.children]
    const processors = objects.filter((object) => object.processorId !== undefined)
    for (const object of processors) yield* this.publishProcessor(object, tables)
    for (const ioApic of tables.ioApics) yield* this.publishIoApic(ioApic)
    this.publishPlain('bios', null)
    const others = objects.filter((object) => object.processorId === undefined)
    const nubs = this.attachObjects(others, null)
    for (const nub of nubs) {
      nub.registerService()
      nub.release()
    }
    IOService.publishResource('ACPI')
    return true
  }

  /** A machine whose firmware describes remapping units has a mapper for every device. Matching thread. */
  override *start(provider: IOService): KernelThread<boolean> {
    if (acpiTables().dmar !== null) this.setProperty(kIOPlatformMapperPresentKey, true)
    return yield* wait(super.start(provider))
  }

  override configure(provider: IOService): KernelThread<boolean> {
    return this.publishNamespace(provider)
  }

  /** The table of processor inputs that the first one serves: every interrupt goes to the boot processor. */
  override processorCount(): number {
    return 1
  }

  private describe(tables: AcpiTables): void {
    const first = tables.ecam[0]
    if (first !== undefined) this.setProperty('acpi-mmcfg-seg0', first.base, 64)
    const ranges = toOSObject([0, 0xffffffff])
    this.setProperty('Platform Memory Ranges', ranges)
    ranges.release()
    if (tables.dmar === null) return
    const raw = toOSObject({ DMAR: tables.dmar })
    this.setProperty('ACPI Tables', raw)
    raw.release()
  }

  private publishMessagedController(): IOPCIMessagedInterruptController {
    const controller = new IOPCIMessagedInterruptController()
    controller.initWithVectors({
      name: MESSAGED_CONTROLLER_NAME, first: MSI_BASE_VECTOR, count: MSI_VECTOR_COUNT,
      messageFor: (vector) => ({ address: MSI_MESSAGE_ADDRESS, data: vector }),
    })
    controller.attach(this)
    controller.registerService()
    controller.release()
    return controller
  }

  /** A nub with nothing but a name. */
  private publishPlain(name: string, deviceTreeParent: IORegistryEntry | null): void {
    const nub = new IOPlatformDevice()
    nub.init()
    nub.setName(name)
    setData(nub, 'name', Uint8Array.from(`${name}\0`, (letter) => letter.charCodeAt(0)))
    nub.attach(this)
    if (deviceTreeParent !== null) nub.attachToParent(deviceTreeParent, gIODTPlane)
    nub.registerService()
    nub.release()
  }

  private *publishProcessor(object: AcpiObject, tables: AcpiTables): KernelThread {
    const nub = new IOACPIPlatformDevice()
    nub.initWithObject(object)
    const entry = tables.processors.find((processor) => processor.processorId === object.processorId)
    nub.setTexts('device_type', ['processor'])
    nub.setProperty('processor-id', (object.processorId ?? 0) + 1, 32)
    nub.setProperty('processor-index', object.processorId ?? 0, 32)
    if (entry?.enabled === true) {
      nub.setProperty('processor-number', object.processorId ?? 0, 32)
      nub.setProperty('processor-lapic', entry.apicId, 32)
      nub.setProperty('clock-frequency', wordData(tables.smbios.clockHz))
      nub.setProperty('bus-frequency', wordData(BUS_CLOCK_HZ))
      nub.setProperty('timebase-frequency', wordData(TIMEBASE_HZ))
      nub.setLocation(entry.apicId.toString(16).toUpperCase())
    }
    nub.attach(this)
    this.attachToAcpiPlane(nub, null)
    if (object.processorId === 0) yield* nub.registerServiceSynchronously()
    else nub.registerService()
    nub.release()
  }

  private *publishIoApic(ioApic: AcpiTables['ioApics'][number]): KernelThread {
    const nub = new IOACPIPlatformDevice()
    nub.initWithObject({
      name: 'io-apic', resources: { memory: [{ base: ioApic.address, sizeBytes: IO_APIC_BYTES }] },
      children: [],
    })
    nub.setLocation(ioApic.address.toString(16))
    nub.setProperty('APIC ID', ioApic.id, 32)
    nub.setProperty('Physical Address', ioApic.address, 64)
    nub.setProperty('Base Vector Number', APIC_BASE_VECTOR, 32)
    nub.setProperty('Vector Limit', MSI_BASE_VECTOR, 32)
    nub.setProperty('Destination APIC ID', 0, 32)
    nub.setProperty('InterruptControllerName', `io-apic-${ioApic.gsiBase === 0 ? 0 : ioApic.id}`)
    this.setCPUInterruptProperties(nub)
    nub.attach(this)
    this.attachToAcpiPlane(nub, null)
    yield* nub.registerServiceSynchronously()
    nub.release()
  }

  /**
   * Attaches the nubs of a list of objects and of what lies below them. PCI functions get an entry in the
   * planes of
   * firmware only: their nubs are made by the bus that finds them. The answer holds the references.
   */
  private attachObjects(objects: readonly AcpiObject[], parent: ParentEntries | null): IOService[] {
    const nubs: IOService[] = []
    for (const object of objects) {
      const isFunction = object.hid === undefined
      const nub = new IOACPIPlatformDevice()
      nub.initWithObject(object)
      const path = this.attachToAcpiPlane(nub, parent?.acpi ?? null)
      const entry = isFunction ? functionEntry(object, path) : nub
      const isHost = object.bbn !== undefined
      const tree = isHost ? this.getProvider() : parent?.tree ?? null
      if (tree !== null) entry.attachToParent(tree, gIODTPlane)
      if (!isFunction) {
        nub.attach(this)
        nubs.push(nub)
      }
      nubs.push(...this.attachObjects(object.children,
        { acpi: nub, tree: isFunction || isHost ? entry : null }))
      if (isFunction) nub.release()
      if (entry !== nub) entry.release()
    }
    return nubs
  }

  /** The path in the ACPI plane. */
  private attachToAcpiPlane(nub: IOACPIPlatformDevice, parent: IORegistryEntry | null): string | null {
    const plane = this.acpiPlane
    if (plane === null) return null
    const location = nub.getLocation()
    if (location !== null) nub.setLocation(location.toLowerCase(), plane)
    nub.attachToParent(parent ?? this.systemBusEntry(plane), plane)
    const path = nub.getPath(plane)
    if (path !== null) nub.setProperty('acpi-path', path)
    return path
  }

  /** Entry of `\_SB`, made on first use below the plane's root. */
  private systemBusEntry(plane: IORegistryPlane): IORegistryEntry {
    const found = this.systemBus
    if (found !== null) return found
    const root = new IORegistryEntry()
    root.init()
    root.setName('acpi')
    root.attachToParent(getRegistryRoot(), plane)
    const bus = new IORegistryEntry()
    bus.init()
    bus.setName('_SB')
    bus.attachToParent(root, plane)
    root.release()
    this.systemBus = bus
    return bus
  }

  override compareNubName(nub: IOService, name: OSString): boolean {
    return super.compareNubName(nub, name) || nub.getName() === name.getCStringNoCopy()
  }
}

/**
 * Where the children of an object are attached: in the ACPI plane, and in the device tree below PCI hosts.
 */
interface ParentEntries {
  readonly acpi: IORegistryEntry
  readonly tree: IORegistryEntry | null
}

/** What stands in the device tree for a PCI function until its nub takes the place. */
function functionEntry(object: AcpiObject, acpiPath: string | null): IORegistryEntry {
  const adr = object.adr ?? 0
  const entry = new IORegistryEntry()
  entry.init()
  entry.setName(object.name)
  entry.setName(object.name, gIODTPlane)
  entry.setLocation(adr.toString(16), gIODTPlane)
  const reg = new Uint8Array(20)
  reg[1] = ((adr >>> 16) << 3) | (adr & 7)
  setData(entry, 'reg', reg)
  if (acpiPath !== null) entry.setProperty('acpi-path', acpiPath)
  for (const [key, value] of Object.entries(object.properties ?? {})) {
    const made = toOSObject(value)
    entry.setProperty(key, made)
    made.release()
  }
  return entry
}

function setData(entry: IORegistryEntry, key: string, bytes: Uint8Array): void {
  const data = OSData.withBytes(bytes)
  entry.setProperty(key, data)
  data.release()
}

function wordData(value: number): OSData {
  const word = value % 4294967296
  return OSData.withBytes(Uint8Array.of(word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24))
}
