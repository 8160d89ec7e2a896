import { kernelState, present } from '../sim/index.ts'
import { PageAllocator, type PhysicalRange } from './PageAllocator.ts'

export type AccessWidth = 1 | 2 | 4

/** The processor's view of physical addresses: RAM and device regions. `kernel/machine` connects it. */
export interface PhysicalBus {
  read(address: number, widthBytes: AccessWidth): number
  write(address: number, widthBytes: AccessWidth, value: number): void
  read64(address: number): bigint
  write64(address: number, value: bigint): void
  copyOut(address: number, target: Uint8Array): void
  copyIn(address: number, source: Uint8Array): void
  /** Fills with zeros; RAM that was never written stays unmade. */
  zero(address: number, sizeBytes: number): void
  /** Whether RAM answers at the address, not a device. */
  isMemory(address: number): boolean
  /** The host bytes behind a range of RAM in one piece, or null: then the caller copies. */
  span(address: number, sizeBytes: number): Uint8Array | null
}

export interface PhysicalMemoryOptions {
  readonly bus: PhysicalBus
  /** RAM that the kernel may hand out, page-aligned, in order of address. */
  readonly free: readonly PhysicalRange[]
  /** Highest physical address of RAM plus one. */
  readonly endOfRam: number
  /** 4096 on Intel, 16384 on Apple silicon. */
  readonly pageSizeBytes: number
}

class PhysicalMemoryState {
  bus: PhysicalBus | null = null
  /** A page for copies. */
  scratch = new Uint8Array(0)
  pages: PageAllocator | null = null
  pageSizeBytes = 4096
  endOfRam = 0
}

const state = kernelState(() => new PhysicalMemoryState())

/** Connects this world's memory. Once, at power-on. */
export function installPhysicalMemory(options: PhysicalMemoryOptions): void {
  const memory = state()
  memory.bus = options.bus
  memory.pageSizeBytes = options.pageSizeBytes
  memory.endOfRam = options.endOfRam
  memory.pages = new PageAllocator(options.free, options.pageSizeBytes)
  memory.scratch = new Uint8Array(options.pageSizeBytes)
}

/** The connected bus. Hot paths keep it. */
export function physicalBus(): PhysicalBus {
  return present(state().bus, 'no physical memory is connected')
}

/** Free pages of this world. */
export function physicalPages(): PageAllocator {
  return present(state().pages, 'no physical memory is connected')
}

export function pageSizeBytes(): number {
  return state().pageSizeBytes
}

/** Physical address behind the last byte of RAM. */
export function endOfRam(): number {
  return state().endOfRam
}

/**
 * Reads a register or memory word at a physical address.
 * @xnu osfmk/arm64/machine_routines.c ml_phys_read_data — faithful
 */
export function ml_phys_read_data(address: number, sizeBytes: AccessWidth): number
export function ml_phys_read_data(address: number, sizeBytes: 8): bigint
export function ml_phys_read_data(address: number, sizeBytes: AccessWidth | 8): number | bigint {
  return sizeBytes === 8 ? physicalBus().read64(address) : physicalBus().read(address, sizeBytes)
}

/** Writes a register or memory word at a physical address. @xnu ml_phys_write_data — faithful */
export function ml_phys_write_data(address: number, value: number, sizeBytes: AccessWidth): void
export function ml_phys_write_data(address: number, value: bigint, sizeBytes: 8): void
export function ml_phys_write_data(
  address: number, value: number | bigint, sizeBytes: AccessWidth | 8,
): void {
  if (sizeBytes === 8) physicalBus().write64(address, BigInt(value))
  else physicalBus().write(address, sizeBytes, Number(value))
}

/**
 * Copies bytes from host memory into physical memory. Any context.
 * @xnu ours: host bytes have no addresses
 */
export function ml_phys_copy_in(address: number, source: Uint8Array): void {
  physicalBus().copyIn(address, source)
}

/** Copies physical memory out into host memory. Any context. @xnu ours: host bytes have no addresses */
export function ml_phys_copy_out(address: number, target: Uint8Array): void {
  physicalBus().copyOut(address, target)
}

/**
 * Fills physical memory with zeros. Any context.
 * @xnu osfmk/arm64/machine_routines_asm.s bzero_phys — faithful
 */
export function bzero_phys(address: number, sizeBytes: number): void {
  physicalBus().zero(address, sizeBytes)
}

/** Copies one page frame onto another. Any context. @xnu osfmk/vm/pmap.h pmap_copy_page — faithful */
export function ml_phys_copy_page(from: number, to: number): void {
  const bus = physicalBus()
  const { scratch } = state()
  bus.copyOut(from, scratch)
  bus.copyIn(to, scratch)
}

/**
 * Copies between physical addresses, page by page. Any context.
 * @xnu osfmk/vm/vm_protos.h copypv — simplified: both addresses are physical, no cache maintenance
 */
export function copypv(from: number, to: number, sizeBytes: number): void {
  const bus = physicalBus()
  const { scratch } = state()
  for (let done = 0; done < sizeBytes; done += scratch.length) {
    const size = Math.min(scratch.length, sizeBytes - done)
    const piece = size === scratch.length ? scratch : scratch.subarray(0, size)
    bus.copyOut(from + done, piece)
    bus.copyIn(to + done, piece)
  }
}
