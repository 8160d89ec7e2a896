import { PlistData, PlistDate, PlistReal, PlistUid, type PlistValue } from './PlistValue.ts'

const maxDepth = 2000

/** Number of bytes (1, 2, 4 or 8) that hold the value. */
function byteCount(value: number): number {
  return value < 0x100 ? 1 : value < 0x10000 ? 2 : value < 0x100000000 ? 4 : 8
}

/**
 * Writes a binary property list as CoreFoundation lays it out: a container, then its keys, then its values; equal
 * leaves once only. Linear. Sets are written as arrays.
 */
export function writeBinaryPlist(value: PlistValue): Uint8Array {
  const writer = new BinaryPlistWriter()
  writer.flatten(value, 0)
  return writer.finish()
}

/** An object to be written, with the numbers of its members if it is a container. */
interface FlatObject {
  readonly value: PlistValue
  readonly refs: number[]
}

class BinaryPlistWriter {
  private readonly objects: FlatObject[] = []
  private readonly leaves = new Map<unknown, number>()
  private readonly containers = new Map<object, number>()
  private buffer = new Uint8Array(4096)
  private view = new DataView(this.buffer.buffer)
  private length = 0

  /** Numbers the object and all it holds; answers its number. */
  flatten(value: PlistValue, depth: number): number {
    if (depth > maxDepth) throw new RangeError(`a property list may not be nested over ${maxDepth} deep, or in itself`)
    if (typeof value === 'object' && isContainer(value)) return this.flattenContainer(value, depth)
    const key = leafKey(value)
    const known = this.leaves.get(key)
    if (known !== undefined) return known
    const number = this.objects.length
    this.leaves.set(key, number)
    this.objects.push({ value, refs: [] })
    return number
  }

  finish(): Uint8Array {
    const { objects } = this
    const refSize = byteCount(objects.length)
    this.addText('bplist00')
    const offsets = objects.map((object) => {
      const offset = this.length
      this.addObject(object, refSize)
      return offset
    })
    const tableAt = this.length
    const offsetSize = byteCount(tableAt)
    for (const offset of offsets) this.addUnsigned(offset, offsetSize)
    this.addUnsigned(0, 6)
    this.addUnsigned(offsetSize, 1)
    this.addUnsigned(refSize, 1)
    this.addUnsigned(objects.length, 8)
    this.addUnsigned(0, 8)
    this.addUnsigned(tableAt, 8)
    return this.buffer.slice(0, this.length)
  }

  private flattenContainer(value: PlistValue[] | Set<PlistValue> | Map<string, PlistValue>, depth: number): number {
    const known = this.containers.get(value)
    if (known !== undefined) return known
    const number = this.objects.length
    const refs: number[] = []
    this.objects.push({ value, refs })
    if (value instanceof Map) for (const key of value.keys()) refs.push(this.flatten(key, depth + 1))
    for (const member of value.values()) refs.push(this.flatten(member, depth + 1))
    this.containers.set(value, number)
    return number
  }

  private addObject({ value, refs }: FlatObject, refSize: number): void {
    switch (typeof value) {
      case 'string': return this.addString(value)
      case 'boolean': return this.addUnsigned(value ? 9 : 8, 1)
      case 'number': case 'bigint': return this.addInteger(value)
    }
    if (isContainer(value)) {
      const isDict = value instanceof Map
      this.addHead(isDict ? 0xd0 : 0xa0, isDict ? refs.length / 2 : refs.length)
      for (const ref of refs) this.addUnsigned(ref, refSize)
    } else if (value instanceof PlistData) {
      this.addHead(0x40, value.bytes.length)
      this.reserve(value.bytes.length)
      this.buffer.set(value.bytes, this.length)
      this.length += value.bytes.length
    } else if (value instanceof PlistUid) {
      const size = byteCount(value.value)
      this.addUnsigned(0x80 | (size - 1), 1)
      this.addUnsigned(value.value, size)
    } else {
      this.addUnsigned(value instanceof PlistReal ? 0x23 : 0x33, 1)
      this.reserve(8)
      this.view.setFloat64(this.length, value instanceof PlistReal ? value.value : value.secondsSince2001)
      this.length += 8
    }
  }

  private addString(text: string): void {
    if (isAscii(text)) {
      this.addHead(0x50, text.length)
      this.addText(text)
      return
    }
    this.addHead(0x60, text.length)
    this.reserve(text.length * 2)
    for (let i = 0; i < text.length; i++) {
      this.view.setUint16(this.length, text.charCodeAt(i))
      this.length += 2
    }
  }

  private addInteger(value: number | bigint): void {
    if (value >= 0 && value <= 0xffffffff) {
      const size = byteCount(Number(value))
      this.addUnsigned(size === 1 ? 0x10 : size === 2 ? 0x11 : 0x12, 1)
      this.addUnsigned(Number(value), size)
      return
    }
    const wide = BigInt(value)
    const isLong = wide >= 2n ** 63n
    this.addUnsigned(isLong ? 0x14 : 0x13, 1)
    if (isLong) this.addUnsigned(0, 8)
    this.reserve(8)
    this.view.setBigUint64(this.length, BigInt.asUintN(64, wide))
    this.length += 8
  }

  private addHead(type: number, count: number): void {
    this.addUnsigned(type | Math.min(count, 0xf), 1)
    if (count >= 0xf) this.addInteger(count)
  }

  private addText(text: string): void {
    this.reserve(text.length)
    for (let i = 0; i < text.length; i++) this.buffer[this.length++] = text.charCodeAt(i)
  }

  private addUnsigned(value: number, size: number): void {
    this.reserve(size)
    let rest = value
    for (let i = size - 1; i >= 0; i--) {
      this.buffer[this.length + i] = rest % 256
      rest = Math.floor(rest / 256)
    }
    this.length += size
  }

  private reserve(size: number): void {
    if (this.length + size <= this.buffer.length) return
    const grown = new Uint8Array(Math.max(this.length + size, this.buffer.length * 2))
    grown.set(this.buffer)
    this.buffer = grown
    this.view = new DataView(grown.buffer)
  }
}

function isContainer(value: PlistValue): value is PlistValue[] | Set<PlistValue> | Map<string, PlistValue> {
  return Array.isArray(value) || value instanceof Map || value instanceof Set
}

/** What makes two leaves the same: kind and value. Data is the same only if it is one object. */
function leafKey(value: PlistValue): unknown {
  if (typeof value === 'string') return `s${value}`
  if (typeof value === 'number' || typeof value === 'bigint') return `i${value}`
  if (value instanceof PlistReal) return Object.is(value.value, -0) ? 'r-0' : `r${value.value}`
  if (value instanceof PlistDate) return `d${value.secondsSince2001}`
  if (value instanceof PlistUid) return `u${value.value}`
  return value
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false
  return true
}
