import { encodeUtf8Lossless } from '../../formats/utf8.ts'
import { CFArray, CFData, CFNumber, CFSet, type CFType } from './CFTypes.ts'

const END_OF_COLLECTION = 0x80000000
const MAX_DEPTH = 512

/** Collects the words of the binary form. */
class BinaryWriter {
  private bytes = new Uint8Array(256)
  private view = new DataView(this.bytes.buffer)
  private length = 0

  word(value: number): void {
    this.room(4)
    this.view.setUint32(this.length, value >>> 0, true)
    this.length += 4
  }

  /** Bytes, filled up to a multiple of four. */
  padded(bytes: Uint8Array): void {
    const size = (bytes.length + 3) & ~3
    this.room(size)
    this.bytes.set(bytes, this.length)
    this.bytes.fill(0, this.length + bytes.length, this.length + size)
    this.length += size
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.length)
  }

  private room(size: number): void {
    if (this.length + size <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + size))
    grown.set(this.bytes)
    this.bytes = grown
    this.view = new DataView(grown.buffer)
  }
}

/** Writes a value; `last` marks the end of the collection it is in. False when it is nested too deep. */
function write(writer: BinaryWriter, value: CFType, last: number, depth: number): boolean {
  if (depth > MAX_DEPTH) return false
  if (typeof value === 'boolean') writer.word(0x0b000000 | (value ? 1 : 0) | last)
  else if (typeof value === 'string') writeText(writer, value, 0x09000000 | last, false)
  else if (value instanceof CFNumber) writeNumber(writer, value, last)
  else if (value instanceof CFData) {
    writer.word(0x0a000000 | value.bytes.length | last)
    writer.padded(value.bytes)
  } else if (value instanceof CFArray || value instanceof CFSet) {
    writer.word((value instanceof CFArray ? 0x02000000 : 0x03000000) | value.values.length | last)
    return value.values.every((member, index) =>
      write(writer, member, index === value.values.length - 1 ? END_OF_COLLECTION : 0, depth + 1))
  } else {
    writer.word(0x01000000 | value.count | last)
    return value.keys.every((key, index) => {
      writeText(writer, key, 0x08000000, true)
      return write(writer, value.values[index]!, index === value.count - 1 ? END_OF_COLLECTION : 0, depth + 1)
    })
  }
  return true
}

function writeText(writer: BinaryWriter, text: string, kind: number, closed: boolean): void {
  const bytes = encodeUtf8Lossless(closed ? `${text}\0` : text)
  writer.word(kind | bytes.length)
  writer.padded(bytes)
}

function writeNumber(writer: BinaryWriter, number: CFNumber, last: number): void {
  const bits = { SInt32: 32, SInt64: 64, Float32: 31, Float64: 63 }[number.type]
  const bytes = new Uint8Array(8)
  const view = new DataView(bytes.buffer)
  if (typeof number.value === 'bigint') view.setBigInt64(0, BigInt.asIntN(64, number.value), true)
  else view.setFloat64(0, number.value, true)
  writer.word(0x04000000 | bits | last)
  writer.padded(bytes)
}

/**
 * A value in the binary form that the kernel reads; null when it is nested too deep.
 * @xnu IOKitUser IOCFSerialize kIOCFSerializeToBinary — simplified: no back references to values met before
 */
export function IOCFSerializeBinary(value: CFType): Uint8Array | null {
  const writer = new BinaryWriter()
  writer.word(0xd3)
  return write(writer, value, END_OF_COLLECTION, 0) ? writer.finish() : null
}
