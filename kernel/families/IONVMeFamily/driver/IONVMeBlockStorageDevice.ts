import {
  kIOReturnBadArgument, kIOReturnNoMemory, kIOReturnSuccess, kIOReturnUnsupported, type IOReturn,
} from '../../../abi/index.ts'
import {
  IOBufferMemoryDescriptor, kIODirectionOut, kIOMemoryPhysicallyContiguous, type IOMemoryDescriptor,
} from '../../../iokit/index.ts'
import { defineMetaClass, toOSObject, type OSMetaClass, type PlainValue } from '../../../libkern/index.ts'
import { present, type KernelThread } from '../../../sim/index.ts'
import {
  awaitTransfer, IOBlockStorageDevice, type IOStorageCompletion, type IOStorageExtent, type Reported,
} from '../../IOStorageFamily/index.ts'
import { NvmOpcode } from '../bits.ts'
import type { IONVMeController } from './IONVMeController.ts'
import { returnOfStatus, type NamespaceData } from './nvmeData.ts'

const PAGE_BYTES = 4096
const RANGE_BYTES = 16
const DEALLOCATE = 4
const MAX_RANGES = 256

/** A namespace of an NVMe controller as a block device. */
export class IONVMeBlockStorageDevice extends IOBlockStorageDevice {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IONVMeBlockStorageDevice', IONVMeBlockStorageDevice, IOBlockStorageDevice)

  protected controller: IONVMeController | null = null
  protected nsid = 0
  protected namespace: NamespaceData = { blockCount: 0, blockBytes: 512, eui64: 0n }

  /** Sets what it stands for and its properties; before it is attached. */
  initNamespace(controller: IONVMeController, nsid: number, namespace: NamespaceData): boolean {
    if (!this.init()) return false
    this.controller = controller
    this.nsid = nsid
    this.namespace = namespace
    this.setName(this.nubName)
    this.setLocation(String(nsid))
    for (const [key, value] of Object.entries(this.namespaceProperties())) {
      const object = toOSObject(value)
      this.setProperty(key, object)
      object.release()
    }
    return true
  }

  override doAsyncReadWrite(
    buffer: IOMemoryDescriptor, block: number, blockCount: number, completion: IOStorageCompletion,
  ): IOReturn {
    if (blockCount === 0 || blockCount > 0x10000 || block + blockCount > this.namespace.blockCount) {
      return kIOReturnBadArgument
    }
    const isWrite = (buffer.getDirection() & kIODirectionOut) !== 0 && buffer.getDirection() !== 3
    return this.transfer(
      isWrite ? NvmOpcode.write : NvmOpcode.read, buffer, { block, blockCount }, completion,
    )
  }

  override *doSynchronize(): KernelThread<IOReturn> {
    const { status } = yield* awaitTransfer((completion) => {
      const started = this.unit.submitIO(
        { opcode: NvmOpcode.flush, nsid: this.nsid, buffer: null, cdw10: 0, cdw11: 0, cdw12: 0 },
        (outcome) => completion(returnOfStatus(outcome), 0),
      )
      if (started !== kIOReturnSuccess) completion(started, 0)
    })
    return status
  }

  /** Ranges are in blocks. */
  override *doUnmap(extents: readonly IOStorageExtent[]): KernelThread<IOReturn> {
    if (!this.unit.getControllerData().canUnmap) return kIOReturnUnsupported
    for (let first = 0; first < extents.length; first += MAX_RANGES) {
      const result = yield* this.deallocate(extents.slice(first, first + MAX_RANGES))
      if (result !== kIOReturnSuccess) return result
    }
    return kIOReturnSuccess
  }

  override reportBlockSize(): Reported<number> {
    return { result: kIOReturnSuccess, value: this.namespace.blockBytes }
  }

  override reportMaxValidBlock(): Reported<number> {
    return { result: kIOReturnSuccess, value: this.namespace.blockCount - 1 }
  }

  override reportMediaState(): Reported<boolean> {
    return { result: kIOReturnSuccess, value: true }
  }

  override getVendorString(): string {
    return ''
  }

  override getProductString(): string {
    return this.unit.getControllerData().modelNumber
  }

  protected get nubName(): string {
    return 'IONVMeBlockStorageDevice'
  }

  protected get interconnect(): string {
    return 'PCI-Express'
  }

  protected get unit(): IONVMeController {
    return present(this.controller, 'a namespace nub has its controller')
  }

  /** Properties of the nub; subclasses add theirs. */
  protected namespaceProperties(): Record<string, PlainValue> {
    const data = this.unit.getControllerData()
    const { blockBytes, eui64 } = this.namespace
    return {
      NamespaceID: this.nsid, NamespaceUUID: eui64, IOUnit: this.nsid,
      'Logical Block Size': blockBytes, 'Physical Block Size': blockBytes,
      'Device Characteristics': {
        'Serial Number': data.serialNumber, 'Medium Type': 'Solid State', 'Product Name': data.modelNumber,
        'Vendor Name': '', 'Product Revision Level': data.firmwareRevision,
      },
      'Protocol Characteristics': {
        'Physical Interconnect': this.interconnect, 'Physical Interconnect Location': 'Internal',
      },
      IOStorageFeatures: { Unmap: data.canUnmap, Priority: false, Barrier: false },
      ThermalThrottlingSupported: false, 'NVMe SMART Capable': true,
      IOCFPlugInTypes: { 'AA0FA6F9-C2D6-457F-B10B-59A13253292F': 'NVMeSMARTLib.plugin' },
    }
  }

  private transfer(
    opcode: number, buffer: IOMemoryDescriptor, range: {
      block: number; blockCount: number
    }, completion: IOStorageCompletion,
  ): IOReturn {
    const { block, blockCount } = range
    const bytes = blockCount * this.namespace.blockBytes
    const fields = {
      opcode, nsid: this.nsid, buffer,
      cdw10: block % 4294967296, cdw11: Math.floor(block / 4294967296), cdw12: blockCount - 1,
    }
    return this.unit.submitIO(fields, (status) => {
      const result = returnOfStatus(status)
      completion(result, result === kIOReturnSuccess ? bytes : 0)
    })
  }

  private *deallocate(extents: readonly IOStorageExtent[]): KernelThread<IOReturn> {
    const buffer = IOBufferMemoryDescriptor.withOptions(kIOMemoryPhysicallyContiguous, PAGE_BYTES, PAGE_BYTES)
    if (buffer === null) return kIOReturnNoMemory
    const ranges = new DataView(new ArrayBuffer(extents.length * RANGE_BYTES))
    extents.forEach((extent, index) => {
      ranges.setUint32(index * RANGE_BYTES + 4, extent.byteCount, true)
      ranges.setBigUint64(index * RANGE_BYTES + 8, BigInt(extent.byteStart), true)
    })
    buffer.writeBytes(0, new Uint8Array(ranges.buffer))
    const { status } = yield* awaitTransfer((completion) => {
      const started = this.unit.submitIO(
        {
          opcode: NvmOpcode.datasetManagement, nsid: this.nsid, buffer,
          cdw10: extents.length - 1, cdw11: DEALLOCATE, cdw12: 0,
        },
        (outcome) => completion(returnOfStatus(outcome), 0),
      )
      if (started !== kIOReturnSuccess) completion(started, 0)
    })
    buffer.release()
    return status
  }
}
