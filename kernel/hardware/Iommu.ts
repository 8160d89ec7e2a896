/** An IOMMU as the devices behind it see it: it turns their addresses into physical ones. */
export interface Iommu {
  /**
   * Physical address behind a device address of a requester (a PCI requester id, a stream number), or null:
   * then
   * the access is refused and the IOMMU has noted the fault.
   */
  translate(requester: number, address: number, isWrite: boolean): number | null
  /** Bytes that are translated alike: addresses on one page stay together. */
  readonly pageSizeBytes: number
}

/** An access by a device. */
export interface DmaRequest {
  readonly requester: number
  readonly address: number
  readonly isWrite: boolean
}

/** Walks a range page by page; false when a page is refused. `visit` gets physical runs. */
export function translateRange(
  iommu: Iommu, request: DmaRequest, sizeBytes: number,
  visit: (physical: number, done: number, size: number) => void,
): boolean {
  const page = iommu.pageSizeBytes
  for (let done = 0; done < sizeBytes;) {
    const at = request.address + done
    const physical = iommu.translate(request.requester, at, request.isWrite)
    if (physical === null) return false
    const size = Math.min(sizeBytes - done, page - (at % page))
    visit(physical, done, size)
    done += size
  }
  return true
}
