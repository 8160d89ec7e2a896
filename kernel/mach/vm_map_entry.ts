import { pageSizeBytes } from './physical.ts'
import { VmObject } from './vm_object.ts'

export const VM_PROT_NONE = 0
export const VM_PROT_READ = 1
export const VM_PROT_WRITE = 2
export const VM_PROT_DEFAULT = 3
export const VM_PROT_ALL = 7

/** What a child task gets of a region. @xnu osfmk/mach/vm_inherit.h — faithful */
export const VM_INHERIT_SHARE = 0
export const VM_INHERIT_COPY = 1
export const VM_INHERIT_NONE = 2

/** What is fixed when a region is entered. */
export interface VmEntryTraits {
  readonly protection: number
  /** What the protection may be raised to. */
  readonly maximum: number
  readonly inheritance: number
  /** Cache mode and the like: for `vmmap`-style listings. */
  readonly tag: string
}

/**
 * A region of an address map: its bounds, its rights and the part of an object that it shows. Without an
 * object
 * nothing is there: a guard.
 * @xnu osfmk/vm/vm_map.c vm_map_entry — faithful
 */
export class VmMapEntry {
  protection: number
  maximum: number
  inheritance: number
  readonly tag: string
  /** A write makes a shadow of the object first. */
  needsCopy = false

  /** Takes over the caller's reference to `object`. */
  constructor(
    public start: number, public end: number,
    readonly backing: { object: VmObject | null; firstPage: number }, traits: VmEntryTraits,
  ) {
    this.protection = traits.protection
    this.maximum = traits.maximum
    this.inheritance = traits.inheritance
    this.tag = traits.tag
  }

  get sizeBytes(): number {
    return this.end - this.start
  }

  get object(): VmObject | null {
    return this.backing.object
  }

  /** Object page behind an address of this region. */
  pageOf(address: number): number {
    return this.backing.firstPage + Math.floor((address - this.start) / pageSizeBytes())
  }

  /** Cuts the region in two at `address`; this one keeps the lower part, the upper one is answered. */
  clip(address: number): VmMapEntry {
    this.object?.retain()
    const upper = new VmMapEntry(
      address, this.end, { object: this.object, firstPage: this.pageOf(address) }, this,
    )
    upper.needsCopy = this.needsCopy
    this.end = address
    return upper
  }

  /**
   * The object that a write or a new sharer may have: the shadow that a pending copy still owes is made now.
   */
  privateObject(): VmObject | null {
    const { backing } = this
    if (!this.needsCopy || backing.object === null) return backing.object
    backing.object = VmObject.shadowOf(
      backing.object, backing.firstPage, this.sizeBytes / pageSizeBytes(),
    )
    backing.firstPage = 0
    this.needsCopy = false
    return backing.object
  }

  /** Lets the object go. */
  dispose(): void {
    this.backing.object?.release()
    this.backing.object = null
  }
}
