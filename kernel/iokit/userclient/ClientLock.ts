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

  drop(isExclusive: boolean): void {
    if (this.writer !== null && this.writer === scheduler().current) {
      if (--this.depth > 0) return
      this.writer = null
    } else {
      assert(!isExclusive && this.readers > 0, 'a lock is dropped by its holder')
      this.readers--
    }
    if (this.readers === 0) scheduler().wakeAll(this.waiters)
  }

  *take(isExclusive: boolean): KernelThread {
    const { current } = scheduler()
    if (this.writer !== null && this.writer === current) {
      this.depth++
      return
    }
    while (isExclusive ? this.isTaken : this.writer !== null) {
      scheduler().assertWait(this.waiters)
      yield
    }
    if (!isExclusive) this.readers++
    else {
      this.writer = current
      this.depth = 1
    }
  }
}
