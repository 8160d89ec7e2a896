import { assert } from '../../sim/index.ts'
import type { MmioDevice } from './MmioDevice.ts'

/** A device at a place of an address space. */
export interface Region {
  readonly start: number
  readonly end: number
  readonly device: MmioDevice
}

const PAGE_BYTES = 4096
const BLOCK_BYTES = 2 * 1024 * 1024
const BIG_BYTES = 1024 * 1024 * 1024
const PAGES_PER_BLOCK = BLOCK_BYTES / PAGE_BYTES
const BLOCKS_PER_BIG = BIG_BYTES / BLOCK_BYTES
/** Physical addresses have at most this many bits here: 4 TiB, above every window our machines use. */
export const PHYSICAL_ADDRESS_BITS = 42

/** The regions that touch one page, newest first. */
type Cell = Region[]

/** The regions that cover a whole 2 MiB block, and a page table for those that do not. */
interface Block {
  whole: Cell
  pages: (Cell | undefined)[] | null
}

/**
 * Finds the device region of an address: the one that answered last, else by a page table of three levels.
 * Overlaps are allowed, the newest region answers; while there are any, the shortcut is off.
 */
export class RegionTable {
  private readonly roots: ((Block | undefined)[] | undefined)[] = []
  private readonly all = new Set<Region>()
  private overlaps = false
  /** The region that answered last; empty while regions overlap each other or what goes before them. */
  hot: Region = NOTHING

  /** `before`: ranges that answer before any region here. */
  constructor(private readonly before: readonly { readonly start: number; readonly end: number }[]) {}

  add(start: number, sizeBytes: number, device: MmioDevice): Region {
    assert(Number.isSafeInteger(start) && start >= 0 && sizeBytes > 0, `${device.name}: bad region`)
    assert(start + sizeBytes <= 2 ** PHYSICAL_ADDRESS_BITS, `${device.name}: region above the address limit`)
    const region: Region = { start, end: start + sizeBytes, device }
    if (this.touchesAnother(region)) this.overlaps = true
    this.eachCell(region, (cell) => cell.unshift(region))
    this.all.add(region)
    this.hot = NOTHING
    return region
  }

  remove(region: Region): void {
    assert(this.all.delete(region), `${region.device.name}: region is not mapped`)
    this.eachCell(region, (cell) => cell.splice(cell.indexOf(region), 1))
    this.hot = NOTHING
    if (this.overlaps) this.refresh()
  }

  list(): Region[] {
    return [...this.all].toSorted((a, b) => a.start - b.start)
  }

  find(address: number): Region | null {
    const { hot } = this
    if (address >= hot.start && address < hot.end) return hot
    const big = Math.floor(address / BIG_BYTES)
    const blocks = this.roots[big]
    if (blocks === undefined) return null
    const inBig = address - big * BIG_BYTES
    const block = blocks[(inBig / BLOCK_BYTES) | 0]
    if (block === undefined) return null
    return this.findInBlock(block, address, ((inBig & (BLOCK_BYTES - 1)) / PAGE_BYTES) | 0)
  }

  /** The ranges in `before` have changed. */
  rangesChanged(): void {
    this.refresh()
  }

  private findInBlock(block: Block, address: number, page: number): Region | null {
    const cell = block.pages?.[page]
    if (cell !== undefined) {
      for (const region of cell) {
        if (address >= region.start && address < region.end) return this.hit(region)
      }
    }
    const whole = block.whole[0]
    return whole === undefined ? null : this.hit(whole)
  }

  private hit(region: Region): Region {
    if (!this.overlaps) this.hot = region
    return region
  }

  private refresh(): void {
    this.hot = NOTHING
    this.overlaps = false
    let end = 0
    for (const region of this.list()) {
      const isCovered = this.before.some((range) => range.start < region.end && range.end > region.start)
      if (isCovered) this.overlaps = true
      if (region.start < end) this.overlaps = true
      end = Math.max(end, region.end)
    }
  }

  /** Whether a region to be added overlaps one that is there or a range in `before`. */
  private touchesAnother(region: Region): boolean {
    if (this.before.some((range) => range.start < region.end && range.end > region.start)) return true
    for (let at = region.start; at < region.end; at = (Math.floor(at / BLOCK_BYTES) + 1) * BLOCK_BYTES) {
      const block = this.blockAt(at)
      if (block.whole.length > 0) return true
      if (block.pages === null) continue
      const end = Math.min(region.end, (Math.floor(at / BLOCK_BYTES) + 1) * BLOCK_BYTES)
      for (let page = Math.floor(at / PAGE_BYTES); page * PAGE_BYTES < end; page++) {
        const cell = block.pages[page % PAGES_PER_BLOCK]
        if (cell?.some((other) => other.start < region.end && other.end > region.start) === true) return true
      }
    }
    return false
  }

  private eachCell(region: Region, visit: (cell: Cell) => void): void {
    for (let at = region.start; at < region.end;) {
      const block = this.blockAt(at)
      const blockStart = Math.floor(at / BLOCK_BYTES) * BLOCK_BYTES
      const blockEnd = blockStart + BLOCK_BYTES
      if (at === blockStart && region.end >= blockEnd) {
        visit(block.whole)
        at = blockEnd
        continue
      }
      block.pages ??= new Array<Cell | undefined>(PAGES_PER_BLOCK).fill(undefined)
      const page = ((at % BLOCK_BYTES) / PAGE_BYTES) | 0
      visit((block.pages[page] ??= []))
      at = blockStart + (page + 1) * PAGE_BYTES
    }
  }

  private blockAt(address: number): Block {
    const root = Math.floor(address / BIG_BYTES)
    const blocks = (this.roots[root] ??= new Array<Block | undefined>(BLOCKS_PER_BIG).fill(undefined))
    return (blocks[((address % BIG_BYTES) / BLOCK_BYTES) | 0] ??= { whole: [], pages: null })
  }
}

const NOTHING: Region = {
  start: 0,
  end: 0,
  device: { name: 'nothing', read: () => 0, write: () => undefined },
}
