import { assert } from '../../sim/index.ts'
import { busError } from '../HardwareLog.ts'
import type { AccessWidth, MmioDevice } from './MmioDevice.ts'
import { PhysicalMemory } from './PhysicalMemory.ts'
import { RegionTable, type Region } from './RegionTable.ts'

/** Called for an access that neither RAM nor a device answers; a platform may turn it into a bus error. */
export type UnmappedHandler = (address: number, widthBytes: number, access: 'read' | 'write') => void

const ALL_ONES = [0, 0xff, 0xffff, 0, 0xffffffff] as const

/**
 * A space of physical addresses: RAM ranges and device regions. What the processor sees on one side and bus
 * masters on the other. Unmapped reads give all ones and a record; unmapped writes are dropped with a record.
 */
export class AddressSpace {
  private readonly ramRanges: PhysicalMemory[] = []
  private readonly devices = new RegionTable(this.ramRanges)
  /** Connected by platforms where an unanswered access raises a fault. */
  onUnmapped: UnmappedHandler | null = null

  constructor(readonly name: string) {}

  get ram(): readonly PhysicalMemory[] {
    return this.ramRanges
  }

  /** Adds a range of RAM; ranges do not overlap. */
  addRam(start: number, sizeBytes: number): PhysicalMemory {
    const memory = new PhysicalMemory(start, sizeBytes)
    this.attachRam(memory)
    return memory
  }

  /** Shows RAM of another space here as well, at the same addresses. */
  attachRam(memory: PhysicalMemory): void {
    for (const other of this.ramRanges) {
      assert(memory.end <= other.start || other.end <= memory.start, 'RAM ranges overlap')
    }
    this.ramRanges.push(memory)
    this.devices.rangesChanged()
  }

  /**
   * Maps `device` at [start, start + sizeBytes). Where regions overlap the one mapped last answers; RAM goes
   * before devices, as memory controllers have it.
   */
  map(start: number, sizeBytes: number, device: MmioDevice): Region {
    return this.devices.add(start, sizeBytes, device)
  }

  /** Takes a region out again. */
  unmap(region: Region): void {
    this.devices.remove(region)
  }

  /** The regions in order of address: for the memory map view. */
  regions(): Region[] {
    return this.devices.list()
  }

  /** The device region at `address`, or null. */
  regionAt(address: number): Region | null {
    return this.deviceAt(address)
  }

  read8(address: number): number {
    return this.read(address, 1)
  }

  read16(address: number): number {
    return this.read(address, 2)
  }

  read32(address: number): number {
    return this.read(address, 4)
  }

  write8(address: number, value: number): void {
    this.write(address, 1, value)
  }

  write16(address: number, value: number): void {
    this.write(address, 2, value)
  }

  write32(address: number, value: number): void {
    this.write(address, 4, value)
  }

  /** Reads 1, 2 or 4 bytes as an unsigned little-endian number. Misaligned accesses are split into bytes. */
  read(address: number, widthBytes: AccessWidth): number {
    if ((address & (widthBytes - 1)) !== 0) return this.readSplit(address, widthBytes)
    const { hot } = this.devices
    if (address >= hot.start && address < hot.end) return hot.device.read(address - hot.start, widthBytes)
    const memory = this.ramAt(address)
    if (memory !== null) return memory.read(address, widthBytes)
    const region = this.devices.find(address)
    if (region !== null) return region.device.read(address - region.start, widthBytes)
    this.unmapped(address, widthBytes, 'read')
    return ALL_ONES[widthBytes]
  }

  /** Writes 1, 2 or 4 bytes, little-endian. Misaligned accesses are split into bytes. */
  write(address: number, widthBytes: AccessWidth, value: number): void {
    if ((address & (widthBytes - 1)) !== 0) return this.writeSplit(address, widthBytes, value)
    const { hot } = this.devices
    if (address >= hot.start && address < hot.end) {
      return hot.device.write(address - hot.start, widthBytes, value)
    }
    const memory = this.ramAt(address)
    if (memory !== null) return memory.write(address, widthBytes, value)
    const region = this.devices.find(address)
    if (region !== null) return region.device.write(address - region.start, widthBytes, value)
    this.unmapped(address, widthBytes, 'write')
  }

