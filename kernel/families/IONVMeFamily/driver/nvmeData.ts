import {
  kIOReturnAborted, kIOReturnBadArgument, kIOReturnDMAError, kIOReturnIOError,
  kIOReturnSuccess, kIOReturnUnsupported,
  type IOReturn,
} from '../../../abi/index.ts'
import { IdentifyController, IdentifyNamespace, Status } from '../bits.ts'

/** What a controller says of itself. */
export interface ControllerData {
  readonly vendorId: number
  readonly serialNumber: string
  readonly modelNumber: string
  readonly firmwareRevision: string
  /** Most bytes of one transfer. */
  readonly maxTransferBytes: number
  readonly canUnmap: boolean
}

/** What a namespace says of itself. */
export interface NamespaceData {
  readonly blockCount: number
  readonly blockBytes: number
  readonly eui64: bigint
}

const PAGE_BYTES = 4096
const DEFAULT_TRANSFER_BYTES = 2 ** 20
const ONCS_DATASET = 1 << 2

/** Reads Identify Controller data (NVMe 1.4, 5.15.2.2). */
export function readControllerData(page: Uint8Array): ControllerData {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength)
  const mdts = page[IdentifyController.mdts]!
  return {
    vendorId: view.getUint16(IdentifyController.vendorId, true),
    serialNumber: text(
      page, IdentifyController.serial, 20,
    ), modelNumber: text(page, IdentifyController.model, 40),
    firmwareRevision: text(page, IdentifyController.firmware, 8),
    maxTransferBytes: mdts === 0 ? DEFAULT_TRANSFER_BYTES : Math.min(
      PAGE_BYTES * 2 ** mdts, 2 * DEFAULT_TRANSFER_BYTES,
    ),
    canUnmap: (view.getUint16(IdentifyController.oncs, true) & ONCS_DATASET) !== 0,
  }
}

/** Reads Identify Namespace data (5.15.2.1); null when its block size is none we can use. */
export function readNamespaceData(page: Uint8Array): NamespaceData | null {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength)
  const format = page[IdentifyNamespace.formattedSize]! & 0xf
  const shift = page[IdentifyNamespace.format0 + 4 * format + 2]!
  const blockCount = Number(view.getBigUint64(IdentifyNamespace.size, true))
  if (shift < 9 || shift > 16 || blockCount === 0) return null
  return { blockCount, blockBytes: 1 << shift, eui64: view.getBigUint64(IdentifyNamespace.eui64) }
}

/** The IOReturn of an NVMe status. */
export function returnOfStatus(status: number): IOReturn {
  switch (status & 0x7ff) {
    case Status.success:
      return kIOReturnSuccess
    case Status.invalidOpcode:
      return kIOReturnUnsupported
    case Status.invalidField:
    case Status.invalidNamespace:
    case Status.invalidPrpOffset:
    case Status.lbaOutOfRange:
      return kIOReturnBadArgument
    case Status.dataTransferError:
      return kIOReturnDMAError
    case Status.abortRequested:
    case Status.abortedBySqDeletion:
      return kIOReturnAborted
    default:
      return kIOReturnIOError
  }
}

function text(page: Uint8Array, offset: number, width: number): string {
  return String.fromCharCode(...page.subarray(offset, offset + width)).trim()
}
