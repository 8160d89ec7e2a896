import { assert } from '../sim/index.ts'

export interface PhysicalRange {
  readonly address: number
  readonly sizeBytes: number
}

export interface PageRequest {
  /** Highest usable address (inclusive); none by default. */
  readonly maxAddress?: number
  /** Power of two, at least a page. */
  readonly alignment?: number
}

/** Free page frames of the simulated RAM: closed ranges in order of address, lowest first-fit. */
export class PageAllocator {
  private readonly starts: number[] = []
  private readonly ends: number[] = []

  constructor(ranges: readonly PhysicalRange[], readonly pageSizeBytes: number) {
    for (const { address, sizeBytes } of ranges) {
      assert(address % pageSizeBytes === 0 && sizeBytes % pageSizeBytes === 0, 'free RAM is made of pages')
      this.starts.push(address)
      this.ends.push(address + sizeBytes)
    }
  }

  get freeBytes(): number {
    return this.ends.reduce((sum, end, i) => sum + end - this.starts[i]!, 0)
  }

  /** Takes a contiguous run; null when none fits. */
  allocate(sizeBytes: number, request: PageRequest = {}): number | null {
    const size = this.roundUp(sizeBytes, this.pageSizeBytes)
    const alignment = Math.max(request.alignment ?? 0, this.pageSizeBytes)
    const limit = (request.maxAddress ?? Number.MAX_SAFE_INTEGER - 1) + 1
    for (let i = 0; i < this.starts.length; i++) {
      const start = this.roundUp(this.starts[i]!, alignment)
      if (start + size > limit) return null
      if (start + size <= this.ends[i]!) {
        this.take(i, start, start + size)
        return start
      }
    }
    return null
  }

  /** Takes single pages, as they come; null (and nothing taken) when there are not enough. */
  allocatePages(count: number, request: PageRequest = {}): number[] | null {
    const pages: number[] = []
    for (let i = 0; i < count; i++) {
      const page = this.allocate(this.pageSizeBytes, request)
      if (page === null) {
        for (const taken of pages) this.free(taken, this.pageSizeBytes)
        return null
      }
      pages.push(page)
    }
    return pages
  }

  /** Gives a run back. */
  free(address: number, sizeBytes: number): void {
    const end = address + this.roundUp(sizeBytes, this.pageSizeBytes)
    let i = 0
    while (i < this.starts.length && this.starts[i]! < address) i++
    assert(i === 0 || this.ends[i - 1]! <= address, 'page frames are freed once')
    assert(i === this.starts.length || end <= this.starts[i]!, 'page frames are freed once')
    const joinsBefore = i > 0 && this.ends[i - 1] === address
    const joinsAfter = i < this.starts.length && this.starts[i] === end
    if (joinsBefore && joinsAfter) {
      this.ends[i - 1] = this.ends[i]!
      this.starts.splice(i, 1)
      this.ends.splice(i, 1)
    } else if (joinsBefore) this.ends[i - 1] = end
    else if (joinsAfter) this.starts[i] = address
    else {
      this.starts.splice(i, 0, address)
      this.ends.splice(i, 0, end)
    }
  }

  private take(index: number, start: number, end: number): void {
    const rangeStart = this.starts[index]!
    const rangeEnd = this.ends[index]!
    if (rangeStart === start && rangeEnd === end) {
      this.starts.splice(index, 1)
      this.ends.splice(index, 1)
    } else if (rangeStart === start) this.starts[index] = end
    else if (rangeEnd === end) this.ends[index] = start
    else {
      this.ends[index] = start
      this.starts.splice(index + 1, 0, end)
      this.ends.splice(index + 1, 0, rangeEnd)
    }
  }

  private roundUp(value: number, unit: number): number {
    return Math.ceil(value / unit) * unit
  }
}
