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

type Container = PlistValue[] | Set<PlistValue> | Map<string, PlistValue>

class BinaryPlistWriter {
  /** The objects by number, and where in `refs` the numbers of a container's members begin. */
  private readonly objects: PlistValue[] = []
  private readonly refStarts: number[] = []
  private readonly refs: number[] = []
  private readonly strings = new Map<string, number>()
  private readonly numbers = new Map<number | bigint, number>()
  private readonly others = new Map<unknown, number>()
  private buffer = new Uint8Array(1 << 16)
  private view = new DataView(this.buffer.buffer)
  private length = 0

  /** Numbers the object and all it holds; answers its number. */
  flatten(value: PlistValue, depth: number): number {
    if (depth > maxDepth) throw new RangeError(`a property list may not be nested over ${maxDepth} deep, or in itself`)
    switch (typeof value) {
      case 'string': return this.numberOf(this.strings, value, value)
      case 'number': return this.numberOf(this.numbers, value, value)
      case 'bigint': {
        const isExact = value >= -0x1fffffffffffffn && value <= 0x1fffffffffffffn
        return this.numberOf(this.numbers, isExact ? Number(value) : value, value)
      }
      case 'boolean': return this.numberOf(this.others, value, value)
    }
    if (isContainer(value)) return this.flattenContainer(value, depth)
    return this.numberOf(this.others, leafKey(value), value)
  }

  private numberOf<Key>(known: Map<Key, number>, key: Key, value: PlistValue): number {
    let number = known.get(key)
    if (number === undefined) {
      number = this.add(value, 0)
      known.set(key, number)
    }
    return number
  }

  private add(value: PlistValue, refStart: number): number {
    this.refStarts.push(refStart)
    return this.objects.push(value) - 1
  }

  finish(): Uint8Array {
    const { objects } = this
    const refSize = byteCount(objects.length)
    this.addText('bplist00')
    const offsets = new Float64Array(objects.length)
    for (let number = 0; number < objects.length; number++) {
      offsets[number] = this.length
      this.addObject(number, refSize)
    }
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

  private flattenContainer(value: Container, depth: number): number {
    const known = this.others.get(value)
    if (known !== undefined) return known
    const { refs } = this
    let at = refs.length
    const number = this.add(value, at)
    for (let left = refCount(value); left > 0; left--) refs.push(0)
    if (value instanceof Map) for (const key of value.keys()) refs[at++] = this.flatten(key, depth + 1)
    for (const member of value.values()) refs[at++] = this.flatten(member, depth + 1)
    this.others.set(value, number)
    return number
  }

  private addObject(number: number, refSize: number): void {
    const value = this.objects[number]!
    switch (typeof value) {
      case 'string': return this.addString(value)
      case 'boolean': return this.addUnsigned(value ? 9 : 8, 1)
      case 'number': case 'bigint': return this.addInteger(value)
    }
    if (isContainer(value)) {
      const count = refCount(value)
      const start = this.refStarts[number]!
      this.addHead(value instanceof Map ? 0xd0 : 0xa0, value instanceof Map ? value.size : count)
      for (let at = start; at < start + count; at++) this.addUnsigned(this.refs[at]!, refSize)
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
    const { buffer } = this
    let at = this.length
    if (size > 4) {
      const high = Math.floor(value / 0x100000000)
      for (let i = size - 1; i >= 4; i--) buffer[at++] = i > 7 ? 0 : high >>> ((i - 4) * 8)
    }
    const low = value >>> 0
    for (let i = Math.min(size, 4) - 1; i >= 0; i--) buffer[at++] = low >>> (i * 8)
    this.length = at
  }

  private reserve(size: number): void {
    if (this.length + size <= this.buffer.length) return
    const grown = new Uint8Array(Math.max(this.length + size, this.buffer.length * 2))
    grown.set(this.buffer)
    this.buffer = grown
    this.view = new DataView(grown.buffer)
  }
}

/** Keys and values of a dictionary, members of anything else. */
function refCount(value: Container): number {
  return Array.isArray(value) ? value.length : value instanceof Map ? value.size * 2 : value.size
}

function isContainer(value: PlistValue): value is Container {
  return Array.isArray(value) || value instanceof Map || value instanceof Set
}

/** What makes two other leaves the same: kind and value. Data is the same only if it is one object. */
function leafKey(value: PlistValue): unknown {
  if (value instanceof PlistReal) return Object.is(value.value, -0) ? 'r-0' : `r${value.value}`
  if (value instanceof PlistDate) return `d${value.secondsSince2001}`
  if (value instanceof PlistUid) return `u${value.value}`
  return value
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false
  return true
}
