import { assert } from '../sim/index.ts'
import { bzero_phys, ml_phys_copy_page, pageSizeBytes, physicalPages } from './physical.ts'
import { ResidentPages } from './ResidentPages.ts'

/** States of purgeable memory. @xnu osfmk/mach/vm_purgable.h — faithful */
export const VM_PURGABLE_NONVOLATILE = 0
export const VM_PURGABLE_VOLATILE = 1
export const VM_PURGABLE_EMPTY = 2

/** No page frame at that place. */
export const NO_FRAME = -1
/** A page was wanted and there was no memory left for it. */
export const NO_MEMORY = -2

/**
 * The pages behind regions of address maps, counted by page index. Shared by every map that shows them.
 * A shadow lies over another object: it holds the pages that were written since the copy was made.
 * @xnu osfmk/vm/vm_object.c vm_object — simplified: nothing is paged out, a page once there stays
 */
export class VmObject {
  private references = 1
  /** Pages held in place by transfers. */
  wireCount = 0
  purgeState = VM_PURGABLE_NONVOLATILE
  private shadow: VmObject | null = null
  private shadowPage = 0
  /** First frame of an object that is one physical run; else -1. */
  private base = NO_FRAME
  private list: readonly number[] | null = null
  private readonly own = new ResidentPages()
  private owned = true

  private constructor(readonly pageCount: number) {}

  /** Zero-filled memory whose pages come when they are touched. */
  static anonymous(pageCount: number): VmObject {
    return new VmObject(pageCount)
  }

  /** One physical run; with `owned` its frames go back when the object goes. */
  static physical(base: number, pageCount: number, owned = false): VmObject {
    const object = new VmObject(pageCount)
    object.base = base
    object.owned = owned
    return object
  }

  /** Frames in order; with `owned` they go back when the object goes. */
  static ofFrames(frames: readonly number[], owned = false): VmObject {
    const object = new VmObject(frames.length)
    object.list = frames
    object.owned = owned
    return object
  }

  /**
   * A copy of a part of `source` that takes a page when it is written. Takes over the caller's reference to
   * it.
   */
  static shadowOf(source: VmObject, firstPage: number, pageCount: number): VmObject {
    const object = new VmObject(pageCount)
    object.shadow = source
    object.shadowPage = firstPage
    return object
  }

  get referenceCount(): number {
    return this.references
  }

  /** Whether the frames belong to somebody else: device memory. */
  get isDevice(): boolean {
    return !this.owned
  }

  /** First physical address, for an object that is one run; -1 for others. */
  get physicalBase(): number {
    return this.base
  }

  /** Pages that are there: of the object itself, without what a shadow lies over. */
  get residentCount(): number {
    return this.base !== NO_FRAME || this.list !== null ? this.pageCount : this.own.size
  }

  retain(): void {
    this.references++
  }

  release(): void {
    assert(this.references > 0, 'a VM object is released once')
    if (--this.references > 0) return
    this.freePages()
    this.shadow?.release()
    this.shadow = null
  }

  /** Frame of a page that is there; else NO_FRAME. */
  frame(page: number): number {
    if (this.base !== NO_FRAME) return this.base + page * pageSizeBytes()
    if (this.list !== null) return this.list[page]!
    const own = this.own.get(page, NO_FRAME)
    if (own !== NO_FRAME) return own
    return this.shadow === null ? NO_FRAME : this.shadow.frame(page + this.shadowPage)
  }

  /**
   * Frame of a page, bringing it in: zero-filled, or for a write to a copy the copied page. NO_MEMORY without
   * RAM.
   */
  fault(page: number, isWrite: boolean): number {
    if (this.base !== NO_FRAME || this.list !== null) return this.frame(page)
    const own = this.own.get(page, NO_FRAME)
    if (own !== NO_FRAME) return own
    const below = this.shadow === null ? NO_FRAME : this.shadow.frame(page + this.shadowPage)
    if (below !== NO_FRAME && !isWrite) return below
    const taken = physicalPages().allocate(pageSizeBytes())
    if (taken === null) return NO_MEMORY
    if (below === NO_FRAME) bzero_phys(taken, pageSizeBytes())
    else ml_phys_copy_page(below, taken)
    this.own.add(page, taken)
    return taken
  }

  /** A new object with the content of a part of this one as it is now; null without memory. */
  copySlowly(firstPage: number, pageCount: number): VmObject | null {
    const copy = VmObject.anonymous(pageCount)
    for (let page = 0; page < pageCount; page++) {
      const source = this.frame(firstPage + page)
      if (source === NO_FRAME) continue
      const taken = physicalPages().allocate(pageSizeBytes())
      if (taken === null) {
        copy.release()
        return null
      }
      ml_phys_copy_page(source, taken)
      copy.own.add(page, taken)
    }
    return copy
  }

  /**
   * Sets the state of purgeable memory; emptied memory reads as zero again. Wired memory keeps its content.
   */
  setPurgeState(state: number): void {
    this.purgeState = state
    if (state !== VM_PURGABLE_EMPTY || this.wireCount > 0) return
    this.freeOwn()
  }

  private freePages(): void {
    if (!this.owned) return
    const page = pageSizeBytes()
    if (this.base !== NO_FRAME) physicalPages().free(this.base, this.pageCount * page)
    else if (this.list !== null) for (const frame of this.list) physicalPages().free(frame, page)
    this.freeOwn()
  }

  private freeOwn(): void {
    if (this.own.size === 0) return
    const pages = physicalPages()
    this.own.drain((frame) => pages.free(frame, pages.pageSizeBytes))
  }
}
