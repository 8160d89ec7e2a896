/** An IOMMU as the devices behind it see it: it turns their addresses into physical ones. */
export interface Iommu {
  /**
   * Physical address behind a device address of a requester (a PCI requester id, a stream number), or null:
   * then the access is refused and the IOMMU has noted the fault.
   */
  translate(requester: number, address: number, isWrite: boolean): number | null
  /** The same, but nothing is noted. Absent where an IOMMU cannot look without a trace. */
  peek?(requester: number, address: number, isWrite: boolean): number | null
  /** Bytes that are translated alike: addresses on one page stay together. */
  readonly pageSizeBytes: number
}

/** An access by a device. */
export interface DmaRequest {
  readonly requester: number
  readonly address: number
  readonly sizeBytes: number
  readonly isWrite: boolean
}

/** Where a range begins in memory when all of it is allowed and in one piece; else null, and nothing is noted. */
export function peekRange(iommu: Iommu, { requester, address, sizeBytes, isWrite }: DmaRequest): number | null {
  const page = iommu.pageSizeBytes
  const first = iommu.peek?.(requester, address, isWrite) ?? null
  if (first === null) return null
  for (let done = page - (address % page); done < sizeBytes; done += page) {
    if (iommu.peek?.(requester, address + done, isWrite) !== first + done) return null
  }
  return first
}
