import { kIOReturnUnsupported, type IOReturn } from '../../../abi/index.ts'
import { IOService, type IOMemoryDescriptor } from '../../../iokit/index.ts'
import { defineMetaClass, type OSDictionary, type OSMetaClass } from '../../../libkern/index.ts'
import type { KernelThread } from '../../../sim/index.ts'
import { kIOBlockStorageDeviceTypeGeneric, kIOBlockStorageDeviceTypeKey } from '../keys.ts'
import type { IOStorageCompletion, IOStorageExtent } from './IOStorage.ts'

/** Answer of a `report…` method. */
export interface Reported<T> {
  readonly result: IOReturn
  readonly value: T
}

/** A device that transfers whole blocks: the nub that a controller driver publishes for each of its disks. */
export abstract class IOBlockStorageDevice extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOBlockStorageDevice', IOBlockStorageDevice, IOService, { abstract: true })

  /** @xnu IOStorageFamily/IOBlockStorageDevice.cpp init — faithful */
  override init(properties: OSDictionary | null = null): boolean {
    if (!super.init(properties)) return false
    this.setProperty(kIOBlockStorageDeviceTypeKey, kIOBlockStorageDeviceTypeGeneric)
    return true
  }

  /** Starts a transfer of `blockCount` blocks; an error result means that the completion is not called. */
  abstract doAsyncReadWrite(
    buffer: IOMemoryDescriptor, block: number, blockCount: number, completion: IOStorageCompletion,
  ): IOReturn
  abstract doSynchronize(): KernelThread<IOReturn>
  abstract reportBlockSize(): Reported<number>
  abstract reportMaxValidBlock(): Reported<number>
  abstract reportMediaState(): Reported<boolean>
  abstract getVendorString(): string | null
  abstract getProductString(): string | null

  /** Ranges in blocks. A device without the ability says so. */
  *doUnmap(_extents: readonly IOStorageExtent[]): KernelThread<IOReturn> {
    return kIOReturnUnsupported
  }

  reportRemovability(): Reported<boolean> {
    return { result: 0, value: false }
  }

  reportEjectability(): Reported<boolean> {
    return { result: 0, value: false }
  }

  reportWriteProtection(): Reported<boolean> {
    return { result: 0, value: false }
  }

  doEjectMedia(): IOReturn {
    return kIOReturnUnsupported
  }
}
