import { addressOf, type CrashDraft, type FrameDraft } from './CrashDraft.ts'

interface Range {
  readonly index: number
  readonly base: bigint
  readonly end: bigint
}

/** The image that holds an address, by a binary search over those with a beginning and an end. */
class ImageMap {
  private readonly ranges: Range[] = []
  private readonly names = new Map<string, number>()

  constructor(images: CrashDraft['images']) {
    for (const [index, image] of images.entries()) {
      const base = image.base === null ? null : addressOf(image.base)
      const end = image.end === null ? null : addressOf(image.end)
      if (base !== null && end !== null && image.path !== null) this.ranges.push({ index, base, end })
      for (const name of [image.identifier, image.name]) {
        if (name !== null && !this.names.has(name)) this.names.set(name, index)
      }
    }
    this.ranges.sort((a, b) => a.base < b.base ? -1 : a.base > b.base ? 1 : 0)
  }

  find(address: bigint): Range | null {
    let low = 0
    let high = this.ranges.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.ranges[middle]!.base <= address) low = middle + 1
      else high = middle
    }
    const range = this.ranges[low - 1]
    return range !== undefined && address <= range.end ? range : null
  }

  byName(name: string): number | null {
    return this.names.get(name) ?? null
  }
}

/** Finds the image of each frame of a text report: by its address, else by its name. */
export function linkFrames(draft: CrashDraft): void {
  const map = new ImageMap(draft.images)
  const link = (frame: FrameDraft): void => {
    const address = frame.address === null ? null : addressOf(frame.address)
    const range = address === null ? null : map.find(address)
    if (range !== null) {
      frame.imageIndex = range.index
      frame.imageOffset = Number(address! - range.base)
      frame.image ??= draft.images[range.index]!.name
    } else if (frame.image !== null) frame.imageIndex = map.byName(frame.image)
  }
  for (const { frames } of draft.threads) frames.forEach(link)
  draft.lastException.forEach(link)
}
