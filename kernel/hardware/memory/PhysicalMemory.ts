import { assert } from '../../sim/index.ts'

/** RAM is made in pieces of this size, when first written. */
export const CHUNK_BYTES = 1 << 21
const CHUNK_MASK = CHUNK_BYTES - 1

/** One piece of RAM under three views. */
interface Chunk {
  readonly bytes: Uint8Array
  readonly view: DataView
}

/**
 * Sparse RAM of one contiguous range of physical addresses. Pieces that were never written read as zero and
 * take no host memory. Callers check the range (`AddressSpace` does); here it is asserted.
 */
export class PhysicalMemory {
  private readonly chunks: (Chunk | undefined)[]
  readonly end: number

  constructor(readonly start: number, readonly sizeBytes: number) {
    assert(Number.isSafeInteger(start + sizeBytes) && start % 4096 === 0, 'RAM starts on a page')
    assert(sizeBytes > 0 && sizeBytes % 4096 === 0, 'RAM is a whole number of pages')
    this.end = start + sizeBytes
    this.chunks = new Array<Chunk | undefined>(Math.ceil(sizeBytes / CHUNK_BYTES))
  }

  /** Host memory in use. */
  get residentBytes(): number {
    let count = 0
    for (const chunk of this.chunks) if (chunk !== undefined) count++
    return count * CHUNK_BYTES
  }

  contains(address: number): boolean {
    return address >= this.start && address < this.end
  }

  /** Reads 1, 2 or 4 bytes, little-endian, that do not cross a chunk. */
  read(address: number, widthBytes: 1 | 2 | 4): number {
    const offset = address - this.start
    const chunk = this.chunks[(offset / CHUNK_BYTES) | 0]
    if (chunk === undefined) return 0
    const at = offset & CHUNK_MASK
    if (widthBytes === 4) return chunk.view.getUint32(at, true)
    return widthBytes === 2 ? chunk.view.getUint16(at, true) : chunk.bytes[at]!
  }

  /** Writes 1, 2 or 4 bytes, little-endian, that do not cross a chunk. */
  write(address: number, widthBytes: 1 | 2 | 4, value: number): void {
    const offset = address - this.start
    const chunk = this.chunk((offset / CHUNK_BYTES) | 0)
    const at = offset & CHUNK_MASK
    if (widthBytes === 4) chunk.view.setUint32(at, value, true)
    else if (widthBytes === 2) chunk.view.setUint16(at, value, true)
    else chunk.bytes[at] = value
  }

  /**
   * The host bytes behind [address, address + sizeBytes), or null when they cross a chunk.
   * Stays valid for the life of the memory.
   */
  span(address: number, sizeBytes: number): Uint8Array | null {
    const offset = address - this.start
    assert(offset >= 0 && address + sizeBytes <= this.end, 'a span lies inside RAM')
    const at = offset & CHUNK_MASK
    if (at + sizeBytes > CHUNK_BYTES) return null
    return this.chunk((offset / CHUNK_BYTES) | 0).bytes.subarray(at, at + sizeBytes)
  }

  /** Copies RAM out into `target`. */
  copyOut(address: number, target: Uint8Array): void {
    let offset = address - this.start
    for (let done = 0; done < target.length;) {
      const at = offset & CHUNK_MASK
      const size = Math.min(target.length - done, CHUNK_BYTES - at)
      const chunk = this.chunks[(offset / CHUNK_BYTES) | 0]
      if (chunk === undefined) target.fill(0, done, done + size)
      else target.set(chunk.bytes.subarray(at, at + size), done)
      done += size
      offset += size
    }
  }

  /** Copies `source` into RAM. */
  copyIn(address: number, source: Uint8Array): void {
    let offset = address - this.start
    for (let done = 0; done < source.length;) {
      const at = offset & CHUNK_MASK
      const size = Math.min(source.length - done, CHUNK_BYTES - at)
      const { bytes } = this.chunk((offset / CHUNK_BYTES) | 0)
      bytes.set(size === source.length ? source : source.subarray(done, done + size), at)
      done += size
      offset += size
    }
  }

  /** Fills RAM with zeros; pieces that were never written stay unmade. */
  zero(address: number, sizeBytes: number): void {
    let offset = address - this.start
    for (const end = offset + sizeBytes; offset < end;) {
      const at = offset & CHUNK_MASK
      const size = Math.min(end - offset, CHUNK_BYTES - at)
      this.chunks[(offset / CHUNK_BYTES) | 0]?.bytes.fill(0, at, at + size)
      offset += size
    }
  }

  /** Forgets all contents: power was lost. */
  clear(): void {
    this.chunks.fill(undefined)
  }

  private chunk(index: number): Chunk {
    const present = this.chunks[index]
    if (present !== undefined) return present
    const size = Math.min(CHUNK_BYTES, this.sizeBytes - index * CHUNK_BYTES)
    const buffer = new ArrayBuffer(size)
    const made = { bytes: new Uint8Array(buffer), view: new DataView(buffer) }
    this.chunks[index] = made
    return made
  }
}

