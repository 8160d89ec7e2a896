import { IOR_VALUES_PER_ELEMENT, type IOReportChannelType } from './IOReportTypes.ts'

/** Bytes of an element: provider, channel, kind, time, four values. */
export const ELEMENT_BYTES = 64

const CHANNEL_AT = 8
const TYPE_AT = 16
const TIME_AT = 24
const VALUES_AT = 32

/** The four values of an element. */
export type ElementValues = [bigint, bigint, bigint, bigint]

/** The elements of a reporter, in the bytes that a report carries. */
export class ElementTable {
  private bytes = new Uint8Array(0)
  private view = new DataView(this.bytes.buffer)

  get count(): number {
    return this.bytes.length / ELEMENT_BYTES
  }

  /** Adds the elements of one more channel, all values zero. */
  addChannel(providerID: bigint, channelID: bigint, type: IOReportChannelType): void {
    const first = this.count
    const bytes = new Uint8Array(this.bytes.length + type.nelements * ELEMENT_BYTES)
    bytes.set(this.bytes)
    this.bytes = bytes
    this.view = new DataView(bytes.buffer)
    for (let index = 0; index < type.nelements; index++) {
      const at = (first + index) * ELEMENT_BYTES
      this.view.setBigUint64(at, providerID, true)
      this.view.setBigUint64(at + CHANNEL_AT, channelID, true)
      this.view.setUint8(at + TYPE_AT, type.report_format)
      this.view.setUint16(at + TYPE_AT + 2, type.categories, true)
      this.view.setUint16(at + TYPE_AT + 4, type.nelements, true)
      this.view.setInt16(at + TYPE_AT + 6, index, true)
    }
  }

  channelID(element: number): bigint {
    return this.view.getBigUint64(element * ELEMENT_BYTES + CHANNEL_AT, true)
  }

  values(element: number): ElementValues {
    const values: ElementValues = [0n, 0n, 0n, 0n]
    for (let i = 0; i < IOR_VALUES_PER_ELEMENT; i++) values[i] = this.value(element, i)
    return values
  }

  /** One of the four, as a signed number. */
  value(element: number, index: number): bigint {
    return this.view.getBigInt64(this.valueAt(element, index), true)
  }

  setValues(element: number, values: readonly bigint[], timeNs: number): void {
    for (let i = 0; i < IOR_VALUES_PER_ELEMENT; i++) {
      this.view.setBigInt64(this.valueAt(element, i), BigInt.asIntN(64, values[i]!), true)
    }
    this.view.setBigUint64(element * ELEMENT_BYTES + TIME_AT, BigInt(Math.floor(timeNs)), true)
  }

  /** The bytes of some elements, not a copy. */
  slice(first: number, count: number): Uint8Array {
    return this.bytes.subarray(first * ELEMENT_BYTES, (first + count) * ELEMENT_BYTES)
  }

  private valueAt(element: number, index: number): number {
    return element * ELEMENT_BYTES + VALUES_AT + index * 8
  }
}
