import { KERN_SUCCESS, kIOReturnError, kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import { defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import { kernel_task, pageSizeBytes, VM_PROT_NONE } from '../../mach/index.ts'
import { IOGeneralMemoryDescriptor } from './IOGeneralMemoryDescriptor.ts'
import type { IOMemoryMap } from './IOMemoryMap.ts'
import { kIODirectionInOut, kIOMemoryAsReference, kIOMemoryTypeVirtual } from './options.ts'

/**
 * Pages that nobody may touch where they are mapped: put before and behind others in a multi descriptor.
 * @xnu iokit/Kernel/IOGuardPageMemoryDescriptor.cpp IOGuardPageMemoryDescriptor — faithful
 */
export class IOGuardPageMemoryDescriptor extends IOGeneralMemoryDescriptor {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOGuardPageMemoryDescriptor', IOGuardPageMemoryDescriptor, IOGeneralMemoryDescriptor)

  private address = 0

  /**
   * Rounded up to pages; null without address space.
   * @xnu IOGuardPageMemoryDescriptor.cpp withSize — faithful
   */
  static withSize(size: number): IOGuardPageMemoryDescriptor | null {
    const page = pageSizeBytes()
    const length = Math.ceil(size / page) * page
    const place = kernel_task().map.allocate(length, { tag: 'VM_KERN_MEMORY_IOKIT' })
    if (place.result !== KERN_SUCCESS) return null
    const made = new IOGuardPageMemoryDescriptor()
    made.address = place.address
    const options = kIOMemoryTypeVirtual | kIOMemoryAsReference | kIODirectionInOut
    made.initWithOptions([{ address: place.address, length }], { task: kernel_task(), options })
    return made
  }

  /** @xnu iokit/Kernel/IOGuardPageMemoryDescriptor.cpp doMap — faithful */
  override doMap(mapping: IOMemoryMap, options: number): IOReturn {
    const result = super.doMap(mapping, options)
    if (result !== kIOReturnSuccess || mapping.fAddressMap === null) return result
    const { fAddress, fLength } = mapping
    if (mapping.fAddressMap.protect(fAddress, fLength, VM_PROT_NONE) === KERN_SUCCESS) return kIOReturnSuccess
    this.doUnmap(mapping)
    return kIOReturnError
  }

  /**
   * The address space goes first.
   * @xnu iokit/Kernel/IOGuardPageMemoryDescriptor.cpp IOGuardPageMemoryDescriptor::free — faithful
   */
  override free(): void {
    kernel_task().map.deallocate(this.address)
    super.free()
  }
}
