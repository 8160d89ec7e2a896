/** Frames by page index. Most objects have one page, which needs no table. */
export class ResidentPages {
  private firstPage = -1
  private firstFrame = 0
  private others: Map<number, number> | null = null

  get size(): number {
    return (this.firstPage === -1 ? 0 : 1) + (this.others === null ? 0 : this.others.size)
  }

  /** The frame of a page, or `missing`. */
  get(page: number, missing: number): number {
    if (page === this.firstPage) return this.firstFrame
    return this.others === null ? missing : this.others.get(page) ?? missing
  }

  /** Enters a page that is not there yet. */
  add(page: number, frame: number): void {
    if (this.firstPage === -1) {
      this.firstPage = page
      this.firstFrame = frame
    } else {
      this.others ??= new Map()
      this.others.set(page, frame)
    }
  }

  /** Takes all pages out and tells their frames, in order of entry. */
  drain(told: (frame: number) => void): void {
    const { firstPage, firstFrame, others } = this
    this.firstPage = -1
    this.others = null
    if (firstPage !== -1) told(firstFrame)
    if (others !== null) for (const frame of others.values()) told(frame)
  }
}
