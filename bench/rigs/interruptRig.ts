import {
  Apic, Command, Config, Fabric, MSI_WINDOW_BASE, MSI_WINDOW_BYTES, PciRootComplex, resetDevices,
} from '../../kernel/hardware/index.ts'
import {
  IODeviceMemory, IOFilterInterruptEventSource, IOPCIMessagedInterruptController, IOService, IOWorkLoop,
  type FilterActions, type IOMemoryMap,
} from '../../kernel/iokit/index.ts'
import {
  defineMetaClass, OSSymbol, registerClasses, toOSObject, type OSMetaClass,
} from '../../kernel/libkern/index.ts'
import {
  installPhysicalMemory, interruptEntry, ml_install_interrupt_handler,
} from '../../kernel/mach/index.ts'
import { atOnce, present } from '../../kernel/sim/index.ts'
import { CARD_BYTES, MessageCard, TABLE_OFFSET } from './MessageCard.ts'

const ECAM = 0xe0000000
const BAR = 0x90000000
const FIRST_VECTOR = 0x70
const CONTROLLER = 'IOPCIMessagedInterruptController'
export const VECTORS = 8

/** The nub and the driver in one: what holds the sources' properties and owns their actions. */
export class BenchDriver extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('BenchDriver', BenchDriver, IOService)
  filtered = 0
  actions = 0
  interrupts = 0
  registers: IOMemoryMap | null = null
}

export interface InterruptRig {
  readonly card: MessageCard
  readonly driver: BenchDriver
  readonly sources: readonly IOFilterInterruptEventSource[]
}

function buildCard(moderationNs: number, vectors: number): MessageCard {
  const apic = new Apic('io-apic')
  const fabric = new Fabric(apic.inputs)
  fabric.memory.addRam(0, 16 * 2 ** 20)
  fabric.addMessageWindow(MSI_WINDOW_BASE, MSI_WINDOW_BYTES, (address, data) => apic.message(address, data))
  apic.connect(interruptEntry())
  const root = new PciRootComplex('PCI0', fabric, {
    ecamBase: ECAM, busEnd: 0, routeInterrupt: () => 16,
    windows: [{ space: 'memory', cpuBase: BAR, sizeBytes: 0x10000000 }],
  })
  const card = new MessageCard(vectors, moderationNs)
  root.rootBus.attach(card, 2, 0)
  resetDevices(root, 'power-on')
  installPhysicalMemory({
    bus: fabric.memory, free: [{ address: 0x100000, sizeBytes: 0x100000 }], endOfRam: 16 * 2 ** 20,
    pageSizeBytes: 4096,
  })
  enableCard(fabric, card, vectors)
  return card
}

/** What firmware and the PCI family do: BAR, enables, MSI-X on, every vector's message, all unmasked. */
function enableCard({ memory }: Fabric, card: MessageCard, vectors: number): void {
  const config = ECAM + (card.deviceFunction << 12)
  memory.write32(config + Config.bar0, BAR)
  memory.write16(config + Config.command, Command.memory | Command.busMaster)
  let capability = memory.read8(config + Config.capabilities)
  while (memory.read8(config + capability) !== 0x11) capability = memory.read8(config + capability + 1)
  memory.write16(config + capability + 2, 0x8000)
  for (let vector = 0; vector < vectors; vector++) {
    const entry = BAR + TABLE_OFFSET + vector * 16
    memory.write32(entry, MSI_WINDOW_BASE)
    memory.write32(entry + 8, FIRST_VECTOR + vector)
    memory.write32(entry + 12, 0)
  }
}

/**
 * A card behind a root complex and an APIC, and a driver with one filter source per vector, each through the
 * real controller of messages. Call inside a world.
 */
export function buildInterruptRig(
  actions: FilterActions, moderationNs: number, vectors = VECTORS,
): InterruptRig {
  registerClasses('bench', [BenchDriver.metaClass])
  const card = buildCard(moderationNs, vectors)
  const controller = new IOPCIMessagedInterruptController()
  controller.initWithVectors({
    name: CONTROLLER, first: FIRST_VECTOR, count: 64,
    messageFor: (vectorNumber) => ({ address: BigInt(MSI_WINDOW_BASE), data: vectorNumber }),
  })
  ml_install_interrupt_handler((vector) => controller.handleInterrupt(vector))
  const driver = new BenchDriver()
  driver.init()
  const numbers = Array.from({ length: vectors }, (_, index) => index)
  driver.setProperty('IOInterruptControllers', toOSObject(numbers.map(() => OSSymbol.withCString(CONTROLLER))))
  const specifiers = numbers.map((index) => Uint8Array.of(index, 0, 0, 0))
  driver.setProperty('IOInterruptSpecifiers', toOSObject(specifiers))
  const memory = IODeviceMemory.withRange(BAR, CARD_BYTES)
  driver.registers = memory.map()
  const workLoop = IOWorkLoop.workLoop()
  const sources = numbers.map((index) => {
    const source = present(
      atOnce(IOFilterInterruptEventSource.filterInterruptEventSource(driver, actions, driver, index)),
      'the vector is there',
    )
    workLoop.addEventSource(source)
    source.enable()
    return source
  })
  return { card, driver, sources }
}

/** Periods of 64 sources that do not divide each other. */
export function periodsNs(): number[] {
  return Array.from({ length: 64 }, (_, index) => (1_000 + index * 37) * 1_000)
}
