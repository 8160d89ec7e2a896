import { KERN_SUCCESS } from '../../abi/index.ts'
import { bzero_phys, kernel_task, pageSizeBytes, physicalPages, VmObject } from '../../mach/index.ts'

/** Wired memory of the kernel: its address and the way to give it back. */
export interface KernelMemory {
  readonly address: number
  free(): void
}

export interface KernelMemoryRequest {
  readonly size: number
  readonly alignment: number
  readonly isContiguous: boolean
  /** Highest usable physical address. */
  readonly maxAddress: number
  readonly hasGuards: boolean
}

/**
 * Wired, zero-filled memory in the kernel's map; null when there is none.
 * @xnu iokit/Kernel/IOLib.cpp IOKernelAllocateWithPhysicalRestrict — simplified: whole pages only
 */
export function allocateKernelMemory(request: KernelMemoryRequest): KernelMemory | null {
  const page = pageSizeBytes()
  const size = Math.ceil(request.size / page) * page
  const object = objectFor(size, request)
  if (object === null) return null
  const { map } = kernel_task()
  const guard = request.hasGuards ? page : 0
  const alignment = Math.max(page, powerOfTwo(request.alignment))
  const tag = 'VM_KERN_MEMORY_IOKIT'
  const place = map.enterGuard(size + 2 * guard, { alignment, tag })
  const address = place.address + guard
  const entered = place.result === KERN_SUCCESS
    ? map.enter(object, 0, size, { address, overwrite: true, tag }) : place
  object.release()
  if (entered.result !== KERN_SUCCESS) return null
  return { address, free: () => void map.deallocate(place.address, size + 2 * guard) }
}

/**
 * Pageable, zero-filled memory of the kernel; address 0 when there is none.
 * @xnu iokit/Kernel/IOLib.cpp IOMallocPageable — faithful
 */
export function IOMallocPageable(size: number, alignment: number): number {
  const entered = kernel_task().map.allocate(size, {
    alignment: Math.max(pageSizeBytes(), powerOfTwo(alignment)), tag: 'VM_KERN_MEMORY_IOKIT',
  })
  return entered.result === KERN_SUCCESS ? entered.address : 0
}

/** Gives pageable memory back. @xnu iokit/Kernel/IOLib.cpp IOFreePageable — faithful */
export function IOFreePageable(address: number, size: number): void {
  kernel_task().map.deallocate(address, size)
}

function objectFor(size: number, request: KernelMemoryRequest): VmObject | null {
  const pages = physicalPages()
  const page = pages.pageSizeBytes
  const limits = {
    maxAddress: request.maxAddress, alignment: Math.max(page, powerOfTwo(request.alignment)),
  }
  const whole = pages.allocate(size, limits)
  if (whole !== null) {
    bzero_phys(whole, size)
    return VmObject.physical(whole, size / page, true)
  }
  if (request.isContiguous) return null
  const single = pages.allocatePages(size / page, limits)
  if (single === null) return null
  for (const frame of single) bzero_phys(frame, page)
  return VmObject.ofFrames(single, true)
}

function powerOfTwo(size: number): number {
  let power = 1
  while (power < size) power *= 2
  return power
}
