import { assert } from '../sim/index.ts'
import { guestError } from './HardwareLog.ts'
import type { AccessWidth, MmioDevice } from './memory/MmioDevice.ts'

/** Who may do what: read-write, read-only, write-only, write one to clear, write one to set. */
export type RegisterAccess = 'rw' | 'ro' | 'wo' | 'w1c' | 'w1s'

/** Bits [low, low + width) of a register. */
export interface RegisterField {
  readonly low: number
  readonly width: number
}

/** One row of a register table. */
export interface RegisterDefinition {
  readonly offset: number
  /** Bits of one element: 32 unless told; a 64-bit register takes two words, low word first. */
  readonly width?: 32 | 64
  readonly reset?: number | bigint
  readonly access?: RegisterAccess
  /** Bits that software may change; all, unless told. 32-bit registers only. */
  readonly writable?: number
  /** Number of equal registers in a row and the distance between them: arrays such as doorbells. */
  readonly count?: number
  readonly strideBytes?: number
  readonly fields?: { readonly [name: string]: RegisterField }
  /** Where this register is described. */
  readonly clause?: string
  /** Replaces the stored value on a read. 32-bit half by half for 64-bit registers (`half` 0 or 1). */
  readonly read?: (index: number, half: number) => number
  /** Told after the value was stored. For 64-bit registers: after either half. */
  readonly write?: (value: number, former: number, index: number) => void
}

/** A register as the register view shows it. */
export interface RegisterSnapshot {
  readonly name: string
  readonly offset: number
  readonly widthBits: number
  readonly value: bigint
  readonly fields: readonly { readonly name: string; readonly value: bigint }[]
}

interface Slot {
  readonly name: string
  readonly definition: RegisterDefinition
  readonly index: number
  readonly half: number
}

/**
 * The registers of a device from a table of names, offsets, widths, reset values, access and fields.
 * Offsets that no row names read as zero, and touching them is a mistake of the guest's software.
 */
export class RegisterFile<Name extends string> implements MmioDevice {
  private readonly words: Uint32Array
  private readonly slots: (Slot | undefined)[]
  private readonly readers: (((index: number, half: number) => number) | undefined)[]
  private readonly rows: Map<Name, RegisterDefinition>

  constructor(
    readonly name: string, readonly sizeBytes: number, table: { readonly [K in Name]: RegisterDefinition },
  ) {
    this.words = new Uint32Array(sizeBytes >>> 2)
    this.slots = new Array<Slot | undefined>(this.words.length).fill(undefined)
    this.readers = new Array<undefined>(this.words.length).fill(undefined)
    this.rows = new Map(Object.entries(table) as [Name, RegisterDefinition][])
    for (const [rowName, definition] of this.rows) this.place(rowName, definition)
    this.resetAll()
  }

  /** Stored value of a 32-bit register; the low half of a 64-bit one. */
  get(name: Name, index = 0): number {
    return this.words[this.wordOf(name, index)]!
  }

  /** Stored value of a 64-bit register as a number: for addresses. */
  getAddress(name: Name): number {
    const word = this.wordOf(name, 0)
    return this.words[word + 1]! * 4294967296 + this.words[word]!
  }

  /** Stored value of a 64-bit register. */
  get64(name: Name): bigint {
    const word = this.wordOf(name, 0)
    return (BigInt(this.words[word + 1]!) << 32n) | BigInt(this.words[word]!)
  }

  /** Stores a value from the device's side: no access rules, no hooks. */
  set(name: Name, value: number, index = 0): void {
    this.words[this.wordOf(name, index)] = value
  }

  /** Stores a 64-bit value from the device's side. */
  set64(name: Name, value: bigint): void {
    const word = this.wordOf(name, 0)
    this.words[word] = Number(value & 0xffffffffn)
    this.words[word + 1] = Number((value >> 32n) & 0xffffffffn)
  }

  /** One declared field of a 32-bit register. */
  field(name: Name, fieldName: string): number {
    const { low, width } = this.fieldOf(name, fieldName)
    return (this.get(name) >>> low) & fieldMask(width)
  }

  /** Changes one declared field from the device's side. */
  setField(name: Name, fieldName: string, value: number): void {
    const { low, width } = this.fieldOf(name, fieldName)
    const mask = (fieldMask(width) << low) >>> 0
    this.set(name, ((this.get(name) & ~mask) | ((value << low) & mask)) >>> 0)
  }

  /** Loads every reset value; no hooks are called. */
  resetAll(): void {
    this.words.fill(0)
    for (const slot of this.slots) {
      if (slot === undefined) continue
      const value = BigInt(slot.definition.reset ?? 0)
      const { offset, strideBytes } = slot.definition
      const stride = strideBytes ?? widthBytesOf(slot.definition)
      const word = (offset + slot.index * stride) / 4 + slot.half
      this.words[word] = Number((value >> BigInt(32 * slot.half)) & 0xffffffffn)
    }
  }

