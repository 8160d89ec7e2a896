import { assert } from '../../sim/index.ts'
import type { AccessWidth } from '../memory/MmioDevice.ts'
import { CONFIG_BYTES } from './configLayout.ts'

/** One row of a configuration space table. */
export interface ConfigField {
  readonly name: string
  readonly offset: number
  readonly widthBytes: AccessWidth
  readonly value: number
  /** Bits that software may set and clear. */
  readonly writable?: number
  /** Bits that software clears by writing one. */
  readonly writeOneClears?: number
}

interface WriteHook {
  readonly start: number
  readonly end: number
  readonly call: () => void
}

/** The 4 KiB configuration space of one function: bytes, what may be changed, and who is told of changes. */
export class ConfigSpace {
  /** One piece of memory for all four: a machine has hundreds of these. */
  private readonly store = new ArrayBuffer(4 * CONFIG_BYTES)
  private readonly bytes = new Uint8Array(this.store, 0, CONFIG_BYTES)
  private readonly view = new DataView(this.store, 0, CONFIG_BYTES)
  private readonly initial = new Uint8Array(this.store, CONFIG_BYTES, CONFIG_BYTES)
  private readonly writable = new Uint8Array(this.store, 2 * CONFIG_BYTES, CONFIG_BYTES)
  private readonly clears = new Uint8Array(this.store, 3 * CONFIG_BYTES, CONFIG_BYTES)
  private readonly hooks: WriteHook[] = []
  private readonly table: ConfigField[] = []

  /** Adds a row: its value is the reset value too. */
  define(field: ConfigField): void {
    assert(field.offset % field.widthBytes === 0, `${field.name}: config fields are aligned`)
    this.table.push(field)
    this.set(field.offset, field.widthBytes, field.value)
    for (let i = 0; i < field.widthBytes; i++) {
      this.initial[field.offset + i] = this.bytes[field.offset + i]!
      this.writable[field.offset + i] = ((field.writable ?? 0) >>> (8 * i)) & 0xff
      this.clears[field.offset + i] = ((field.writeOneClears ?? 0) >>> (8 * i)) & 0xff
    }
  }

  /** Changes the value and reset value of a place already defined: capability pointers. */
  amend(offset: number, widthBytes: AccessWidth, value: number): void {
    this.set(offset, widthBytes, value)
    for (let i = 0; i < widthBytes; i++) this.initial[offset + i] = this.bytes[offset + i]!
  }

  /** `call` runs after software has written into [offset, offset + sizeBytes). */
  onWrite(offset: number, sizeBytes: number, call: () => void): void {
    this.hooks.push({ start: offset, end: offset + sizeBytes, call })
  }

  /** The rows in order of offset, with their present values. */
  fields(): { field: ConfigField; value: number }[] {
    const sorted = this.table.toSorted((a, b) => a.offset - b.offset)
    return sorted.map((field) => ({ field, value: this.get(field.offset, field.widthBytes) }))
  }

  get(offset: number, widthBytes: AccessWidth): number {
    if (widthBytes === 4) return this.view.getUint32(offset, true)
    return widthBytes === 2 ? this.view.getUint16(offset, true) : this.bytes[offset]!
  }

  /** Stores from the device's side. */
  set(offset: number, widthBytes: AccessWidth, value: number): void {
    if (widthBytes === 4) this.view.setUint32(offset, value, true)
    else if (widthBytes === 2) this.view.setUint16(offset, value, true)
    else this.bytes[offset] = value
  }

  /** A write by software: only writable bits change, then hooks run. */
  write(offset: number, widthBytes: AccessWidth, value: number): void {
    for (let i = 0; i < widthBytes; i++) {
      const at = offset + i
      const written = (value >>> (8 * i)) & 0xff
      const former = this.bytes[at]!
      const mask = this.writable[at]!
      this.bytes[at] = ((former & ~mask) | (written & mask)) & ~(written & this.clears[at]!)
    }
    for (const hook of this.hooks) {
      if (hook.start < offset + widthBytes && hook.end > offset) hook.call()
    }
  }

  /** Loads every reset value; no hooks run. */
  resetAll(): void {
    this.bytes.set(this.initial)
  }

  /** The raw bytes, for views and dumps. */
  dump(): Uint8Array {
    return this.bytes.slice()
  }
}
