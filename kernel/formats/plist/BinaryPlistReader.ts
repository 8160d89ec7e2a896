import type { Problem, Result } from '../../api/Problem.ts'
import { decodeLatin1, decodeUtf8Lossless } from '../utf8.ts'
import {
  defaultPlistLimits, PlistData, PlistDate, PlistReal, PlistUid, type PlistLimits, type PlistReadOptions, type PlistValue,
} from './PlistValue.ts'
import { narrow } from './xmlScalars.ts'

const headerLength = 8
const trailerLength = 32

const unseen = 0
const inProgress = 1
const complete = 2

/** A container being filled: where its references stand and which is next. */
interface Open {
  readonly index: number
  readonly value: PlistValue[] | Set<PlistValue> | Map<string, PlistValue>
  /** Offset of the first reference; for a dictionary keys, then values. */
  readonly refsAt: number
  readonly count: number
  next: number
}

/** Does the document begin as a binary property list? */
export function isBinaryPlist(bytes: Uint8Array): boolean {
  return bytes.length >= headerLength && decodeLatin1(bytes, 0, 6) === 'bplist'
}

/**
 * Reads a binary property list (`bplist00`). Work is bounded by the input: references and text that overlap so as to
 * exceed its size are refused, as are cycles. Shared objects stay shared.
 */
export function parseBinaryPlist(bytes: Uint8Array, options: PlistReadOptions = {}): Result<PlistValue> {
  return new BinaryPlistReader(bytes, options).read()
}

class BinaryPlistReader {
  private readonly view: DataView
  private readonly limits: PlistLimits
  private readonly where: string
  private problem: Problem | null = null
  private readonly stack: Open[] = []
  private values: (PlistValue | undefined)[] = []
  private states = new Uint8Array(0)
  private offsetSize = 0
  private refSize = 0
  private tableAt = 0
  private referenceBytes = 0
  private textBytes = 0

