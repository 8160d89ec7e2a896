import { assert } from '../../sim/index.ts'
import type { AddressSpace } from '../memory/AddressSpace.ts'
import type { MmioDevice } from '../memory/MmioDevice.ts'
import type { Region } from '../memory/RegionTable.ts'
import { Config } from './configLayout.ts'
import type { PciFunction } from './PciFunction.ts'

/** What a base address register decodes, and what stands behind it. */
export interface BarOptions {
  /** BAR number 0..5; a 64-bit one takes the next too. */
  readonly index: number
  readonly kind: 'memory32' | 'memory64' | 'io'
  /** A power of two; at least 16 bytes, 4 for I/O. */
  readonly sizeBytes: number
  readonly prefetchable?: boolean
  /** What answers from offset 0; more parts may follow with `addPart`. */
  readonly device?: MmioDevice
  readonly deviceBytes?: number
}

interface BarPart {
  readonly offset: number
  readonly sizeBytes: number
  readonly device: MmioDevice
  region: Region | null
}

/** One base address register: sizing, and the place where its device answers while decoding is on. */
export class BarDecoder {
  readonly index: number
  readonly sizeBytes: number
  private readonly parts: BarPart[] = []
  private readonly offset: number
  private mappedAt: number | null = null
  private mappedIn: AddressSpace | null = null

  constructor(private readonly owner: PciFunction, private readonly options: BarOptions) {
    const { index, kind, sizeBytes } = options
    assert(Number.isInteger(Math.log2(sizeBytes)), `${owner.name}: a BAR size is a power of two`)
    assert(sizeBytes >= (kind === 'io' ? 4 : 16), `${owner.name}: BAR ${index} is too small`)
    assert(index >= 0 && index + (kind === 'memory64' ? 1 : 0) < 6, `${owner.name}: no BAR ${index}`)
    this.index = index
    this.sizeBytes = sizeBytes
    this.offset = Config.bar0 + 4 * index
    this.defineRegisters()
    owner.config.onWrite(this.offset, kind === 'memory64' ? 8 : 4, () => this.remap())
    if (options.device !== undefined) this.addPart(0, options.deviceBytes ?? sizeBytes, options.device)
  }

  /** Address that software has put into the register. */
  get address(): number {
    const low = this.owner.config.get(this.offset, 4)
    if (this.options.kind === 'io') return (low & 0xfffffffc) >>> 0
    const high = this.options.kind === 'memory64' ? this.owner.config.get(this.offset + 4, 4) : 0
    return high * 4294967296 + ((low & 0xfffffff0) >>> 0)
  }

  /** Adds something that answers inside the BAR. */
  addPart(offset: number, sizeBytes: number, device: MmioDevice): void {
    assert(offset + sizeBytes <= this.sizeBytes, `${device.name} lies outside its BAR`)
    this.parts.push({ offset, sizeBytes, device, region: null })
    this.mappedAt = null
    this.remap()
  }

  /** Places the parts where address, enables and bridges above say, or nowhere. */
  remap(): void {
    const at = this.decodedAddress()
    if (at === this.mappedAt && at !== null) return
    this.unmapAll()
    this.mappedAt = at
    if (at === null) return
    const space = this.space()
    for (const part of this.parts) part.region = space.map(at + part.offset, part.sizeBytes, part.device)
    this.mappedIn = space
  }

  regions(): Region[] {
    return this.parts.flatMap((part) => (part.region === null ? [] : [part.region]))
  }

  private decodedAddress(): number | null {
    const { owner, options } = this
    if (owner.bus === null || this.address === 0) return null
    const io = options.kind === 'io'
    if (io ? !owner.ioEnabled : !owner.memoryEnabled) return null
    return owner.bus.decode(io ? 'io' : 'memory', this.address, this.sizeBytes)
  }

  private space(): AddressSpace {
    const root = this.owner.bus!.root
    return this.options.kind === 'io' && !root.ioIsMemoryMapped ? root.fabric.ports : root.fabric.memory
  }

  private unmapAll(): void {
    for (const part of this.parts) {
      if (part.region !== null) this.mappedIn!.unmap(part.region)
      part.region = null
    }
  }

  private defineRegisters(): void {
    const { kind, prefetchable, index, sizeBytes } = this.options
    const { config } = this.owner
    const mask = kind === 'io' ? 0xfffffffc : 0xfffffff0
    const low = (~((sizeBytes - 1) % 4294967296) & mask) >>> 0
    const type = kind === 'io' ? 1 : (kind === 'memory64' ? 4 : 0) | (prefetchable === true ? 8 : 0)
    const lowMask = sizeBytes >= 4294967296 ? 0 : low
    config.define(
      { name: `BAR ${index}`, offset: this.offset, widthBytes: 4, value: type, writable: lowMask },
    )
    if (kind !== 'memory64') return
    const high = sizeBytes <= 4294967296 ? 0xffffffff : (~(sizeBytes / 4294967296 - 1)) >>> 0
    config.define({
      name: `BAR ${index} upper`, offset: this.offset + 4, widthBytes: 4, value: 0, writable: high,
    })
  }
}
