interface Free {
  start: number
  end: number
}

/** Addresses of one kind that are still free: first fit from below, aligned. */
export class RangePool {
  private readonly free: Free[] = []

  add(start: number, sizeBytes: number): void {
    if (sizeBytes > 0) this.free.push({ start, end: start + sizeBytes })
    this.free.sort((a, b) => a.start - b.start)
  }

  /** Takes a range below `limit`; null when there is none. */
  take(sizeBytes: number, alignment: number, limit = Infinity): number | null {
    for (const [index, hole] of this.free.entries()) {
      const start = Math.ceil(hole.start / alignment) * alignment
      if (start + sizeBytes > Math.min(hole.end, limit)) continue
      const before = { start: hole.start, end: start }
      const after = { start: start + sizeBytes, end: hole.end }
      this.free.splice(index, 1, ...[before, after].filter((part) => part.end > part.start))
      return start
    }
    return null
  }

  /** Gives a range back. */
  release(start: number, sizeBytes: number): void {
    this.add(start, sizeBytes)
    for (let i = this.free.length - 1; i > 0; i--) {
      if (this.free[i - 1]!.end !== this.free[i]!.start) continue
      this.free[i - 1]!.end = this.free[i]!.end
      this.free.splice(i, 1)
    }
  }
}
