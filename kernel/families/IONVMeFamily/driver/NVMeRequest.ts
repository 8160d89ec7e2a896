import { kIOReturnMessageTooLarge, kIOReturnSuccess, type IOReturn } from '../../../abi/index.ts'
import {
  IOBufferMemoryDescriptor, IODMACommand, kIOMemoryPhysicallyContiguous, OutputHost64, segmentOptions,
  type IOMemoryDescriptor,
} from '../../../iokit/index.ts'
import { present } from '../../../sim/index.ts'

const PAGE_BYTES = 4096
const LIST_ENTRIES = PAGE_BYTES / 8

/** Told when a command is done: NVMe status and first result dword. */
export type NVMeCompletion = (status: number, result: number) => void

/** A command that waits for a slot. */
export interface NVMeCommandFields {
  readonly opcode: number
  readonly nsid: number
  readonly buffer: IOMemoryDescriptor | null
  /** Memory that stays with the device: goes into the first PRP as it is. */
  readonly address?: number
  readonly cdw10: number
  readonly cdw11: number
  readonly cdw12: number
}

/** One command identifier: the memory it transfers, its PRP list page, and whom to tell. */
export class NVMeRequest {
  prp1 = 0
  prp2 = 0
  completion: NVMeCompletion | null = null
  private buffer: IOMemoryDescriptor | null = null
  private dma: IODMACommand | null = null
  private list: IOBufferMemoryDescriptor | null = null
  private listWords: Uint32Array | null = null

  constructor(readonly cid: number) {}

  /** Wires the buffer and lays out its physical pages (NVMe 1.4, 4.3). */
  setBuffer(buffer: IOMemoryDescriptor | null): IOReturn {
    this.prp1 = 0
    this.prp2 = 0
    if (buffer === null) return kIOReturnSuccess
    const wired = buffer.prepare()
    if (wired !== kIOReturnSuccess) return wired
    this.buffer = buffer
    if (this.layOut(
      (offset) => buffer.getPhysicalSegment(offset), buffer.getLength(),
    )) return kIOReturnSuccess
    const result = this.bounce(buffer)
    if (result !== kIOReturnSuccess) this.clear()
    return result
  }

  /** The transfer is over: copies back what bounced and unwires. */
  clear(): void {
    if (this.dma !== null) {
      this.dma.clearMemoryDescriptor()
      this.dma.release()
      this.dma = null
    }
    this.buffer?.complete()
    this.buffer = null
  }

  release(): void {
    this.clear()
    this.list?.release()
    this.list = null
    this.listWords = null
  }

  /** Memory whose inner pieces are not whole pages goes through an aligned copy. */
  private bounce(buffer: IOMemoryDescriptor): IOReturn {
    const dma = IODMACommand.withSpecification(OutputHost64, segmentOptions(64, 0, 0, PAGE_BYTES))
    if (dma === null) return kIOReturnMessageTooLarge
    this.dma = dma
    const result = dma.setMemoryDescriptor(buffer)
    if (result !== kIOReturnSuccess) return result
    const segment = { fIOVMAddr: 0, fLength: 0 }
    const runs = (offset: number): { address: number; length: number } => {
      dma.genIOVMSegments({ offset, count: 1 }, [segment])
      return { address: segment.fIOVMAddr, length: segment.fLength }
    }
    return this.layOut(runs, buffer.getLength()) ? kIOReturnSuccess : kIOReturnMessageTooLarge
  }

  /** False when a page but the first does not start on a page boundary, or the list is full. */
  private layOut(
    segmentAt: (offset: number) => { address: number; length: number }, sizeBytes: number,
  ): boolean {
    let count = 0
    for (let offset = 0; offset < sizeBytes;) {
      const { address, length } = segmentAt(offset)
      if (length === 0) return false
      const end = Math.min(address + length, address + sizeBytes - offset)
      for (let at = address; at < end;) {
        const next = Math.min(end, (Math.floor(at / PAGE_BYTES) + 1) * PAGE_BYTES)
        if (!this.addPage(count++, at)) return false
        offset += next - at
        at = next
      }
      if (offset < sizeBytes && end % PAGE_BYTES !== 0) return false
    }
    return true
  }

  private addPage(index: number, address: number): boolean {
    if (index === 0) {
      this.prp1 = address
      return address % 4 === 0
    }
    if (address % PAGE_BYTES !== 0 || index > LIST_ENTRIES) return false
    if (index === 1) {
      this.prp2 = address
      return true
    }
    const words = this.listPage()
    if (words === null) return false
    if (index === 2) {
      putAddress(words, 0, this.prp2)
      this.prp2 = present(this.list, 'a list page').getPhysicalSegment(0).address
    }
    putAddress(words, index - 1, address)
    return true
  }

  private listPage(): Uint32Array | null {
    if (this.listWords !== null) return this.listWords
    this.list = IOBufferMemoryDescriptor.withOptions(kIOMemoryPhysicallyContiguous, PAGE_BYTES, PAGE_BYTES)
    const bytes = this.list?.getBytes() ?? null
    if (bytes === null) return null
    this.listWords = new Uint32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, LIST_ENTRIES * 2)
    return this.listWords
  }
}

function putAddress(words: Uint32Array, index: number, address: number): void {
  words[2 * index] = address % 4294967296
  words[2 * index + 1] = Math.floor(address / 4294967296)
}
