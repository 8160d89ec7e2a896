/** Bytes of a Mach-O file in its own byte order. Reading beyond the end gives zeros; `has` asks first. */
export class MachOBytes {
  private readonly view: DataView
  readonly all: Uint8Array
  readonly length: number
  readonly isLittle: boolean

  constructor(bytes: Uint8Array, isLittle: boolean) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.all = bytes
    this.length = bytes.byteLength
    this.isLittle = isLittle
  }

  has(offset: number, length: number): boolean {
    return offset >= 0 && length >= 0 && offset + length <= this.length
  }

  u8(offset: number): number {
    return this.has(offset, 1) ? this.view.getUint8(offset) : 0
  }

  u32(offset: number): number {
    return this.has(offset, 4) ? this.view.getUint32(offset, this.isLittle) : 0
  }

  u64(offset: number): bigint {
    return this.has(offset, 8) ? this.view.getBigUint64(offset, this.isLittle) : 0n
  }

  /** A length or an offset of 64 bits; beyond what a file can have it is infinite. */
  size(offset: number): number {
    const value = this.u64(offset)
    return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.POSITIVE_INFINITY : Number(value)
  }

  /** A text that ends at a zero byte, at `end` or after `longest` bytes. */
  text(offset: number, end: number, longest: number): string {
    const limit = Math.min(end, this.length, offset + longest)
    let result = ''
    for (let at = offset; at < limit; at++) {
      const code = this.view.getUint8(at)
      if (code === 0) break
      result += String.fromCharCode(code)
    }
    return result
  }
}
