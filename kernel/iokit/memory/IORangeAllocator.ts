import {
  defineMetaClass, OSObject, toOSObject, type OSMetaClass, type OSSerialize,
} from '../../libkern/index.ts'

/**
 * Free numbers as closed ranges in order: address space of a device, identifiers. Numbers are exact up to
 * 2^53.
 * @xnu iokit/Kernel/IORangeAllocator.cpp IORangeAllocator — simplified: no lock, nothing here blocks
 */
export class IORangeAllocator extends OSObject {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IORangeAllocator', IORangeAllocator, OSObject)

  private readonly starts: number[] = []
  private readonly ends: number[] = []
  private capacity = 0
  private capacityIncrement = 1
  private defaultAlignment = 1

  /**
   * Free from 0 to `endOfRange` inclusive; 0: nothing is free yet. One reference to the caller.
   * @xnu iokit/Kernel/IORangeAllocator.cpp withRange — faithful
   */
  static withRange(endOfRange: number, defaultAlignment = 0, capacity = 0): IORangeAllocator {
    const allocator = new IORangeAllocator()
    allocator.capacityIncrement = capacity === 0 ? 1 : capacity
    allocator.defaultAlignment = defaultAlignment === 0 ? 1 : defaultAlignment
    if (endOfRange !== 0) allocator.deallocate(0, endOfRange + 1)
    return allocator
  }

  /** How many free ranges there are. @xnu iokit/Kernel/IORangeAllocator.cpp getFragmentCount — faithful */
  getFragmentCount(): number {
    return this.starts.length
  }

  /**
   * Ranges that there is room for before the list grows.
   * @xnu IORangeAllocator.cpp getFragmentCapacity — faithful
   */
  getFragmentCapacity(): number {
    return this.capacity
  }

  /**
   * By how much the list grows.
   * @xnu iokit/Kernel/IORangeAllocator.cpp setFragmentCapacityIncrement — faithful
   */
  setFragmentCapacityIncrement(count: number): void {
    this.capacityIncrement = count
  }

  /** Sum of the free ranges. @xnu iokit/Kernel/IORangeAllocator.cpp getFreeCount — faithful */
  getFreeCount(): number {
    let sum = 0
    for (let i = 0; i < this.starts.length; i++) sum += this.ends[i]! - this.starts[i]! + 1
    return sum
  }

  /**
   * Takes the first run that fits; null when none does. The size is rounded up to the default alignment.
   * @xnu iokit/Kernel/IORangeAllocator.cpp allocate — faithful
   */
  allocate(size: number, alignment = 0): number | null {
    if (size <= 0) return null
    const unit = alignment === 0 ? this.defaultAlignment : alignment
    const wanted = this.rounded(size)
    for (let index = 0; index < this.starts.length; index++) {
      const start = Math.ceil(this.starts[index]! / unit) * unit
      if (start + wanted - 1 > this.ends[index]!) continue
      this.take(index, start, start + wanted - 1)
      return start
    }
    return null
  }

  /**
   * Takes exactly this run; false unless one free range has all of it.
   * @xnu IORangeAllocator.cpp allocateRange — faithful
   */
  allocateRange(start: number, size: number): boolean {
    if (size <= 0) return false
    const end = start + this.rounded(size) - 1
    for (let index = 0; index < this.starts.length && this.starts[index]! <= start; index++) {
      if (end > this.ends[index]!) continue
      this.take(index, start, end)
      return true
    }
    return false
  }

  /**
   * Gives a run back; it grows together with its neighbours. Giving twice is not noticed.
   * @xnu iokit/Kernel/IORangeAllocator.cpp deallocate — faithful
   */
  deallocate(start: number, size: number): void {
    const { starts, ends } = this
    const end = start + this.rounded(size) - 1
    let index = 0
    while (index < starts.length && starts[index]! < start) index++
    const joinsHead = index > 0 && start <= ends[index - 1]! + 1
    const joinsTail = index < starts.length && end + 1 >= starts[index]!
    if (joinsHead && joinsTail) {
      ends[index - 1] = ends[index]!
      this.remove(index)
    } else if (joinsHead) ends[index - 1] = Math.max(end, ends[index - 1]!)
    else if (joinsTail) starts[index] = Math.min(start, starts[index]!)
    else this.insert(index, start, end)
  }

  /** A flat array: start, end, start, end … @xnu iokit/Kernel/IORangeAllocator.cpp serialize — faithful */
  override serialize(serializer: OSSerialize): boolean {
    const flat = this.starts.flatMap((start, index) => [start, this.ends[index]!])
    const described = toOSObject(flat.map((number) => ({ number, bits: 64 })))
    const done = described.serialize(serializer)
    described.release()
    return done
  }

  private take(index: number, start: number, end: number): void {
    const { starts, ends } = this
    const rangeEnd = ends[index]!
    if (start === starts[index]!) {
      if (end === rangeEnd) this.remove(index)
      else starts[index] = end + 1
      return
    }
    ends[index] = start - 1
    if (end !== rangeEnd) this.insert(index + 1, end + 1, rangeEnd)
  }

  private insert(index: number, start: number, end: number): void {
    if (this.starts.length === this.capacity) this.capacity += this.capacityIncrement
    this.starts.splice(index, 0, start)
    this.ends.splice(index, 0, end)
  }

  private remove(index: number): void {
    this.starts.splice(index, 1)
    this.ends.splice(index, 1)
  }

  private rounded(size: number): number {
    return Math.ceil(size / this.defaultAlignment) * this.defaultAlignment
  }
}
