import { assert, scheduler, WaitQueue, type KernelThread, type Thread } from '../../sim/index.ts'

/**
 * Readers share, a writer is alone, first come first served. A writer may take it again.
 * @xnu iokit/Kernel/IOLocks.cpp IORWLock — simplified: recursion of the writer is allowed
 */
export class ClientLock {
  private readonly waiters = new WaitQueue()
  private readers = 0
  private writer: Thread | null = null
  private depth = 0

  get isTaken(): boolean {
    return this.writer !== null || this.readers > 0
  }

  /** Takes it when nobody is in the way. Thread context. */
  tryTake(isExclusive: boolean): boolean {
    if (this.writer !== null) {
      if (this.writer !== scheduler().current) return false
      this.depth++
      return true
    }
    if (!isExclusive) {
      this.readers++
      return true
    }
    if (this.readers > 0) return false
    this.writer = scheduler().current
    this.depth = 1
    return true
  }

  drop(isExclusive: boolean): void {
    if (this.writer !== null && this.writer === scheduler().current) {
      if (--this.depth > 0) return
      this.writer = null
    } else {
      assert(!isExclusive && this.readers > 0, 'a lock is dropped by its holder')
      this.readers--
    }
    if (this.readers === 0 && this.waiters.head !== null) scheduler().wakeAll(this.waiters)
  }

  *take(isExclusive: boolean): KernelThread {
    while (!this.tryTake(isExclusive)) {
      scheduler().assertWait(this.waiters)
      yield
    }
  }
}