  constructor(private readonly bytes: Uint8Array, options: PlistReadOptions) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.limits = { ...defaultPlistLimits, ...options.limits }
    this.where = options.where ?? 'property list'
  }

  read(): Result<PlistValue> {
    const top = this.readTrailer()
    if (top >= 0) this.visit(top)
    while (this.problem === null && this.stack.length > 0) this.fillNext(this.stack[this.stack.length - 1]!)
    const value = this.values[top]
    if (this.problem !== null) return { ok: false, problems: [this.problem] }
    if (value === undefined) return { ok: false, problems: [{ where: this.where, message: 'There is no top object' }] }
    return { ok: true, value }
  }

  /** Reads and checks the trailer; answers the top object's number, -1 after a fault. */
  private readTrailer(): number {
    const { bytes, view } = this
    if (bytes.length > this.limits.maxSizeBytes) {
      return this.fail(`The document is too large: at most ${this.limits.maxSizeBytes} bytes are read`, 0)
    }
    if (bytes.length < headerLength + trailerLength) return this.fail('The document is too short for its trailer', 0)
    const at = bytes.length - trailerLength
    this.offsetSize = view.getUint8(at + 6)
    this.refSize = view.getUint8(at + 7)
    const count = this.readUnsigned(at + 8, 8)
    const top = this.readUnsigned(at + 16, 8)
    this.tableAt = this.readUnsigned(at + 24, 8)
    if (this.offsetSize < 1 || this.offsetSize > 8) return this.fail('The size of offsets must be 1 to 8', at + 6)
    if (this.refSize < 1 || this.refSize > 8) return this.fail('The size of references must be 1 to 8', at + 7)
    if (this.tableAt < headerLength || this.tableAt + count * this.offsetSize > at) {
      return this.fail('The table of offsets does not lie inside the document', at + 24)
    }
    if (top >= count) return this.fail('The top object is not one of the objects', at + 16)
    if (count > this.limits.maxValues) {
      return this.fail(`Too many values: at most ${this.limits.maxValues} are read`, at + 8)
    }
    this.states = new Uint8Array(count)
    this.values = new Array<PlistValue | undefined>(count)
    return top
  }

  /** Reads an object not yet met; containers go on the stack and are filled later. */
  private visit(index: number): void {
    const at = this.readUnsigned(this.tableAt + index * this.offsetSize, this.offsetSize)
    if (at < headerLength || at >= this.tableAt) {
      this.fail(`Object ${index} does not lie between header and table of offsets`, at)
      return
    }
    const marker = this.bytes[at]!
    const type = marker >> 4
    if (type >= 0xa) return this.openContainer(index, at, type)
    const value = this.readLeaf(at, type, marker & 0xf)
    if (value === undefined) return
    this.values[index] = value
    this.states[index] = complete
  }

  private readLeaf(at: number, type: number, low: number): PlistValue | undefined {
    switch (type) {
      case 0x0:
        if (low === 8 || low === 9) return low === 9
        break
      case 0x1: return this.readInteger(at, low)
      case 0x2:
        if (low === 2 && this.fits(at + 1, 4)) return new PlistReal(this.view.getFloat32(at + 1))
        if (low === 3 && this.fits(at + 1, 8)) return new PlistReal(this.view.getFloat64(at + 1))
        break
      case 0x3:
        if (low === 3 && this.fits(at + 1, 8)) return new PlistDate(this.view.getFloat64(at + 1))
        break
      case 0x4: return this.readRun(at, low, 1, (start, end) => new PlistData(this.bytes.slice(start, end)))
      case 0x5: return this.readRun(at, low, 1, (start, end) => decodeLatin1(this.bytes, start, end))
      case 0x6: return this.readRun(at, low, 2, (start, end) => this.decodeUtf16(start, end))
      case 0x7: return this.readRun(at, low, 1, (start, end) => decodeUtf8Lossless(this.bytes, start, end))
      case 0x8:
        if (this.fits(at + 1, low + 1) && low < 8) return new PlistUid(this.readUnsigned(at + 1, low + 1))
        break
    }
    this.fail(`An object cannot begin with the byte 0x${this.bytes[at]!.toString(16)}, or it is cut off`, at)
    return undefined
  }

  private readInteger(at: number, low: number): PlistValue | undefined {
    const size = 2 ** low
    if (low > 4 || !this.fits(at + 1, size)) {
      this.fail('A whole number has 1, 2, 4, 8 or 16 bytes inside the document', at)
      return undefined
    }
    if (size <= 4) return this.readUnsigned(at + 1, size)
    if (size === 8) return narrow(this.view.getBigInt64(at + 1))
    const value = (this.view.getBigInt64(at + 1) << 64n) | this.view.getBigUint64(at + 9)
    if (value >= -(2n ** 63n) && value < 2n ** 64n) return narrow(value)
    this.fail('A whole number must lie between -2^63 and 2^64-1', at)
    return undefined
  }

  /** A run of `count` units of data or text after its marker. */
  private readRun<T>(at: number, low: number, unitSize: number, make: (start: number, end: number) => T): T | undefined {
    const head = this.readCount(at, low)
    if (head === null) return undefined
    const size = head.count * unitSize
    this.textBytes += size
    if (!this.fits(head.start, size) || this.textBytes > this.bytes.length) {
      this.fail('Text or data does not lie inside the document, or overlaps other objects', at)
      return undefined
    }
    return make(head.start, head.start + size)
  }

  /** Count of a sized object and where its contents start; null after a fault. */
  private readCount(at: number, low: number): { readonly count: number; readonly start: number } | null {
    if (low < 0xf) return { count: low, start: at + 1 }
    const marker = this.bytes[at + 1] ?? 0
    const size = 2 ** (marker & 0xf)
    if (marker >> 4 !== 1 || size > 8 || !this.fits(at + 2, size)) {
      this.fail('The count of an object must be a whole number of up to 8 bytes', at)
      return null
    }
    return { count: this.readUnsigned(at + 2, size), start: at + 2 + size }
  }

  private openContainer(index: number, at: number, type: number): void {
    const low = this.bytes[at]! & 0xf
    const isDict = type === 0xd
    const head = this.readCount(at, low)
    if (head === null) return
    const size = head.count * this.refSize * (isDict ? 2 : 1)
    this.referenceBytes += size
    if (type > 0xd || !this.fits(head.start, size) || this.referenceBytes > this.bytes.length) {
      this.fail('A container does not lie inside the document, or overlaps other objects', at)
      return
    }
    if (this.stack.length >= this.limits.maxDepth) {
      this.fail(`Nested too deeply: at most ${this.limits.maxDepth} containers in each other`, at)
      return
    }
    const value = isDict ? new Map<string, PlistValue>() : type === 0xa ? [] : new Set<PlistValue>()
    this.states[index] = inProgress
    this.stack.push({ index, value, refsAt: head.start, count: head.count, next: 0 })
  }

  /** Puts members into the innermost container until one must be read first or the container is full. */
  private fillNext(open: Open): void {
    const { refSize } = this
    while (open.next < open.count) {
      const at = open.refsAt + open.next * refSize
      const isDict = open.value instanceof Map
      if (isDict && !this.isReady(at)) return
      const valueAt = isDict ? at + open.count * refSize : at
      if (!this.isReady(valueAt)) return
      const value = this.values[this.readUnsigned(valueAt, refSize)]!
      if (open.value instanceof Map) {
        const key = this.values[this.readUnsigned(at, refSize)]
        if (typeof key !== 'string') return void this.fail('A key of a dictionary must be a string', at)
        open.value.set(key, value)
      } else if (open.value instanceof Set) {
        open.value.add(value)
      } else {
        open.value.push(value)
      }
      open.next++
    }
    this.states[open.index] = complete
    this.values[open.index] = open.value
    this.stack.pop()
  }

  /** True if the object referred to at `at` is complete; else it is visited first (and may be complete then). */
  private isReady(at: number): boolean {
    const index = this.readUnsigned(at, this.refSize)
    const state = this.states[index]
    if (state === complete) return true
    if (state === undefined) {
      this.fail(`There is no object ${index}`, at)
    } else if (state === inProgress) {
      this.fail(`Object ${index} contains itself`, at)
    } else if (state === unseen) {
      this.visit(index)
      return this.states[index] === complete
    }
    return false
  }

  private decodeUtf16(start: number, end: number): string {
    let text = ''
    for (let at = start; at < end; at += 2) text += String.fromCharCode(this.view.getUint16(at))
    return text
  }

  private fits(at: number, size: number): boolean {
    return at + size <= this.tableAt
  }

  private readUnsigned(at: number, size: number): number {
    let value = 0
    for (let i = 0; i < size; i++) value = value * 256 + this.bytes[at + i]!
    return value
  }

  private fail(message: string, offset: number): -1 {
    this.problem ??= { where: this.where, message, seen: `offset ${offset}` }
    return -1
  }
}
