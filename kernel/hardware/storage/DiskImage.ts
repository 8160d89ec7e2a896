import { assert } from '../../sim/index.ts'

/** Bytes that the host keeps for a disk: a file. Calls are synchronous; false means the host failed. */
export interface BlockBacking {
  readonly name: string
  readonly sizeBytes: number
  /** Whether writes may go to the host; else the image keeps them in memory. */
  readonly writable: boolean
  read(offset: number, target: Uint8Array): boolean
  write(offset: number, source: Uint8Array): boolean
  flush(): boolean
}

/** Size, block size and where the blocks are kept. */
export interface DiskImageOptions {
  readonly sizeBytes: number
  /** Bytes of a logical block. */
  readonly blockBytes: 512 | 4096
  readonly backing?: BlockBacking | null
}

const CHUNK_BYTES = 1 << 17

/**
 * The blocks of a disk: sparse in memory, over a host file where there is one. A read-only file is never
 * changed; what the machine writes over it stays in memory, so that a replay sees the same disk.
 */
export class DiskImage {
  readonly sizeBytes: number
  readonly blockBytes: number
  readonly backing: BlockBacking | null
  private readonly chunks = new Map<number, Uint8Array>()

  constructor(options: DiskImageOptions) {
    this.blockBytes = options.blockBytes
    this.sizeBytes = Math.floor(options.sizeBytes / options.blockBytes) * options.blockBytes
    this.backing = options.backing ?? null
    assert(this.sizeBytes > 0, 'a disk has at least one block')
  }

  get blockCount(): number {
    return this.sizeBytes / this.blockBytes
  }

  /** Host memory in use. */
  get residentBytes(): number {
    return this.chunks.size * CHUNK_BYTES
  }

  /** Copies bytes out; false when the host failed. The range lies inside the disk. */
  read(offset: number, target: Uint8Array): boolean {
    assert(offset >= 0 && offset + target.length <= this.sizeBytes, 'read inside the disk')
    for (let done = 0; done < target.length;) {
      const index = Math.floor((offset + done) / CHUNK_BYTES)
      const at = (offset + done) % CHUNK_BYTES
      const size = Math.min(target.length - done, CHUNK_BYTES - at)
      const chunk = this.chunks.get(index)
      if (chunk !== undefined) target.set(size === CHUNK_BYTES ? chunk : chunk.subarray(at, at + size), done)
      else if (!this.readBacking(offset + done, target.subarray(done, done + size))) return false
      done += size
    }
    return true
  }

  /** Stores bytes; false when the host failed. The range lies inside the disk. */
  write(offset: number, source: Uint8Array): boolean {
    assert(offset >= 0 && offset + source.length <= this.sizeBytes, 'write inside the disk')
    if (this.backing?.writable === true) return this.backing.write(offset, source)
    for (let done = 0; done < source.length;) {
      const index = Math.floor((offset + done) / CHUNK_BYTES)
      const at = (offset + done) % CHUNK_BYTES
      const size = Math.min(source.length - done, CHUNK_BYTES - at)
      const chunk = this.chunk(index, size === CHUNK_BYTES)
      if (chunk === null) return false
      chunk.set(source.subarray(done, done + size), at)
      done += size
    }
    return true
  }

  /** Makes a range read as zero; whole pieces give their memory back. False when the host failed. */
  discard(offset: number, sizeBytes: number): boolean {
    for (let done = 0; done < sizeBytes;) {
      const index = Math.floor((offset + done) / CHUNK_BYTES)
      const at = (offset + done) % CHUNK_BYTES
      const size = Math.min(sizeBytes - done, CHUNK_BYTES - at)
      if (size === CHUNK_BYTES && this.backing === null) this.chunks.delete(index)
      else if (this.backing !== null || this.chunks.has(index)) {
        if (!this.write(offset + done, new Uint8Array(size))) return false
      }
      done += size
    }
    return true
  }

  /** Makes what was written durable on the host. */
  flush(): boolean {
    return this.backing?.writable === true ? this.backing.flush() : true
  }

  private readBacking(offset: number, target: Uint8Array): boolean {
    if (this.backing === null || offset >= this.backing.sizeBytes) {
      target.fill(0)
      return true
    }
    const held = Math.min(target.length, this.backing.sizeBytes - offset)
    target.fill(0, held)
    return this.backing.read(offset, held === target.length ? target : target.subarray(0, held))
  }

  private chunk(index: number, overwritten: boolean): Uint8Array | null {
    const present = this.chunks.get(index)
    if (present !== undefined) return present
    const made = new Uint8Array(CHUNK_BYTES)
    const start = index * CHUNK_BYTES
    const held = Math.min(CHUNK_BYTES, this.sizeBytes - start)
    if (!overwritten && this.backing !== null && !this.readBacking(start, made.subarray(0, held))) return null
    this.chunks.set(index, made)
    return made
  }
}
