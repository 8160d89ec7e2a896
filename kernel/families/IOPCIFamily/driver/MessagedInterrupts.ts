import type { IOMemoryMap, IOPCIMessagedInterruptController } from '../../../iokit/index.ts'
import * as registers from '../registers.ts'
import type { IOPCIDevice } from './IOPCIDevice.ts'

const MSI_ENABLE = 0x0001
const MSIX_ENABLE = 0x8000
const ETHERNET = 0x020000
const ENTRY_BYTES = 16

/** Where the messages of a function are controlled. */
export interface MessageCapability {
  readonly offset: number
  readonly isX: boolean
}

/**
 * MSI, or MSI-X where there is no MSI; Ethernet controllers prefer MSI-X.
 * @xnu IOPCIFamily/IOPCIBridge.cpp childPrefersMSIX — faithful
 */
export function messageCapability(nub: IOPCIDevice): MessageCapability | null {
  const plain = nub.findPCICapability(registers.kIOPCIMSICapability)
  const table = nub.findPCICapability(registers.kIOPCIMSIXCapability)
  const isEthernet = nub.savedConfigRead32(registers.kIOPCIConfigRevisionID) >>> 8 === ETHERNET
  if (table !== 0 && (isEthernet || plain === 0)) return { offset: table, isX: true }
  return plain === 0 ? null : { offset: plain, isX: false }
}

/** The message-signalled vectors of one function, and their registers in it. */
export class MessagedInterrupts {
  private readonly handlers = new Set<number>()
  private table: IOMemoryMap | null = null
  private tableOffset = 0

  constructor(
    private readonly controller: IOPCIMessagedInterruptController,
    private readonly capability: MessageCapability,
    private readonly vectors: { readonly first: number; readonly count: number },
    /** Interrupt index of the first vector. */
    private readonly firstSource: number,
  ) {}

  /**
   * Writes addresses and data into the function, disabled.
   * @xnu IOPCIMessagedInterruptController.cpp initDevice — faithful
   */
  initDevice(nub: IOPCIDevice): void {
    if (this.capability.isX) this.initTable(nub)
    else this.initPlain(nub)
  }

  registered(nub: IOPCIDevice, source: number): void {
    if (!this.owns(source)) return
    this.handlers.add(source)
    if (this.handlers.size === 1) this.enableDevice(nub)
  }

  unregistered(nub: IOPCIDevice, source: number): void {
    if (!this.handlers.delete(source) || this.handlers.size > 0 || nub.isInactive()) return
    const control = nub.configRead16(this.capability.offset + 2)
    nub.configWrite16(this.capability.offset + 2, control & ~this.enableBit)
    const command = nub.configRead16(registers.kIOPCIConfigCommand)
    nub.configWrite16(registers.kIOPCIConfigCommand, command & ~registers.kIOPCICommandInterruptDisable)
    nub.removeProperty('IOPCIMSIMode')
  }

  /** Lifts the mask of a vector in the table. */
  enabled(source: number): void {
    if (!this.owns(source) || this.table === null) return
    this.table.write32(this.entryOffset(source - this.firstSource) + 12, 0)
  }

  free(): void {
    this.controller.freeVectors(this.vectors.first, this.vectors.count)
    this.table?.release()
    this.table = null
  }

  private get enableBit(): number {
    return this.capability.isX ? MSIX_ENABLE : MSI_ENABLE
  }

  private owns(source: number): boolean {
    return source >= this.firstSource && source < this.firstSource + this.vectors.count
  }

  private enableDevice(nub: IOPCIDevice): void {
    const control = nub.configRead16(this.capability.offset + 2)
    nub.configWrite16(this.capability.offset + 2, control | this.enableBit)
    const command = nub.configRead16(registers.kIOPCIConfigCommand)
    const bits = registers.kIOPCICommandInterruptDisable | registers.kIOPCICommandBusLead
    nub.configWrite16(registers.kIOPCIConfigCommand, command | bits)
    nub.setProperty('IOPCIMSIMode', true)
  }

  private initPlain(nub: IOPCIDevice): void {
    const { offset } = this.capability
    const { address, data } = this.controller.messageFor(this.vectors.first)
    const control = nub.configRead16(offset + 2)
    const isLong = (control & 0x0080) !== 0
    nub.configWrite32(offset + 4, Number(address & 0xffffffffn))
    if (isLong) nub.configWrite32(offset + 8, Number(address >> 32n))
    nub.configWrite16(offset + (isLong ? 12 : 8), data)
    const multiple = 31 - Math.clz32(this.vectors.count)
    nub.configWrite16(offset + 2, (control & ~0x0071) | (multiple << 4))
  }

  private initTable(nub: IOPCIDevice): void {
    const place = nub.configRead32(this.capability.offset + 4)
    this.tableOffset = place & ~7
    this.table = nub.mapDeviceMemoryWithRegister(registers.kIOPCIConfigBaseAddress0 + 4 * (place & 7))
    if (this.table === null) return
    const wasOn = nub.setMemoryEnable(true)
    const entries = (nub.configRead16(this.capability.offset + 2) & 0x7ff) + 1
    for (let entry = 0; entry < entries; entry++) {
      const vector = this.vectors.first + Math.min(entry, this.vectors.count - 1)
      const { address, data } = this.controller.messageFor(vector)
      const at = this.entryOffset(entry)
      this.table.write32(at, Number(address & 0xffffffffn))
      this.table.write32(at + 4, Number(address >> 32n))
      this.table.write32(at + 8, data)
      this.table.write32(at + 12, 1)
    }
    if (!wasOn) nub.setMemoryEnable(false)
  }

  private entryOffset(entry: number): number {
    return this.tableOffset + entry * ENTRY_BYTES
  }
}