  /** Everything as it stands, without side effects. */
  snapshot(): RegisterSnapshot[] {
    const rows: RegisterSnapshot[] = []
    for (const [name, definition] of this.rows) {
      const count = definition.count ?? 1
      for (let index = 0; index < count; index++) rows.push(this.snapshotOf(name, definition, index))
    }
    return rows
  }

  read(offset: number, widthBytes: AccessWidth): number {
    const word = offset >>> 2
    const reader = this.readers[word]
    if (reader === undefined && widthBytes === 4) return this.words[word]!
    const value = reader === undefined ? this.words[word]! : this.readSlow(word, reader)
    if (widthBytes === 4) return value
    return (value >>> (8 * (offset & 3))) & (widthBytes === 2 ? 0xffff : 0xff)
  }

  write(offset: number, widthBytes: AccessWidth, value: number): void {
    const word = offset >>> 2
    const slot = this.slots[word]
    if (slot === undefined) {
      guestError(this.name, `write of 0x${value.toString(16)} to reserved offset 0x${offset.toString(16)}`)
      return
    }
    const shift = 8 * (offset & 3)
    const enabled = widthBytes === 4 ? 0xffffffff : (((1 << (8 * widthBytes)) - 1) << shift) >>> 0
    const former = this.words[word]!
    const written = (value << shift) >>> 0
    const stored = merge(slot.definition, former, written, enabled)
    if (stored === null) {
      guestError(this.name, `write of 0x${value.toString(16)} to read-only ${slot.name}`)
      return
    }
    this.words[word] = stored
    slot.definition.write?.(stored, former, slot.index)
  }

  private readSlow(word: number, reader: (index: number, half: number) => number): number {
    const slot = this.slots[word]!
    return reader(slot.index, slot.half) >>> 0
  }

  private place(name: Name, definition: RegisterDefinition): void {
    const widthBytes = widthBytesOf(definition)
    const stride = definition.strideBytes ?? widthBytes
    assert(definition.offset % 4 === 0 && stride % 4 === 0, `${this.name}.${name}: registers are words`)
    for (let index = 0; index < (definition.count ?? 1); index++) {
      for (let half = 0; half < widthBytes / 4; half++) {
        const word = (definition.offset + index * stride) / 4 + half
        assert(word < this.words.length, `${this.name}.${name}: outside the register file`)
        assert(
          this.slots[word] === undefined, `${this.name}.${name}: overlaps ${this.slots[word]?.name ?? ''}`,
        )
        this.slots[word] = { name, definition, index, half }
        this.readers[word] = definition.access === 'wo' ? () => 0 : definition.read
      }
    }
  }

  private wordOf(name: Name, index: number): number {
    const definition = this.rows.get(name)!
    return (definition.offset + index * (definition.strideBytes ?? widthBytesOf(definition))) >>> 2
  }

  private fieldOf(name: Name, fieldName: string): RegisterField {
    const field = this.rows.get(name)?.fields?.[fieldName]
    assert(field !== undefined, `${this.name}.${name} has no field ${fieldName}`)
    return field
  }

  private snapshotOf(name: Name, definition: RegisterDefinition, index: number): RegisterSnapshot {
    const word = this.wordOf(name, index)
    const wide = definition.width === 64
    const high = wide ? BigInt(this.words[word + 1]!) << 32n : 0n
    const value = high | BigInt(this.words[word]!)
    const fields = Object.entries(definition.fields ?? {}).map(([fieldName, { low, width }]) => ({
      name: fieldName, value: (value >> BigInt(low)) & ((1n << BigInt(width)) - 1n),
    }))
    const title = (definition.count ?? 1) > 1 ? `${name}[${index}]` : name
    return { name: title, offset: word * 4, widthBits: wide ? 64 : 32, value, fields }
  }
}

function widthBytesOf(definition: RegisterDefinition): number {
  return definition.width === 64 ? 8 : 4
}

function fieldMask(width: number): number {
  return width === 32 ? 0xffffffff : (1 << width) - 1
}

/** The value after a write of the `enabled` bits, or null when the register takes no writes. */
function merge(
  definition: RegisterDefinition, former: number, written: number, enabled: number,
): number | null {
  const mask = (definition.writable ?? 0xffffffff) & enabled
  switch (definition.access ?? 'rw') {
    case 'ro':
      return null
    case 'w1c':
      return (former & ~(written & mask)) >>> 0
    case 'w1s':
      return (former | (written & mask)) >>> 0
    case 'rw':
    case 'wo':
      return ((former & ~mask) | (written & mask)) >>> 0
  }
}
