import { kIODMAMapReadAccess, kIODMAMapWriteAccess, type PageTableWriter } from '../../../iokit/index.ts'
import { ml_phys_read_data, ml_phys_write_data } from '../../../mach/index.ts'

export const VTD_PAGE_BYTES = 4096
const LEVELS = 4
const FRAME = 0xffffffffff000n
const READ = 1n
const WRITE = 2n

/** What the tables need of the mapper they belong to. */
export interface VtdTableOwner {
  /** Physical address of a zero-filled page; null without memory. */
  newTable(): number | null
  /** Makes every unit forget pages. */
  invalidatePages(firstPage: number, count: number): void
}

/** The four levels of second-level tables below one top table. */
export class VtdTables implements PageTableWriter {
  /** Lowest tables that are known, by the device addresses they cover. */
  private readonly lowest = new Map<number, number>()

  constructor(private readonly owner: VtdTableOwner, private readonly top: number) {}

  setPage(deviceAddress: number, physicalAddress: number, access: number): boolean {
    const slot = this.slotFor(deviceAddress, true)
    if (slot === 0) return false
    const read = (access & kIODMAMapReadAccess) !== 0 ? READ : 0n
    const write = (access & kIODMAMapWriteAccess) !== 0 ? WRITE : 0n
    ml_phys_write_data(slot, BigInt(physicalAddress) | read | write, 8)
    return true
  }

  clearPage(deviceAddress: number): void {
    const slot = this.slotFor(deviceAddress, false)
    if (slot !== 0) ml_phys_write_data(slot, 0n, 8)
  }

  /** A unit keeps nothing of pages that were not there: nothing to forget. */
  entered(): void {}

  invalidate(deviceAddress: number, length: number): void {
    this.owner.invalidatePages(deviceAddress / VTD_PAGE_BYTES, Math.ceil(length / VTD_PAGE_BYTES))
  }

  /** Place of a page's entry in the lowest table; 0 where there is none. */
  private slotFor(deviceAddress: number, isMade: boolean): number {
    const page = Math.floor(deviceAddress / VTD_PAGE_BYTES)
    const covered = Math.floor(page / 512)
    let table = this.lowest.get(covered) ?? 0
    if (table === 0) {
      table = this.walk(page, isMade)
      if (table === 0) return 0
      this.lowest.set(covered, table)
    }
    return table + (page % 512) * 8
  }

  private walk(page: number, isMade: boolean): number {
    let table = this.top
    for (let level = LEVELS - 1; level > 0; level--) {
      const slot = table + (Math.floor(page / 512 ** level) % 512) * 8
      const entry = ml_phys_read_data(slot, 8)
      if (entry !== 0n) {
        table = Number(entry & FRAME)
        continue
      }
      const made = isMade ? this.owner.newTable() : null
      if (made === null) return 0
      ml_phys_write_data(slot, BigInt(made) | READ | WRITE, 8)
      table = made
    }
    return table
  }
}