  /** Reads 8 bytes. A device that knows no 64-bit access sees two 32-bit reads, low half first. */
  read64(address: number): bigint {
    const region = (address & 7) === 0 ? this.deviceAt(address) : null
    if (region?.device.read64 !== undefined) return region.device.read64(address - region.start)
    const low = this.read(address, 4)
    return (BigInt(this.read(address + 4, 4)) << 32n) | BigInt(low)
  }

  /** Writes 8 bytes. A device that knows no 64-bit access sees two 32-bit writes, low half first. */
  write64(address: number, value: bigint): void {
    const region = (address & 7) === 0 ? this.deviceAt(address) : null
    if (region?.device.write64 !== undefined) return region.device.write64(address - region.start, value)
    this.write(address, 4, Number(value & 0xffffffffn))
    this.write(address + 4, 4, Number((value >> 32n) & 0xffffffffn))
  }

  /** Copies `target.length` bytes out of the space; device regions are read byte by byte. */
  copyOut(address: number, target: Uint8Array): void {
    for (let done = 0; done < target.length;) {
      const at = address + done
      const memory = this.ramAt(at)
      if (memory === null) {
        target[done++] = this.read(at, 1)
        continue
      }
      const size = Math.min(target.length - done, memory.end - at)
      memory.copyOut(at, size === target.length ? target : target.subarray(done, done + size))
      done += size
    }
  }

  /** Copies `source` into the space; device regions are written byte by byte. */
  copyIn(address: number, source: Uint8Array): void {
    for (let done = 0; done < source.length;) {
      const at = address + done
      const memory = this.ramAt(at)
      if (memory === null) {
        this.write(at, 1, source[done++]!)
        continue
      }
      const size = Math.min(source.length - done, memory.end - at)
      memory.copyIn(at, size === source.length ? source : source.subarray(done, done + size))
      done += size
    }
  }

  /** Whether RAM answers at the address, not a device. */
  isMemory(address: number): boolean {
    return this.ramAt(address) !== null
  }

  /** Fills a range with zeros; device regions are written byte by byte. */
  zero(address: number, sizeBytes: number): void {
    for (let done = 0; done < sizeBytes;) {
      const at = address + done
      const memory = this.ramAt(at)
      const size = memory === null ? 1 : Math.min(sizeBytes - done, memory.end - at)
      if (memory === null) this.write(at, 1, 0)
      else memory.zero(at, size)
      done += size
    }
  }

  /** The host bytes behind a range, when it lies in one piece of RAM; else null and the caller must copy. */
  span(address: number, sizeBytes: number): Uint8Array | null {
    const memory = this.ramAt(address)
    return memory === null || address + sizeBytes > memory.end ? null : memory.span(address, sizeBytes)
  }

  private deviceAt(address: number): Region | null {
    return this.ramAt(address) === null ? this.devices.find(address) : null
  }

  private ramAt(address: number): PhysicalMemory | null {
    const ranges = this.ramRanges
    for (let i = 0; i < ranges.length; i++) {
      const memory = ranges[i]!
      if (address >= memory.start && address < memory.end) return memory
    }
    return null
  }

  private readSplit(address: number, widthBytes: AccessWidth): number {
    let value = 0
    for (let i = widthBytes - 1; i >= 0; i--) value = value * 256 + this.read(address + i, 1)
    return value
  }

  private writeSplit(address: number, widthBytes: AccessWidth, value: number): void {
    for (let i = 0; i < widthBytes; i++) this.write(address + i, 1, (value >>> (8 * i)) & 0xff)
  }

  private unmapped(address: number, widthBytes: number, access: 'read' | 'write'): void {
    busError(this.name, `unmapped ${access} of ${widthBytes} at 0x${address.toString(16)}`)
    this.onUnmapped?.(address, widthBytes, access)
  }
}
