/** Configuration cycles to any function below a host bridge. */
export interface ConfigAccess {
  read8(bus: number, devfn: number, offset: number): number
  read16(bus: number, devfn: number, offset: number): number
  read32(bus: number, devfn: number, offset: number): number
  write8(bus: number, devfn: number, offset: number, value: number): void
  write16(bus: number, devfn: number, offset: number, value: number): void
  write32(bus: number, devfn: number, offset: number, value: number): void
}

const BUS_BYTES = 1 << 20
const FUNCTION_BYTES = 1 << 12

/** The memory that an ECAM lies in: an IOMemoryMap, or a bus in a test. */
export interface ConfigMemory {
  read8(offset: number): number
  read16(offset: number): number
  read32(offset: number): number
  write8(offset: number, value: number): void
  write16(offset: number, value: number): void
  write32(offset: number, value: number): void
}

/** Configuration cycles as memory accesses (PCIe 4.0, 7.2.2). Buses outside the range answer all ones. */
export class EcamAccess implements ConfigAccess {
  constructor(private readonly memory: ConfigMemory, readonly busStart: number, readonly busEnd: number) {}

  read8(bus: number, devfn: number, offset: number): number {
    return this.holds(bus) ? this.memory.read8(this.at(bus, devfn, offset)) : 0xff
  }

  read16(bus: number, devfn: number, offset: number): number {
    return this.holds(bus) ? this.memory.read16(this.at(bus, devfn, offset)) : 0xffff
  }

  read32(bus: number, devfn: number, offset: number): number {
    return this.holds(bus) ? this.memory.read32(this.at(bus, devfn, offset)) : 0xffffffff
  }

  write8(bus: number, devfn: number, offset: number, value: number): void {
    if (this.holds(bus)) this.memory.write8(this.at(bus, devfn, offset), value)
  }

  write16(bus: number, devfn: number, offset: number, value: number): void {
    if (this.holds(bus)) this.memory.write16(this.at(bus, devfn, offset), value)
  }

  write32(bus: number, devfn: number, offset: number, value: number): void {
    if (this.holds(bus)) this.memory.write32(this.at(bus, devfn, offset), value)
  }

  private holds(bus: number): boolean {
    return bus >= this.busStart && bus <= this.busEnd
  }

  private at(bus: number, devfn: number, offset: number): number {
    return (bus - this.busStart) * BUS_BYTES + devfn * FUNCTION_BYTES + offset
  }
}
