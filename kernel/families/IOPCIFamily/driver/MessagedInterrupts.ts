import type { IOMemoryMap, IOPCIMessagedInterruptController, SharedMessage } from '../../../iokit/index.ts'
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

/** Vectors that a function got, and how many messages it can send. */
export interface MessageGrant {
  readonly first: number
  readonly count: number
  /** Entries of its table that are used: more than vectors only with MSI-X. */
  readonly entryCount: number
}

/** The message-signalled vectors of one function, and their registers in it. */
export class MessagedInterrupts implements SharedMessage {
  private readonly handlers = new Set<number>()
  private table: IOMemoryMap | null = null
  private tableOffset = 0
  private pendingArray: IOMemoryMap | null = null
  private pendingOffset = 0

  constructor(
    private readonly controller: IOPCIMessagedInterruptController,
    private readonly capability: MessageCapability,
    private readonly vectors: MessageGrant,
    /** Interrupt index of the first vector. */
    readonly firstSource: number,
  ) {
    if (this.isShared) controller.shareMessage(vectors.first, this)
  }

  get entryCount(): number {
    return this.vectors.entryCount
  }

  get handlerCount(): number {
    return this.handlers.size
  }

  /** One vector stands for every entry of the table. */
  private get isShared(): boolean {
    return this.capability.isX && this.vectors.count < this.vectors.entryCount
  }

  pendingBits(word: number): bigint {
    return this.pendingArray?.read64(this.pendingOffset + word * 8) ?? 0n
  }

  /** Vector of each interrupt that the function has, in order. */
  vectorNumbers(): number[] {
    const { first, entryCount } = this.vectors
    return Array.from({ length: entryCount }, (_, entry) => this.isShared ? first : first + entry)
  }

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
    if (!this.handlers.delete(source)) return
    this.mask(source, 1)
    if (this.handlers.size > 0 || nub.isInactive()) return
    const control = nub.configRead16(this.capability.offset + 2)
    nub.configWrite16(this.capability.offset + 2, control & ~this.enableBit)
    const command = nub.configRead16(registers.kIOPCIConfigCommand)
    nub.configWrite16(registers.kIOPCIConfigCommand, command & ~registers.kIOPCICommandInterruptDisable)
    nub.removeProperty('IOPCIMSIMode')
  }

  /** Lifts the mask of a vector in the table. */
  enabled(source: number): void {
    if (this.owns(source)) this.mask(source, 0)
  }

  free(): void {
    this.controller.freeVectors(this.vectors.first, this.vectors.count)
    this.table?.release()
    this.table = null
    this.pendingArray?.release()
    this.pendingArray = null
  }

  private mask(source: number, bit: 0 | 1): void {
    this.table?.write32(this.entryOffset(source - this.firstSource) + 12, bit)
  }

  private get enableBit(): number {
    return this.capability.isX ? MSIX_ENABLE : MSI_ENABLE
  }

  private owns(source: number): boolean {
    return source >= this.firstSource && source < this.firstSource + this.vectors.entryCount
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
    const { first, count, entryCount } = this.vectors
    const pending = nub.configRead32(this.capability.offset + 8)
    this.pendingOffset = pending & ~7
    this.pendingArray = nub.mapDeviceMemoryWithRegister(registerOf(pending))
    const place = nub.configRead32(this.capability.offset + 4)
    this.tableOffset = place & ~7
    this.table = nub.mapDeviceMemoryWithRegister(registerOf(place))
    if (this.table === null) return
    const wasOn = nub.setMemoryEnable(true)
    for (let entry = 0; entry < entryCount; entry++) {
      const { address, data } = this.controller.messageFor(entry < count ? first + entry : first)
      const at = this.entryOffset(entry)
      this.table.write32(at, Number(address & 0xffffffffn))
      this.table.write32(at + 4, Number(address >> 32n))
      this.table.write32(at + 8, data)
      this.table.write32(at + 12, 0)
    }
    if (!wasOn) nub.setMemoryEnable(false)
  }

  private entryOffset(entry: number): number {
    return this.tableOffset + entry * ENTRY_BYTES
  }
}

/** The base address register that an MSI-X structure's place names. */
function registerOf(place: number): number {
  return registers.kIOPCIConfigBaseAddress0 + 4 * (place & 7)
}
